package fix_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rind/fix"
	"rind/iam"
	"rind/internal/testdir"
	"rind/rind"
	"rind/rule"
	"rind/template"
)

// scan runs one rule over a folder and suggests fixes.
func scan(t *testing.T, dir, id string) (findings []*rind.Finding) {
	t.Helper()
	res, err := template.Read(dir, template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, app := range res.Apps {
		iam.Connect(app)
		for _, f := range rule.Check(app, rule.Options{Profile: rule.All}) {
			if f.Rule == id {
				findings = append(findings, f)
			}
		}
	}
	fix.Suggest(res.Apps, findings, func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return nil
		}
		return data
	})
	return findings
}

// applyAll makes all edits and reports how many findings had one.
func applyAll(t *testing.T, dir string, findings []*rind.Finding) (fixable int) {
	t.Helper()
	edits := map[string][]rind.Edit{}
	for _, f := range findings {
		if f.Fix != nil && len(f.Fix.Edits) > 0 {
			fixable++
			for _, e := range f.Fix.Edits {
				edits[e.File] = append(edits[e.File], e)
			}
		}
	}
	for name, list := range edits {
		p := filepath.Join(dir, filepath.FromSlash(name))
		src, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out, _ := fix.Apply(src, list)
		if err := os.WriteFile(p, out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return fixable
}

func layOut(t *testing.T, files []rule.ExampleFile) string {
	t.Helper()
	byName := map[string]string{}
	for _, f := range files {
		byName[f.Name] = f.Text
	}
	return testdir.New(t, byName)
}

// TestFixedExamplesScanClean makes the edits on every bad example of every
// rule with settings: the rule must then be silent, or have had no edit.
func TestFixedExamplesScanClean(t *testing.T) {
	for _, r := range rule.Rules() {
		if len(rule.Settings(r.ID)) == 0 {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			fixed := 0
			for _, e := range rule.Examples(r.ID) {
				if !e.Bad {
					continue
				}
				dir := layOut(t, e.Files)
				before := scan(t, dir, r.ID)
				n := applyAll(t, dir, before)
				fixed += n
				after := scan(t, dir, r.ID)
				if len(after) != len(before)-n {
					text, _ := os.ReadFile(filepath.Join(dir, filepath.FromSlash(e.Files[0].Name)))
					t.Errorf("%s: %d findings, %d with an edit, %d left\n%s", e, len(before), n, len(after), text)
				}
			}
			if fixed == 0 && len(rule.Examples(r.ID)) > 0 {
				t.Error("its settings fix none of its examples")
			}
		})
	}
}

func TestSettingsNameRules(t *testing.T) {
	for _, id := range rule.SettingsIDs() {
		if len(rule.Find(id)) == 0 {
			t.Errorf("settings for %s, which is no rule", id)
		}
	}
}

func TestEditsKeepTheRest(t *testing.T) {
	for _, tt := range []struct{ name, file, before, after string }{
		{
			"block", "template.yaml",
			"# why\nResources:\n  Q: # the queue\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: false # off\n",
			"# why\nResources:\n  Q: # the queue\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: true # off\n",
		},
		{
			"flow", "template.yaml",
			"Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: q}}\n",
			"Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {SqsManagedSseEnabled: true, QueueName: q}}\n",
		},
		{
			"no properties", "template.yaml",
			"Resources:\n  Q:\n    Type: AWS::SQS::Queue\n",
			"Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: true\n",
		},
		{
			"json", "template.json",
			"{\"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\",\n  \"Properties\": {\n    \"QueueName\": \"q\"\n  }}}}\n",
			"{\"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\",\n  \"Properties\": {\n    \"SqsManagedSseEnabled\": true,\n    \"QueueName\": \"q\"\n  }}}}\n",
		},
		{
			"hcl", "main.tf",
			"# why\nresource \"aws_sqs_queue\" \"q\" {\n  name = \"q\" # its name\n}\n\nresource \"aws_sqs_queue\" \"r\" {\n  name                    = \"r\"\n  sqs_managed_sse_enabled = false\n}\n",
			"# why\nresource \"aws_sqs_queue\" \"q\" {\n  name                    = \"q\" # its name\n  sqs_managed_sse_enabled = true\n}\n\nresource \"aws_sqs_queue\" \"r\" {\n  name                    = \"r\"\n  sqs_managed_sse_enabled = true\n}\n",
		},
		{
			"made by a function", "template.yaml",
			"Parameters: {E: {Type: String, Default: 'false'}}\nResources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties: {SqsManagedSseEnabled: !Ref E}\n",
			"Parameters: {E: {Type: String, Default: 'false'}}\nResources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties: {SqsManagedSseEnabled: !Ref E}\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := layOut(t, []rule.ExampleFile{{Name: tt.file, Text: tt.before}})
			for _, id := range []string{"RIND-SQS-001", "RIND-SQS-002"} {
				applyAll(t, dir, scan(t, dir, id))
			}
			got, err := os.ReadFile(filepath.Join(dir, tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.after {
				t.Errorf("got\n%s\nwant\n%s", got, tt.after)
			}
		})
	}
}

func TestApplyLeavesOutOverlaps(t *testing.T) {
	out, made := fix.Apply([]byte("abcdef"), []rind.Edit{{Start: 1, End: 4, Text: "X"}, {Start: 2, End: 3, Text: "Y"}, {Start: 5, End: 5, Text: "-"}})
	if string(out) != "aXe-f" || made != 2 {
		t.Errorf("got %q with %d edits", out, made)
	}
}

func FuzzApply(f *testing.F) {
	f.Add("some text", 1, 3, "new")
	f.Fuzz(func(t *testing.T, text string, start, end int, with string) {
		out, made := fix.Apply([]byte(text), []rind.Edit{{Start: start, End: end, Text: with}})
		if made == 0 && string(out) != text {
			t.Errorf("no edit was made and yet %q became %q", text, out)
		}
		if made == 1 && !strings.Contains(string(out), with) {
			t.Errorf("the text is not in the result")
		}
	})
}
