package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"rind/rind"
)

// GraphFormats lists the forms in which [WriteGraph] draws.
func GraphFormats() []string { return []string{"mermaid", "svg", "dot"} }

// WriteGraph draws what starts the functions of every app, what they run as
// and what they reach, in the named form. Findings colour their nodes.
func WriteGraph(format string, w io.Writer, r *rind.Report) error {
	b := bufio.NewWriter(w)
	var graphs []*graph
	for _, a := range r.Apps {
		if g := newGraph(a, r.Findings); len(g.nodes) > 0 {
			graphs = append(graphs, g)
		}
	}
	switch format {
	case "mermaid":
		writeMermaid(b, graphs)
	case "dot":
		writeDOT(b, graphs)
	case "svg":
		writeSVG(b, graphs)
	default:
		return fmt.Errorf("unknown graph format %q", format)
	}
	return b.Flush()
}

// A graph is one app's nodes and edges, ready to be drawn.
type graph struct {
	app   *rind.App
	nodes []*graphNode
	edges []*graphEdge
}

type graphNode struct {
	id    string
	class string // internet, source, function, role, resource
	tag   string // "λ", "S3", "API"
	sub   string // second line: the runtime or type
	worst rind.Severity
	count int // open findings

	column     int
	x, y, w, h float64
}

type graphEdge struct {
	from, to *graphNode
	kinds    []string
	why      []string
}

// strongest is the kind that an edge is drawn as.
func (e *graphEdge) strongest() string {
	for _, k := range []rind.EdgeKind{rind.Triggers, rind.Invokes, rind.Writes, rind.Reads, rind.Grants, rind.Assumes, rind.Uses, rind.Imports} {
		if slices.Contains(e.kinds, string(k)) {
			return string(k)
		}
	}
	return "uses"
}

// label is the edge in words.
func (e *graphEdge) label() string {
	s := e.from.id + " " + strings.Join(e.kinds, ", ") + " " + e.to.id
	if len(e.why) > 0 {
		s += ": " + strings.Join(e.why, ", ")
	}
	return s
}

// maxWhy is how many reasons an edge lists.
const maxWhy = 4

// newGraph takes the nodes that edges name, and every function.
func newGraph(a *rind.App, findings []*rind.Finding) *graph {
	g := &graph{app: a}
	byID := map[string]*graphNode{}
	node := func(id string) *graphNode {
		n := byID[id]
		if n == nil {
			n = &graphNode{id: id}
			byID[id] = n
			g.nodes = append(g.nodes, n)
			n.describe(a)
		}
		return n
	}
	for _, f := range a.Functions {
		node(f.ID)
	}
	told := grantsTold(a)
	type pair struct{ from, to string }
	merged := map[pair]*graphEdge{}
	for _, e := range a.Edges {
		if e.From == "" || e.To == "" || e.From == e.To || told[e.From+"\x00"+e.To] || chore(a, e) {
			continue
		}
		x := merged[pair{e.From, e.To}]
		if x == nil {
			x = &graphEdge{from: node(e.From), to: node(e.To)}
			merged[pair{e.From, e.To}] = x
			g.edges = append(g.edges, x)
		}
		if !slices.Contains(x.kinds, string(e.Kind)) {
			x.kinds = append(x.kinds, string(e.Kind))
		}
		if e.Why != "" && !slices.Contains(x.why, e.Why) && len(x.why) < maxWhy {
			x.why = append(x.why, e.Why)
		}
	}
	for _, e := range g.edges {
		if e.from.class == "resource" && slices.Contains(e.kinds, string(rind.Triggers)) {
			e.from.class = "source"
		}
	}
	for _, f := range findings {
		if f.App != a.Path || !f.Open() {
			continue
		}
		n := byID[f.Function]
		if n == nil {
			n = byID[f.Resource]
		}
		if n == nil {
			continue
		}
		n.count++
		if f.Severity.Rank() > n.worst.Rank() {
			n.worst = f.Severity
		}
	}
	return g
}

// grantsTold finds the grants of roles that need no arrow of their own: a
// function that runs as the role has one that says what it means.
func grantsTold(a *rind.App) map[string]bool {
	role := map[string]string{}
	for _, f := range a.Functions {
		role[f.ID] = f.Role
	}
	told := map[string]bool{}
	for _, e := range a.Edges {
		switch e.Kind {
		case rind.Reads, rind.Writes, rind.Invokes:
			if r := role[e.From]; r != "" {
				told[r+"\x00"+e.To] = true
			}
		}
	}
	return told
}

// chore reports whether an edge is what every function does: write its log.
func chore(a *rind.App, e rind.Edge) bool {
	r := a.Resource(e.To)
	return r != nil && r.Type == "AWS::Logs::LogGroup" && e.Kind != rind.Triggers && e.Kind != rind.Uses || e.To == "*:logs" || e.To == "*:xray"
}

// describe fills in what kind of thing a node is.
func (n *graphNode) describe(a *rind.App) {
	if n.id == rind.Internet {
		n.class, n.tag, n.sub = "internet", "◍", "anyone"
		return
	}
	if f := a.Function(n.id); f != nil {
		n.class, n.tag, n.sub = "function", "λ", cmp.Or(f.Runtime, f.PackageType)
		return
	}
	n.class, n.tag = "resource", "▢"
	if a.Role(n.id) != nil {
		n.class, n.tag, n.sub = "role", "IAM", "role"
	}
	if r := a.Resource(n.id); r != nil {
		service, thing, _ := strings.Cut(strings.TrimPrefix(r.Type, "AWS::"), "::")
		n.sub = strings.ReplaceAll(thing, "::", " ")
		if n.class != "role" {
			n.tag = cmp.Or(serviceTags[service], service)
			n.tag = n.tag[:min(len(n.tag), 5)]
		}
	}
}

// serviceTags shorten CloudFormation's service names.
var serviceTags = map[string]string{
	"ApiGateway": "API", "ApiGatewayV2": "API", "DynamoDB": "DDB", "StepFunctions": "SFN", "SecretsManager": "SEC",
	"CloudFront": "CF", "CloudWatch": "CW", "Kinesis": "KIN", "KinesisFirehose": "KDF", "Cognito": "COG",
	"Events": "EVT", "Scheduler": "SCH", "ElasticLoadBalancingV2": "ALB", "AppSync": "GQL", "Lambda": "λ", "Logs": "LOG",
}

// writeMermaid prints a flowchart for each app, as GitHub renders it.
func writeMermaid(w io.Writer, graphs []*graph) {
	fmt.Fprintln(w, "flowchart LR")
	n := 0
	ids := map[*graphNode]string{}
	for i, g := range graphs {
		fmt.Fprintf(w, "  subgraph app%d[\"%s\"]\n", i, mermaidText(g.app.Path))
		for _, x := range g.nodes {
			ids[x] = fmt.Sprintf("n%d", n)
			n++
			open, end := `["`, `"]`
			switch x.class {
			case "internet":
				open, end = `(("`, `"))`
			case "function":
				open, end = `(["`, `"])`
			case "role":
				open, end = `{{"`, `"}}`
			}
			text := mermaidText(x.id)
			if x.sub != "" {
				text += "<br/>" + mermaidText(x.sub)
			}
			fmt.Fprintf(w, "    %s%s%s%s:::%s\n", ids[x], open, text, end, x.class)
		}
		fmt.Fprintln(w, "  end")
	}
	for _, g := range graphs {
		for _, e := range g.edges {
			arrow := "-->"
			if k := e.strongest(); k == "uses" || k == "assumes" {
				arrow = "-.->"
			}
			text := e.strongest()
			if len(e.why) > 0 {
				text = strings.Join(e.why, ", ")
			}
			fmt.Fprintf(w, "  %s %s|\"%s\"| %s\n", ids[e.from], arrow, mermaidText(text), ids[e.to])
		}
	}
	fmt.Fprint(w, `  classDef internet fill:#fde2e2,stroke:#c92a2a,color:#5c0011
  classDef source fill:#e3f2ff,stroke:#1971c2,color:#0b2e4f
  classDef function fill:#fff3d6,stroke:#e8890c,color:#4d2a00
  classDef role fill:#f1e8ff,stroke:#7048e8,color:#2b1361
  classDef resource fill:#e6f7ec,stroke:#2b8a3e,color:#0b3d17
`)
}

// mermaidText makes text harmless between quotes.
func mermaidText(s string) string {
	return strings.NewReplacer(`"`, "#quot;", "<", "#lt;", ">", "#gt;", "\n", " ", "`", "'").Replace(clean(s))
}

// writeDOT prints Graphviz's language.
func writeDOT(w io.Writer, graphs []*graph) {
	fmt.Fprint(w, "digraph rind {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fillcolor=\"#f5f5f5\"];\n  edge [fontname=\"Helvetica\", fontsize=9];\n")
	fill := map[string]string{"internet": "#fde2e2", "source": "#e3f2ff", "function": "#fff3d6", "role": "#f1e8ff", "resource": "#e6f7ec"}
	for i, g := range graphs {
		fmt.Fprintf(w, "  subgraph cluster_%d {\n    label=%s;\n", i, dotText(g.app.Path))
		name := func(n *graphNode) string { return dotText(fmt.Sprintf("%d/%s", i, n.id)) }
		for _, n := range g.nodes {
			label := n.id
			if n.sub != "" {
				label += "\n" + n.sub
			}
			fmt.Fprintf(w, "    %s [label=%s, fillcolor=%q];\n", name(n), dotText(label), fill[n.class])
		}
		fmt.Fprintln(w, "  }")
		for _, e := range g.edges {
			style := "solid"
			if k := e.strongest(); k == "uses" || k == "assumes" {
				style = "dashed"
			}
			fmt.Fprintf(w, "  %s -> %s [label=%s, style=%s];\n", name(e.from), name(e.to), dotText(strings.Join(append([]string{e.strongest()}, e.why...), "\n")), style)
		}
	}
	fmt.Fprintln(w, "}")
}

func dotText(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(clean(l))
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}
