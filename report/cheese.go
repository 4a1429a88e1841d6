package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"rind/rind"
)

// The picture of the seven slices. Every risk has one place, the same on each
// slice, so that holes of one risk lie in one line: where all of them are
// open, the line goes through.
//
// A slice is a panel seen from the left. (u, v) in the unit square of a panel
// is the point (x + u·W, top + skew·(1-u) + v·H), so a line through the same
// (u, v) of all panels is level.
const (
	cheeseLeft   = 150.0
	cheeseStep   = 124.0
	cheeseTop    = 34.0
	cheeseWidth  = 78.0
	cheeseHeight = 214.0
	cheeseSkew   = 30.0
	cheeseEdge   = 10.0
	cheeseRX     = 10.0
	cheeseRY     = 19.0
)

// sliceCell is one risk on one slice, over all functions of an app.
type sliceCell struct {
	state rind.SliceState
	holes int // functions with a hole
	of    int // functions the slice could cover
}

// cheese is the aggregated posture of an app.
type cheese struct {
	cells    map[rind.Layer]map[rind.Risk]sliceCell
	aligned  map[rind.Risk]bool
	assessed bool // from a posture; else drawn from findings alone
}

// newCheese adds up the postures of an app. Without any, an open finding is a
// hole and everything else unknown.
func newCheese(r *rind.Report, app string) *cheese {
	c := &cheese{cells: map[rind.Layer]map[rind.Risk]sliceCell{}, aligned: map[rind.Risk]bool{}}
	for _, l := range rind.Layers {
		c.cells[l] = map[rind.Risk]sliceCell{}
	}
	for _, p := range r.Postures {
		if p.App != app {
			continue
		}
		c.assessed = true
		for _, a := range p.Aligned {
			c.aligned[a.Risk] = true
		}
		for _, cell := range p.Cells {
			if c.cells[cell.Layer] == nil {
				continue
			}
			x := c.cells[cell.Layer][cell.Risk]
			if weight(cell.State) > weight(x.state) {
				x.state = cell.State
			}
			if cell.State != rind.NotApplicable {
				x.of++
			}
			if cell.State == rind.Hole {
				x.holes++
			}
			c.cells[cell.Layer][cell.Risk] = x
		}
	}
	if c.assessed {
		return c
	}
	for _, f := range r.Findings {
		if f.App == app && f.Open() && c.cells[f.Layer] != nil {
			x := c.cells[f.Layer][f.Risk]
			x.state, x.holes, x.of = rind.Hole, x.holes+1, x.of+1
			c.cells[f.Layer][f.Risk] = x
		}
	}
	return c
}

// weight orders states by how much they matter: a hole in one function
// outweighs a solid slice in another.
func weight(s rind.SliceState) int {
	switch s {
	case rind.Hole:
		return 3
	case rind.Unknown:
		return 2
	case rind.Solid:
		return 1
	}
	return 0
}

// counts adds up the risks of one layer by state.
func (c *cheese) counts(l rind.Layer) layerTally {
	var t layerTally
	for _, x := range c.cells[l] {
		switch x.state {
		case rind.Hole:
			t.Holes++
		case rind.Unknown:
			t.Unknown++
		case rind.Solid:
			t.Solid++
		}
	}
	return t
}

// spot is where a risk lies on every slice: a grid of three by four, a little
// out of line so that it looks like cheese.
func spot(i int) (u, v float64) {
	u = 0.2 + 0.3*float64(i%3)
	v = 0.14 + 0.24*float64(i/3)
	return u + 0.05*math.Sin(float64(i)*2.4), v + 0.035*math.Cos(float64(i)*1.7)
}

// at is the point (u, v) of slice n on the drawing.
func at(n int, u, v float64) (x, y float64) {
	return cheeseLeft + float64(n)*cheeseStep + u*cheeseWidth, cheeseTop + cheeseSkew*(1-u) + v*cheeseHeight
}

// draw makes the SVG.
func (c *cheese) draw() template.HTML {
	var b strings.Builder
	right := cheeseLeft + 6*cheeseStep + cheeseWidth
	fmt.Fprintf(&b, `<svg class="cheese" viewBox="0 0 %.0f 356" role="img" aria-label="%s">`, right+132, svgText(c.words()))
	b.WriteString(`<defs><linearGradient id="rindface" x1="0" y1="0" x2="1" y2="1"><stop offset="0" class="cheese-1"/><stop offset="1" class="cheese-2"/></linearGradient></defs>`)
	mid := cheeseTop + cheeseSkew/2 + cheeseHeight/2
	fmt.Fprintf(&b, `<g class="ends"><circle cx="64" cy="%.1f" r="30"/><path d="M34 %.1fh60M64 %.1fc-17 17-17 43 0 60c17-17 17-43 0-60"/><text x="64" y="%.1f" text-anchor="middle">anyone on</text><text x="64" y="%.1f" text-anchor="middle">the internet</text>`,
		mid, mid, mid-30, mid+50, mid+65)
	ex := right + 76
	fmt.Fprintf(&b, `<path d="M%.1f %.1fv44c0 8 11 14 25 14s25-6 25-14v-44"/><ellipse cx="%.1f" cy="%.1f" rx="25" ry="11"/><text x="%.1f" y="%.1f" text-anchor="middle">data, money,</text><text x="%.1f" y="%.1f" text-anchor="middle">account</text></g>`,
		ex-25, mid-22, ex, mid-22, ex, mid+58, ex, mid+73)
	for i, risk := range rind.Risks {
		c.ray(&b, i, risk, false)
	}
	for n, l := range rind.Layers {
		c.slice(&b, n, l)
	}
	for i, risk := range rind.Risks {
		c.ray(&b, i, risk, true)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// words says in a sentence what the picture shows.
func (c *cheese) words() string {
	var parts []string
	for _, l := range rind.Layers {
		t := c.counts(l)
		parts = append(parts, fmt.Sprintf("%s: %d holes, %d unknown, %d solid", longLayer[l], t.Holes, t.Unknown, t.Solid))
	}
	return fmt.Sprintf("Seven slices of defence. %s. %s aligned.", strings.Join(parts, "; "), count(len(c.aligned), "risk"))
}

// stop is the first slice that is solid for a risk, or -1.
func (c *cheese) stop(risk rind.Risk) int {
	for n, l := range rind.Layers {
		if c.cells[l][risk].state == rind.Solid {
			return n
		}
	}
	return -1
}

// ray draws the line of a risk: right through where it is aligned, up to the
// first solid slice where there is one. What lies before a panel is drawn
// over it (front), the rest behind.
func (c *cheese) ray(b *strings.Builder, i int, risk rind.Risk, front bool) {
	u, v := spot(i)
	_, y := at(0, u, v)
	const start = 104.0
	last, class, end := len(rind.Layers)-1, "ray ray-aligned", cheeseLeft+6*cheeseStep+cheeseWidth+44
	if !c.aligned[risk] {
		last = c.stop(risk)
		if last < 0 {
			return
		}
		class = "ray ray-stopped"
		end, _ = at(last, u, v)
	}
	if !front {
		fmt.Fprintf(b, `<g class="%s"><title>%s %s</title><path d="M%.1f %.1fH%.1f"/></g>`, class, risk, risk.Title(), start, y, end)
		return
	}
	fmt.Fprintf(b, `<g class="%s"><title>%s %s</title>`, class, risk, risk.Title())
	for n := 0; n <= last; n++ {
		x, _ := at(n, 0, v)
		hit, _ := at(n, u, v)
		fmt.Fprintf(b, `<path d="M%.1f %.1fH%.1f"/>`, x-cheeseEdge-2, y, hit)
	}
	if c.aligned[risk] {
		fmt.Fprintf(b, `<path class="tip" d="M%.1f %.1fl-9 -4.5v9z"/>`, end+3, y)
	} else {
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="2.6"/>`, end, y)
	}
	b.WriteString(`</g>`)
}

// slice draws one panel with its holes and its label.
func (c *cheese) slice(b *strings.Builder, n int, l rind.Layer) {
	t := c.counts(l)
	class := "slice"
	if t.Holes+t.Solid == 0 {
		class += " slice-unknown"
	}
	x0, y0 := at(n, 0, 0)
	x1, y1 := at(n, 1, 0)
	fmt.Fprintf(b, `<g class="%s" data-layer="%s" tabindex="0" role="button" aria-label="%s: show its findings"><title>%s: %d holes, %d unknown, %d solid</title>`,
		class, l, longLayer[l], longLayer[l], t.Holes, t.Unknown, t.Solid)
	fmt.Fprintf(b, `<path class="side" d="M%.1f %.1fl-%.1f 4v%.1fl%.1f -4z"/>`, x0, y0, cheeseEdge, cheeseHeight, cheeseEdge)
	fmt.Fprintf(b, `<path class="face" d="M%.1f %.1fL%.1f %.1fv%.1fL%.1f %.1fz"/>`, x0, y0, x1, y1, cheeseHeight, x0, y0+cheeseHeight)
	for i, risk := range rind.Risks {
		cell := c.cells[l][risk]
		u, v := spot(i)
		x, y := at(n, u, v)
		title := fmt.Sprintf("%s %s", risk, risk.Title())
		switch cell.state {
		case rind.Hole:
			k := 0.62 + 0.38*float64(cell.holes)/float64(max(cell.of, 1))
			class := "hole"
			if c.aligned[risk] {
				class += " hole-aligned"
			}
			fmt.Fprintf(b, `<g class="%s"><title>%s: hole in %d of %d</title><ellipse class="rim" cx="%.1f" cy="%.1f" rx="%.1f" ry="%.1f"/><ellipse class="deep" cx="%.1f" cy="%.1f" rx="%.1f" ry="%.1f"/></g>`,
				class, title, cell.holes, cell.of, x, y, cheeseRX*k, cheeseRY*k, x+1.6, y+0.6, cheeseRX*k-1.8, cheeseRY*k-1.6)
		case rind.Unknown:
			fmt.Fprintf(b, `<ellipse class="maybe" cx="%.1f" cy="%.1f" rx="%.1f" ry="%.1f"><title>%s: no evidence yet</title></ellipse>`, x, y, cheeseRX*0.62, cheeseRY*0.62, title)
		}
	}
	cx := (x0 + x1) / 2
	base := cheeseTop + cheeseSkew + cheeseHeight
	name := strings.Split(longLayer[l], " ")
	first, second := name[0], strings.Join(name[1:], " ")
	fmt.Fprintf(b, `<text class="name" x="%.1f" y="%.1f" text-anchor="middle">%s</text><text class="name" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, cx, base+24, svgText(first), cx, base+39, svgText(second))
	tally := fmt.Sprintf("%d holes", t.Holes)
	switch {
	case t.Holes == 1:
		tally = "1 hole"
	case t.Holes == 0 && t.Unknown > 0:
		tally = fmt.Sprintf("%d unknown", t.Unknown)
	case t.Holes == 0 && t.Solid == 0:
		tally = "not assessed"
	case t.Holes == 0:
		tally = "solid"
	}
	fmt.Fprintf(b, `<text class="tally" x="%.1f" y="%.1f" text-anchor="middle">%s</text></g>`, cx, base+57, tally)
}
