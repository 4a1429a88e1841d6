package report

import (
	"cmp"
	"embed"
	"fmt"
	"html"
	"html/template"
	"io"
	"slices"
	"strings"

	"rind/rind"
)

//go:embed page
var pageFiles embed.FS

// maxHTMLFrames is how many findings bring their code frame into the page;
// with more, a browser takes seconds to open it.
const maxHTMLFrames = 1500

// manyApps is from how many apps on those without findings are only named;
// maxApps is how many are drawn at all, the worst ones. A page of hundreds of
// drawings helps nobody and takes a browser seconds to open.
const (
	manyApps = 12
	maxApps  = 60
)

// writeHTML prints one page that needs nothing but itself: no network, no
// fonts, no scripts from elsewhere, and a policy in its head that forbids
// them.
func writeHTML(w io.Writer, r *rind.Report, _ Options) error {
	page, err := template.New("page.tmpl").Funcs(template.FuncMap{
		"count": count, "link": func(s string) bool { return strings.HasPrefix(s, "https://") },
	}).ParseFS(pageFiles, "page/page.tmpl")
	if err != nil {
		return err
	}
	css, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		return err
	}
	js, err := pageFiles.ReadFile("page/script.js")
	if err != nil {
		return err
	}
	p := newPage(r)
	p.CSS, p.JS = template.CSS(string(css)+graphRules), template.JS(js)
	return page.Execute(w, p)
}

type htmlPage struct {
	CSS      template.CSS
	JS       template.JS
	Root     string
	Version  string
	Summary  Summary
	Bars     []htmlBar
	Public   int // ways in from the internet
	NoAuth   int // of these, without authentication
	Apps     []*htmlApp
	Quiet    []*htmlApp // nothing to show but their name
	Findings []*htmlFinding
	Risks    []htmlChoice
	Layers   []htmlChoice
	Skipped  []rind.Skip
	Notes    []rind.Label
	Baseline bool
	Arrows   template.HTML
}

type htmlBar struct {
	Severity rind.Severity
	Count    int
	Percent  float64
}

type htmlChoice struct{ Value, Title string }

type htmlApp struct {
	app       *rind.App
	Anchor    string
	Path      string
	Kind      rind.AppKind
	Functions []htmlFunction
	Resources int
	Open      int
	Worst     rind.Severity
	Assessed  bool
	Cheese    template.HTML
	Aligned   []htmlChoice
	Matrices  []htmlMatrix
	Graph     template.HTML
	PathCount int
	Cuts      []htmlCut
}

type htmlFunction struct {
	ID, Runtime, RuntimeNote, Handler, Code, Role string
	Memory, Timeout                               int64
	Concurrency                                   string
	Triggers                                      []htmlTrigger
	Environment                                   []rind.EnvVar
	Open                                          int
}

type htmlTrigger struct {
	Text   string
	Public bool
	NoAuth bool
}

type htmlMatrix struct {
	Function string
	Aligned  int
	Holes    int
	First    bool
	Rows     []htmlRow
}

type htmlRow struct {
	Risk    rind.Risk
	Title   string
	Aligned bool
	Cells   []htmlCell
}

type htmlCell struct {
	Class, Symbol, State, Words string
	Primary                     bool
}

type htmlCut struct {
	rind.Cut
	LayerName, CostWords string
	Paths                []*rind.AttackPath
}

type htmlFinding struct {
	*rind.Finding
	Info      rind.RuleInfo
	RiskTitle string
	Where     string
	Frame     template.HTML
	Open      bool
	Search    string
}

func newPage(r *rind.Report) *htmlPage {
	p := &htmlPage{
		Root: r.Root, Version: r.Version, Summary: Summarize(r), Skipped: r.Skipped, Notes: r.Notes,
		Baseline: r.Baseline, Arrows: template.HTML(arrowDefs),
	}
	for _, s := range rind.Severities {
		n := p.Summary.BySeverity[string(s)]
		if n > 0 {
			p.Bars = append(p.Bars, htmlBar{s, n, 100 * float64(n) / float64(p.Summary.Open)})
		}
	}
	for _, x := range rind.Risks {
		p.Risks = append(p.Risks, htmlChoice{string(x), x.Title()})
	}
	for _, l := range rind.Layers {
		p.Layers = append(p.Layers, htmlChoice{string(l), longLayer[l]})
	}
	open := openByFunction(r)
	for i, a := range r.Apps {
		x := newHTMLApp(r, a, i, open[a.Path])
		if x.Open == 0 && (len(x.Functions) == 0 || len(r.Apps) > manyApps) {
			p.Quiet = append(p.Quiet, x)
		} else {
			p.Apps = append(p.Apps, x)
		}
		for _, f := range x.Functions {
			for _, t := range f.Triggers {
				if t.Public {
					p.Public++
				}
				if t.NoAuth {
					p.NoAuth++
				}
			}
		}
	}
	slices.SortStableFunc(p.Apps, func(a, b *htmlApp) int {
		return cmp.Or(cmp.Compare(b.Worst.Rank(), a.Worst.Rank()), cmp.Compare(b.Open, a.Open))
	})
	if len(p.Apps) > maxApps {
		p.Quiet = append(slices.Clone(p.Apps[maxApps:]), p.Quiet...)
		p.Apps = p.Apps[:maxApps]
	}
	for _, x := range p.Apps {
		x.drawAll(r)
	}
	p.Findings = newHTMLFindings(r)
	return p
}

// openByFunction counts the open findings of every app and function; "" is
// for those of no function.
func openByFunction(r *rind.Report) map[string]map[string][]*rind.Finding {
	out := map[string]map[string][]*rind.Finding{}
	for _, f := range r.Findings {
		if !f.Open() {
			continue
		}
		if out[f.App] == nil {
			out[f.App] = map[string][]*rind.Finding{}
		}
		out[f.App][f.Function] = append(out[f.App][f.Function], f)
	}
	return out
}

func newHTMLApp(r *rind.Report, a *rind.App, i int, open map[string][]*rind.Finding) *htmlApp {
	x := &htmlApp{app: a, Anchor: fmt.Sprintf("app-%d", i+1), Path: a.Path, Kind: a.Kind, Resources: len(a.Resources)}
	for _, fs := range open {
		x.Open += len(fs)
		for _, f := range fs {
			if f.Severity.Rank() > x.Worst.Rank() {
				x.Worst = f.Severity
			}
		}
	}
	for _, f := range a.Functions {
		x.Functions = append(x.Functions, newHTMLFunction(r, f, len(open[f.ID])))
	}
	return x
}

// drawAll adds the slices, the matrices, the graph and the paths.
func (x *htmlApp) drawAll(r *rind.Report) {
	a := x.app
	c := newCheese(r, a.Path)
	x.Assessed, x.Cheese = c.assessed, c.draw()
	for _, risk := range rind.Risks {
		if c.aligned[risk] {
			x.Aligned = append(x.Aligned, htmlChoice{string(risk), risk.Title()})
		}
	}
	x.Matrices = newHTMLMatrices(r, a.Path)
	if g := newGraph(a, r.Findings); len(g.edges) > 0 {
		w, h := g.layout()
		var b strings.Builder
		fmt.Fprintf(&b, `<svg class="graph" width="%.0f" height="%.0f" viewBox="-14 -16 %.0f %.0f" role="img" aria-label="what starts the functions and what they reach">`, w+34, h+34, w+34, h+34)
		g.draw(&b)
		b.WriteString("</svg>")
		x.Graph = template.HTML(b.String())
	}
	var paths []*rind.AttackPath
	for _, p := range r.Paths {
		if p.App == a.Path {
			paths = append(paths, p)
		}
	}
	x.PathCount = len(paths)
	for _, g := range cutsOf(paths) {
		g.Rule = wholeRule(g.Rule)
		x.Cuts = append(x.Cuts, htmlCut{g.Cut, longLayer[g.Layer], costWords(g.Cost), g.paths})
	}
}

// costWords says what a cut costs; see [rind.Cut].
func costWords(cost int) string {
	switch {
	case cost <= 0:
		return ""
	case cost == 1:
		return "one property"
	case cost <= 3:
		return "a new resource"
	}
	return "a change of code or design"
}

func newHTMLFunction(r *rind.Report, f *rind.Function, open int) htmlFunction {
	x := htmlFunction{
		ID: f.ID, Runtime: cmp.Or(f.Runtime, f.PackageType), RuntimeNote: runtimeNote(f.Runtime, r.Today), Handler: f.Handler,
		Code: cmp.Or(f.CodePath, f.CodeRoot), Role: f.Role, Memory: f.MemoryMB, Timeout: f.TimeoutSec,
		Environment: f.Environment, Open: open,
	}
	if f.Concurrency >= 0 {
		x.Concurrency = fmt.Sprint(f.Concurrency)
	}
	for _, t := range f.Triggers {
		text := string(t.Kind)
		if d := cmp.Or(t.Detail, strings.TrimSpace(t.Method+" "+t.Path)); d != "" && d != text {
			text += " " + d
		}
		if t.Public && t.Auth.Type != "" {
			text += " · auth: " + t.Auth.Type
		}
		x.Triggers = append(x.Triggers, htmlTrigger{text, t.Public, t.Public && t.Auth.Type == "none"})
	}
	return x
}

// newHTMLMatrices lays out the matrix of each function, the worst first.
func newHTMLMatrices(r *rind.Report, app string) []htmlMatrix {
	var out []htmlMatrix
	for _, p := range r.Postures {
		if p.App != app {
			continue
		}
		m := htmlMatrix{Function: p.Function}
		type key struct {
			risk  rind.Risk
			layer rind.Layer
		}
		cells := map[key]rind.Cell{}
		for _, c := range p.Cells {
			cells[key{c.Risk, c.Layer}] = c
		}
		for _, risk := range rind.Risks {
			row := htmlRow{Risk: risk, Title: risk.Title()}
			row.Aligned = slices.ContainsFunc(p.Aligned, func(a rind.Aligned) bool { return a.Risk == risk })
			if row.Aligned {
				m.Aligned++
			}
			for _, l := range rind.Layers {
				c := cells[key{risk, l}]
				cell := newHTMLCell(c)
				if c.State == rind.Hole {
					m.Holes++
				}
				row.Cells = append(row.Cells, cell)
			}
			m.Rows = append(m.Rows, row)
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b htmlMatrix) int {
		return cmp.Or(cmp.Compare(b.Aligned, a.Aligned), cmp.Compare(b.Holes, a.Holes))
	})
	if len(out) > 0 {
		out[0].First = true
	}
	return out
}

func newHTMLCell(c rind.Cell) htmlCell {
	x := htmlCell{Class: "na", Primary: c.Primary}
	switch c.State {
	case rind.Solid:
		x.Class, x.Symbol, x.State = "solid", "●", "solid"
	case rind.Hole:
		x.Class, x.Symbol, x.State = "hole", "○", "hole"
	case rind.Unknown:
		x.Class, x.Symbol, x.State = "unknown", "?", "no evidence yet"
	default:
		return x
	}
	x.Words = x.State
	if len(c.Evidence) > 0 {
		x.Words += ": " + strings.Join(c.Evidence, "; ")
	}
	return x
}

func newHTMLFindings(r *rind.Report) []*htmlFinding {
	sorted := slices.Clone(r.Findings)
	slices.SortStableFunc(sorted, func(a, b *rind.Finding) int {
		if a.Open() != b.Open() {
			if a.Open() {
				return -1
			}
			return 1
		}
		return worstFirst(a, b)
	})
	var out []*htmlFinding
	for i, f := range sorted {
		x := &htmlFinding{Finding: f, Info: r.Rules[f.Rule], RiskTitle: f.Risk.Title(), Where: cmp.Or(f.Function, f.Resource), Open: f.Open()}
		x.Search = strings.ToLower(strings.Join([]string{f.Rule, f.Title, f.Message, f.Resource, f.Function, f.Span.File, f.App, f.CWE, strings.Join(x.Info.Equivalent, " ")}, " "))
		if i < maxHTMLFrames {
			x.Frame = htmlFrame(f, r.Source)
		}
		out = append(out, x)
	}
	return out
}

// htmlFrame draws code frames with marked pieces.
func htmlFrame(f *rind.Finding, source func(string) []byte) template.HTML {
	var b strings.Builder
	for _, fr := range frames(f, source, 150) {
		fmt.Fprintf(&b, `<div class="file">%s</div>`, html.EscapeString(clean(fr.at.String())))
		if len(fr.lines) == 0 {
			continue
		}
		b.WriteString(`<pre>`)
		for _, l := range fr.lines {
			if l.number == 0 {
				b.WriteString("<i>   ⋮</i>\n")
				continue
			}
			fmt.Fprintf(&b, "<i>%5d</i>  %s", l.number, markLine(l))
			for _, m := range l.marks {
				if m.note != "" {
					fmt.Fprintf(&b, `<em>← %s</em>`, html.EscapeString(clean(m.note)))
				}
			}
			b.WriteString("\n")
		}
		b.WriteString(`</pre>`)
	}
	return template.HTML(b.String())
}

// markLine wraps the marked pieces of a line; where marks overlap the first,
// which is the primary one, wins.
func markLine(l frameLine) string {
	rs := []rune(l.text)
	class := make([]byte, len(rs)) // 0 none, 'p', 'r'
	for _, m := range l.marks {
		for i := m.from; i < m.to && i < len(rs); i++ {
			if class[i] == 0 {
				class[i] = 'r'
				if m.primary {
					class[i] = 'p'
				}
			}
		}
	}
	var b strings.Builder
	for i := 0; i < len(rs); {
		j := i
		for j < len(rs) && class[j] == class[i] {
			j++
		}
		text := html.EscapeString(string(rs[i:j]))
		if class[i] == 0 {
			b.WriteString(text)
		} else {
			fmt.Fprintf(&b, `<mark class="%c">%s</mark>`, class[i], text)
		}
		i = j
	}
	return b.String()
}
