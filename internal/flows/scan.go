package flows

import (
	"rind/code/project"
	"rind/iam"
	"rind/rind"
	"rind/rule"
	"rind/template"
)

// Scan reads a folder as "rind scan" does with the given profile and returns
// every finding, and what was skipped.
func Scan(dir string, profile rule.Profile) ([]*rind.Finding, []rind.Skip, error) {
	apps, skipped, err := Apps(dir)
	if err != nil {
		return nil, nil, err
	}
	var out []*rind.Finding
	for _, app := range apps {
		out = append(out, rule.Check(app, rule.Options{Profile: profile})...)
	}
	return out, skipped, nil
}

// Apps reads the apps of a folder with their code followed.
func Apps(dir string) ([]*rind.App, []rind.Skip, error) {
	res, err := template.Read(dir, template.Options{})
	if err != nil {
		return nil, nil, err
	}
	for _, app := range res.Apps {
		iam.Connect(app)
	}
	code, err := project.Analyze(dir, res.Apps, project.Options{})
	if err != nil {
		return nil, nil, err
	}
	return append(res.Apps, code.Loose...), append(res.Skipped, code.Skipped...), nil
}
