package report

import (
	"strings"
	"testing"

	"rind/rind"
)

func TestMaskLine(t *testing.T) {
	const m = mask
	for _, c := range []struct {
		risk     rind.Risk
		in, want string
	}{
		{rind.SAS7, `  DB_NAME: hunter2`, `  DB_NAME: ` + m},
		{rind.SAS7, `  DB_PASSWORD: "hun\"ter2", # x`, `  DB_PASSWORD: ` + m},
		{rind.SAS7, `  "DB": "hunter2",`, `  "DB": ` + m + `,`},
		{rind.SAS7, `  value = "hunter2"`, `  value = ` + m},
		{rind.SAS7, `  value = var.secret_thing`, `  value = var.secret_thing`},
		{rind.SAS7, `  Value: !Ref Secret`, `  Value: !Ref Secret`},
		{rind.SAS7, `  Value: "{{resolve:secretsmanager:x}}"`, `  Value: "{{resolve:secretsmanager:x}}"`},
		{rind.SAS7, `  Variables: {A: "x", "B": 'y'}`, `  Variables: {A: "` + m + `", "B": '` + m + `'}`},
		{rind.SAS7, `  - "hunter2`, `  - "` + m},
		{rind.SAS2, `  AuthType: NONE`, `  AuthType: NONE`},
		{rind.SAS2, `  MasterUserPassword: hunter2`, `  MasterUserPassword: ` + m},
		{rind.SAS2, `  {"api_key": "abc", "x": "y"}`, `  {"api_key": ` + m + `, "x": "y"}`},
		{rind.SAS2, `  Url: postgres://bob:hunter2@db/x`, `  Url: postgres` + m + `db/x`},
		{rind.SAS2, `  X: AKIAIOSFODNN7EXAMPLE`, `  X: ` + m},
		{rind.SAS2, `  AuthorizerTokenRequired: true`, `  AuthorizerTokenRequired: true`},
	} {
		if got := maskLine(c.in, c.risk); got != c.want {
			t.Errorf("maskLine(%q, %s) = %q, want %q", c.in, c.risk, got, c.want)
		}
	}
}

// FuzzFrames holds code frames to: no panic, no control characters, no line
// wider than asked for, whatever the source and the span.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("a: b\nc: \"d\"\n"), int32(1), int32(4), int32(1), int32(5), true)
	f.Add([]byte("\x1b\xff\u202e"), int32(1), int32(2), int32(0), int32(0), false)
	f.Fuzz(func(t *testing.T, src []byte, line, col, endLine, endCol int32, about7 bool) {
		x := &rind.Finding{Span: rind.Span{File: "f", Line: line, Column: col, EndLine: endLine, EndColumn: endCol}, Risk: rind.SAS2}
		if about7 {
			x.Risk = rind.SAS7
		}
		x.Related = []rind.Label{{Span: rind.Span{File: "f", Line: endLine, Column: endCol}, Note: "n"}}
		for _, fr := range frames(x, func(string) []byte { return src }, 40) {
			for _, l := range fr.lines {
				if runes(l.text) > 40 || strings.ContainsAny(l.text, "\x00\x1b\r\n\t") {
					t.Errorf("line %q", l.text)
				}
				for _, m := range l.marks {
					if m.from < 0 || m.to <= m.from || m.to > 41 {
						t.Errorf("mark %+v", m)
					}
				}
			}
		}
	})
}
