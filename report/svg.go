package report

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"
)

// graphCSS styles a drawing that stands alone; the HTML report has the same
// names in its own style sheet.
const graphCSS = `
svg{font-family:ui-sans-serif,system-ui,"Segoe UI",Helvetica,Arial,sans-serif;background:#fff;color:#1b1f24}
` + graphRules + `
@media (prefers-color-scheme:dark){svg{background:#15181d;color:#e6e8eb}
.g-internet rect{fill:#4a1518}.g-source rect{fill:#10304d}.g-function rect{fill:#46330c}.g-role rect{fill:#31205c}.g-resource rect{fill:#123d22}}
`

const graphRules = `.g-node rect{stroke-width:1.4;rx:9}
.g-node text{fill:currentColor}
.g-id{font-size:12.5px;font-weight:600}.g-sub{font-size:10.5px;opacity:.7}.g-tag{font-size:11px;font-weight:700;opacity:.85}
.g-internet rect{fill:#fde8e8;stroke:#d6336c}.g-source rect{fill:#e3f2ff;stroke:#1c7ed6}.g-function rect{fill:#fff3d6;stroke:#e8890c}
.g-role rect{fill:#f1e8ff;stroke:#7950f2}.g-resource rect{fill:#e6f7ec;stroke:#2f9e44}
.g-edge{fill:none;stroke-width:1.6;opacity:.75}
.e-triggers{stroke:#1c7ed6}.e-invokes{stroke:#e8890c}.e-writes{stroke:#d6336c}.e-reads{stroke:#2f9e44}.e-grants{stroke:#7950f2}
.e-assumes{stroke:#7950f2;stroke-dasharray:5 4}.e-uses{stroke:#868e96;stroke-dasharray:3 4}.e-imports{stroke:#868e96}
.g-open{stroke:#d6336c;stroke-width:2.4}
.g-badge{font-size:10px;font-weight:700;fill:#fff}
.s-critical{fill:#ae3ec9}.s-high{fill:#e03131}.s-medium{fill:#f08c00}.s-low{fill:#1c7ed6}.s-info{fill:#868e96}
.g-title{font-size:15px;font-weight:700;fill:currentColor}
`

// writeSVG prints one drawing with all graphs below each other.
func writeSVG(w io.Writer, graphs []*graph) {
	const margin, head = 28.0, 40.0
	var body strings.Builder
	width, y := 0.0, margin
	for _, g := range graphs {
		gw, gh := g.layout()
		fmt.Fprintf(&body, `<text class="g-title" x="%.0f" y="%.1f">%s</text>`+"\n", margin, y+14, svgText(g.app.Path))
		y += head
		fmt.Fprintf(&body, "<g transform=\"translate(%.0f %.1f)\">\n", margin, y)
		g.draw(&body)
		body.WriteString("</g>\n")
		y += gh + 2*margin
		width = max(width, gw)
	}
	width = max(width+2*margin, 320)
	y = max(y, 80)
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img" aria-label="functions, what starts them and what they reach">`+"\n<style>%s</style>\n%s", width, y, width, y, graphCSS, arrowDefs)
	io.WriteString(w, body.String())
	fmt.Fprintln(w, "</svg>")
}

// arrowDefs holds one arrow head; it takes the colour of its edge.
const arrowDefs = `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="9" markerHeight="9" orient="auto"><path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker></defs>
`

// draw prints the nodes over the edges.
func (g *graph) draw(w io.Writer) {
	for _, e := range g.edges {
		class := "g-edge e-" + e.strongest()
		if e.from.class == "internet" {
			class += " g-open"
		}
		fmt.Fprintf(w, `<path class="%s" d="%s" marker-end="url(#arrow)"><title>%s</title></path>`+"\n", class, e.curve(), svgText(e.label()))
	}
	for _, n := range g.nodes {
		n.draw(w)
	}
}

// curve is an edge's path: a Bézier from side to side; within a column a bow
// on the right.
func (e *graphEdge) curve() string {
	a, b := e.from, e.to
	ay, by := a.y+a.h/2, b.y+b.h/2
	switch {
	case a.column < b.column:
		x1, x2 := a.x+a.w, b.x-2
		bend := max(36, (x2-x1)*0.5)
		lift := 0.0
		if b.column-a.column > 1 && math.Abs(by-ay) < nodeHeight { // over what stands between
			lift = nodeHeight
			ay, by = ay-6, by-6
		}
		return fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x1, ay, x1+bend, ay-lift, x2-bend, by-lift, x2, by)
	case a.column > b.column: // back: leave and enter a little lower
		x1, x2 := a.x, b.x+b.w+2
		ay, by = ay+8, by+8
		bend := max(36, (x1-x2)*0.5)
		return fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x1, ay, x1-bend, ay, x2+bend, by, x2, by)
	}
	x := a.x + a.w
	bow := 28 + math.Min(40, math.Abs(by-ay)*0.15)
	return fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x, ay, x+bow, ay, x+bow, by, x+2, by)
}

func (n *graphNode) draw(w io.Writer) {
	label := n.id
	if runes(label) > maxLabel { // the end tells nested resources apart
		rs := []rune(label)
		label = string(rs[:10]) + "…" + string(rs[len(rs)-(maxLabel-11):])
	}
	title := n.id
	if n.sub != "" {
		title += " · " + n.sub
	}
	if n.count > 0 {
		title += fmt.Sprintf(" · %s, worst %s", count(n.count, "finding"), n.worst)
	}
	fmt.Fprintf(w, `<g class="g-node g-%s"><title>%s</title><rect x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, n.class, svgText(title), n.x, n.y, n.w, n.h)
	fmt.Fprintf(w, `<text class="g-tag" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, n.x+19, n.y+27, svgText(n.tag))
	textY := n.y + 19
	if n.sub == "" {
		textY = n.y + 27
	}
	fmt.Fprintf(w, `<text class="g-id" x="%.1f" y="%.1f">%s</text>`, n.x+38, textY, svgText(label))
	if n.sub != "" {
		fmt.Fprintf(w, `<text class="g-sub" x="%.1f" y="%.1f">%s</text>`, n.x+38, n.y+34, svgText(n.sub))
	}
	if n.count > 0 {
		fmt.Fprintf(w, `<circle class="s-%s" cx="%.1f" cy="%.1f" r="9"/><text class="g-badge" x="%.1f" y="%.1f" text-anchor="middle">%d</text>`,
			n.worst, n.x+n.w-3, n.y+3, n.x+n.w-3, n.y+6.6, n.count)
	}
	fmt.Fprintln(w, "</g>")
}

func svgText(s string) string { return html.EscapeString(clean(s)) }
