package report

import (
	"fmt"
	"strings"

	"rind/rind"
)

// shortLayer names the layers where there is little room.
var shortLayer = map[rind.Layer]string{
	rind.Governance: "governance", rind.ResilientDesign: "design", rind.SecurityTesting: "testing",
	rind.CloudConfig: "config", rind.SecureCode: "code", rind.EventInspection: "events", rind.Behavior: "behavior",
}

// longLayer names the layers in prose.
var longLayer = map[rind.Layer]string{
	rind.Governance: "Governance & visibility", rind.ResilientDesign: "Resilient design",
	rind.SecurityTesting: "Security testing", rind.CloudConfig: "Cloud configuration",
	rind.SecureCode: "Secure code", rind.EventInspection: "Event inspection", rind.Behavior: "Behavior protection",
}

// A layerTally counts the cells of one layer in one app.
type layerTally struct{ Solid, Holes, Unknown int }

// tally counts the states of every layer over the functions of an app. It is
// nil where no posture was assessed.
func tally(postures []*rind.Posture, app string) (byLayer map[rind.Layer]layerTally, aligned int) {
	for _, p := range postures {
		if p.App != app {
			continue
		}
		if byLayer == nil {
			byLayer = map[rind.Layer]layerTally{}
		}
		risks := map[rind.Risk]bool{}
		for _, a := range p.Aligned {
			risks[a.Risk] = true
		}
		aligned += len(risks)
		for _, c := range p.Cells {
			t := byLayer[c.Layer]
			switch c.State {
			case rind.Solid:
				t.Solid++
			case rind.Hole:
				t.Holes++
			case rind.Unknown:
				t.Unknown++
			}
			byLayer[c.Layer] = t
		}
	}
	return byLayer, aligned
}

// symbol shows a tally in a few characters: "○2 ●7 ?1".
func (t layerTally) symbol() string {
	var parts []string
	for _, x := range []struct {
		sign string
		n    int
	}{{"○", t.Holes}, {"●", t.Solid}, {"?", t.Unknown}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%s%d", x.sign, x.n))
		}
	}
	if len(parts) == 0 {
		return "–"
	}
	if t.Holes+t.Solid == 0 {
		return "?"
	}
	return strings.Join(parts, " ")
}

func (t layerTally) color() string {
	switch {
	case t.Holes > 0:
		return red
	case t.Unknown > 0 || t.Solid == 0:
		return dim
	}
	return green
}
