package report

import (
	"cmp"
	"slices"
)

// The layout is in columns from left to right: the outsider, what starts
// functions, functions, roles, resources. Within a column nodes are ordered
// so that edges cross little (barycentre sweeps, as in Sugiyama's method),
// then moved towards their neighbours as far as the spacing allows.
const (
	nodeHeight = 44.0
	nodeGap    = 18.0
	columnGap  = 96.0
	charWidth  = 8.0
	minWidth   = 96.0
	maxLabel   = 30
	sweeps     = 8
)

var columnOf = map[string]int{"internet": 0, "source": 1, "function": 2, "role": 3, "resource": 4}

// layout places every node and returns the size of the drawing.
func (g *graph) layout() (width, height float64) {
	columns := make([][]*graphNode, len(columnOf))
	for _, n := range g.nodes {
		n.column = columnOf[n.class]
		columns[n.column] = append(columns[n.column], n)
	}
	columns = slices.DeleteFunc(columns, func(c []*graphNode) bool { return len(c) == 0 })
	near := g.neighbours()
	for i, c := range columns {
		slices.SortStableFunc(c, func(a, b *graphNode) int { return cmp.Compare(a.id, b.id) })
		for j, n := range c {
			n.column, n.y = i, float64(j)
		}
	}
	for s := range sweeps {
		for i := range columns {
			c := columns[i]
			if s%2 == 1 {
				c = columns[len(columns)-1-i]
			}
			sweep(c, near)
		}
	}
	return place(columns, near)
}

// neighbours lists what each node is connected to in other columns.
func (g *graph) neighbours() map[*graphNode][]*graphNode {
	near := map[*graphNode][]*graphNode{}
	for _, e := range g.edges {
		near[e.from] = append(near[e.from], e.to)
		near[e.to] = append(near[e.to], e.from)
	}
	return near
}

// centre is the mean height of a node's neighbours outside its column, or its
// own where it has none.
func centre(n *graphNode, near map[*graphNode][]*graphNode) float64 {
	sum, k := 0.0, 0
	for _, m := range near[n] {
		if m.column != n.column {
			sum += m.y
			k++
		}
	}
	if k == 0 {
		return n.y
	}
	return sum / float64(k)
}

// sweep sorts a column by its neighbours' heights.
func sweep(column []*graphNode, near map[*graphNode][]*graphNode) {
	at := map[*graphNode]float64{}
	for _, n := range column {
		at[n] = centre(n, near)
	}
	slices.SortStableFunc(column, func(a, b *graphNode) int { return cmp.Compare(at[a], at[b]) })
	for j, n := range column {
		n.y = float64(j)
	}
}

// place turns the order into coordinates.
func place(columns [][]*graphNode, near map[*graphNode][]*graphNode) (width, height float64) {
	const step = nodeHeight + nodeGap
	tallest := 0
	for _, c := range columns {
		tallest = max(tallest, len(c))
	}
	x := 0.0
	for _, c := range columns {
		w := minWidth
		for _, n := range c {
			w = max(w, 54+charWidth*float64(min(runes(n.id), maxLabel)))
		}
		top := float64(tallest-len(c)) / 2 * step
		for j, n := range c {
			n.x, n.y, n.w, n.h = x, top+float64(j)*step, w, nodeHeight
		}
		x += w + columnGap
	}
	for range sweeps {
		for _, c := range columns {
			settle(c, near, step)
		}
	}
	lowest, highest := 0.0, 0.0
	for _, c := range columns {
		for _, n := range c {
			lowest, highest = min(lowest, n.y), max(highest, n.y+n.h)
		}
	}
	for _, c := range columns {
		for _, n := range c {
			n.y -= lowest
		}
	}
	return max(x-columnGap, 0), highest - lowest
}

// settle moves the nodes of a column towards their neighbours, keeping their
// order and distance.
func settle(column []*graphNode, near map[*graphNode][]*graphNode, step float64) {
	want := make([]float64, len(column))
	for i, n := range column {
		want[i] = centre(n, near)
	}
	// Forward and backward passes bound each node by its neighbours in the
	// column; their mean keeps the column near its centre.
	down, up := slices.Clone(want), slices.Clone(want)
	for i := 1; i < len(down); i++ {
		down[i] = max(down[i], down[i-1]+step)
	}
	for i := len(up) - 2; i >= 0; i-- {
		up[i] = min(up[i], up[i+1]-step)
	}
	for i, n := range column {
		n.y = (down[i] + up[i]) / 2
	}
}
