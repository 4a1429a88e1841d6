// Package posture judges how well an application's layers of defence overlap.
//
// In come apps with their inventory and permission edges, and the findings of
// every layer; out go, per function, the matrix of layers and risks with the
// evidence for each cell, and the paths that lead from an outsider to harm,
// each with the change that closes it most cheaply.
//
// A cell is solid only with evidence; where nothing is known it says so and
// says what would tell. A path is a statement of what follows if the function
// on it can be misled; that it can is for the other layers to prove.
package posture

import "rind/rind"

// Assess computes postures and attack paths of all apps. Findings that are
// suppressed do not make holes, but they are no evidence of strength either.
func Assess(apps []*rind.App, findings []*rind.Finding) ([]*rind.Posture, []*rind.AttackPath) {
	byApp := map[string][]*rind.Finding{}
	for _, f := range findings {
		byApp[f.App] = append(byApp[f.App], f)
	}
	var postures []*rind.Posture
	var paths []*rind.AttackPath
	for _, app := range apps {
		g := newGraph(app, byApp[app.Path])
		found := g.paths()
		chooseCuts(found)
		for _, f := range app.Functions {
			if f.Generated {
				continue
			}
			p := matrix(g, f, byApp[app.Path])
			p.Aligned = aligned(p, f, found)
			postures = append(postures, p)
		}
		for _, c := range found {
			paths = append(paths, c.path)
		}
	}
	return postures, paths
}
