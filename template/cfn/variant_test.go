package cfn

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestVariants(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		opt  Options
		want []string // "when …: value of X.V", "?" for undecided
	}{
		"a default is flipped": {
			text: `
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources: {X: {Type: "AWS::T::X", Properties: {V: !If [IsProd, p, d]}}}`,
			want: []string{"when IsProd is true: p"},
		},
		"what follows is consistent": {
			text: `
Parameters: {Stage: {Type: String, Default: dev}}
Mappings: {M: {dev: {A: 1}, prod: {A: 2}}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  NotProd: !Not [!Condition IsProd]
Resources: {X: {Type: "AWS::T::X", Properties: {V: [!If [IsProd, p, d], !If [NotProd, n, y], !FindInMap [M, !Ref Stage, A]]}}}`,
			want: []string{"when IsProd is true: [p y 2]"},
		},
		"a parameter without a default": {
			text: `
Parameters: {Auth: {Type: String}}
Conditions: {Off: !Equals [!Ref Auth, none]}
Resources: {X: {Type: "AWS::T::X", Properties: {V: !If [Off, open, closed]}}}`,
			want: []string{"?when Off is true: open"},
		},
		"allowed values": {
			text: `
Parameters: {Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}}
Conditions: {IsDev: !Equals [!Ref Stage, dev], IsTest: !Equals [!Ref Stage, test]}
Resources: {X: {Type: "AWS::T::X", Properties: {V: [!If [IsDev, a, b], !If [IsTest, c, d], !Ref Stage]}}}`,
			want: []string{"when IsDev is false: [b d prod]"},
		},
		"pseudo parameters only": {
			text: `
Conditions: {China: !Equals [!Ref "AWS::Partition", aws-cn]}
Resources: {X: {Type: "AWS::T::X", Properties: {V: !If [China, a, b]}}}`,
		},
		"an override fixes it": {
			text: `
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources: {X: {Type: "AWS::T::X", Properties: {V: !If [IsProd, p, d]}}}`,
			opt: Options{Parameters: map[string]string{"Stage": "dev"}},
		},
		"and, with one side fixed by an override": {
			text: `
Parameters: {A: {Type: String, Default: "no"}, B: {Type: String, Default: "no"}}
Conditions: {Both: !And [!Equals [!Ref A, "yes"], !Equals [!Ref B, "yes"]]}
Resources: {X: {Type: "AWS::T::X", Properties: {V: !If [Both, p, d]}}}`,
			opt: Options{Parameters: map[string]string{"A": "no"}},
		},
		"and, or": {
			text: `
Parameters: {A: {Type: String, Default: "no"}, B: {Type: String, Default: "no"}}
Conditions:
  Both: !And [!Equals [!Ref A, "yes"], !Equals [!Ref B, "yes"]]
  Some: !Or [!Equals [!Ref A, "yes"], !Equals [!Ref B, "yes"]]
Resources: {X: {Type: "AWS::T::X", Properties: {V: [!If [Both, b, n], !If [Some, s, n]]}}}`,
			want: []string{"when Both is true: [b s]", "when Some is true: [n s]"},
		},
		"a switch is turned off": {
			text: `
Parameters: {Private: {Type: String, Default: "true"}}
Conditions: {IsPrivate: !Equals [!Ref Private, "true"]}
Resources: {X: {Type: "AWS::T::X", Properties: {V: !If [IsPrivate, !Ref Private, !Ref Private]}}}`,
			want: []string{"when IsPrivate is false: false"},
		},
		"a condition that needs forcing": {
			text: `
Parameters: {Stage: {Type: String, Default: dev}}
Mappings: {M: {dev: {Auth: "off"}, prod: {Auth: "on"}}}
Conditions: {Auth: !Equals [!FindInMap [M, !Ref Stage, Auth], "on"]}
Resources: {X: {Type: "AWS::T::X", Properties: {V: !If [Auth, a, n]}}}`,
			want: []string{"when Auth is true: a"},
		},
		"no parameter can turn it": {
			text: `
Parameters: {Stage: {Type: String}}
Conditions: {Odd: !Equals [!Sub "x-${Stage}", prod]}
Resources: {X: {Type: "AWS::T::X", Properties: {V: !If [Odd, p, d]}}}`,
		},
		"it changes nothing": {
			text: `
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources: {X: {Type: "AWS::T::X", Properties: {V: !If [IsProd, p, p]}}}`,
		},
		"a resource comes and goes": {
			text: `
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  X: {Type: "AWS::T::X", Condition: IsProd, Properties: {V: here}}`,
			want: []string{"when IsProd is true: here"},
		},
	} {
		app := resolve(t, tt.text, tt.opt)
		var got []string
		for _, v := range app.Variants {
			s := v.When + ": " + show(v.Resource("X").Get("V"))
			if v.Undecided {
				s = "?" + s
			}
			got = append(got, s)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestVariantsShareWhatDoesNotChange(t *testing.T) {
	app := resolve(t, `
Parameters: {Stage: {Type: String, Default: dev}, Other: {Type: String, Default: o}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  A: {Type: "AWS::T::X", Properties: {V: !Sub "${Other}-x"}}
  B: {Type: "AWS::T::X", Properties: {V: !If [IsProd, 1, 2], W: {L: [1, 2]}}}`, Options{})
	v := app.Variants[0]
	if v.Resource("A") != app.Resource("A") {
		t.Error("A was made twice")
	}
	if v.Resource("B") == app.Resource("B") || v.Resource("B").Get("W") != app.Resource("B").Get("W") {
		t.Error("B should differ in V alone")
	}
}

func TestVariantsAreLimited(t *testing.T) {
	var b strings.Builder
	b.WriteString("Resources: {X: {Type: \"AWS::T::X\", Properties: {V: [")
	for i := range 40 {
		fmt.Fprintf(&b, "!If [C%d, 1, 0], ", i)
	}
	b.WriteString("1]}}}\nParameters:\n")
	for i := range 40 {
		fmt.Fprintf(&b, "  P%d: {Type: String, Default: a}\n", i)
	}
	b.WriteString("Conditions:\n")
	for i := range 40 {
		fmt.Fprintf(&b, "  C%d: !Equals [!Ref P%d, b]\n", i, i)
	}
	if app := resolve(t, b.String(), Options{}); len(app.Variants) != maxVariants {
		t.Errorf("%d variants", len(app.Variants))
	}
}

func TestConditionsThatDoubleEnd(t *testing.T) {
	var b strings.Builder
	b.WriteString("Parameters: {P: {Type: String, Default: a}}\nConditions:\n  C0: !Equals [!Ref P, !Sub 'x${P}']\n")
	for i := range 60 {
		fmt.Fprintf(&b, "  C%d: !And [!Condition C%d, !Or [!Condition C%d, !Condition C%d]]\n", i+1, i, i, i)
	}
	b.WriteString("Resources: {X: {Type: 'AWS::T::X', Properties: {V: !If [C60, 1, 2]}}}\n")
	if app := resolve(t, b.String(), Options{}); show(app.Resource("X").Get("V")) != "2" {
		t.Error("X is lost")
	}
}

func TestVariantsReachNestedStacks(t *testing.T) {
	child := `
Parameters: {Mode: {Type: String, Default: shut}, Fixed: {Type: String, Default: x}}
Conditions: {Open: !Equals [!Ref Mode, open], Never: !Equals [!Ref Fixed, y]}
Resources: {X: {Type: "AWS::T::X", Properties: {V: !If [Open, o, s], W: !If [Never, 1, 2]}}}`
	app := resolve(t, `
Parameters: {M: {Type: String, Default: shut}}
Resources: {N: {Type: "AWS::CloudFormation::Stack", Properties: {TemplateURL: child.yaml, Parameters: {Mode: !Ref M}}}}`,
		Options{Load: func(file string, p map[string]string) (*Template, error) {
			c := parse(t, child, nil)
			c.File = file
			return c, nil
		}})
	if len(app.Variants) != 1 || app.Variants[0].When != "when N/Open is true" || show(app.Variants[0].Resource("N/X").Get("V")) != "o" {
		t.Errorf("variants %v", app.Variants)
	}
}

func TestVariantsMayNestAnotherTemplate(t *testing.T) {
	app := resolve(t, `
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  N: {Type: "AWS::CloudFormation::Stack", Properties: {TemplateURL: !If [IsProd, b.yaml, a.yaml]}}
  U: {Type: "AWS::T::X", Properties: {V: !GetAtt N.Outputs.O}}`,
		Options{Load: loader(t, map[string]string{
			"a.yaml": "Resources: {X: {Type: 'AWS::T::X', Properties: {V: a}}}\nOutputs: {O: {Value: oa}}\n",
			"b.yaml": "Resources: {X: {Type: 'AWS::T::X', Properties: {V: b}}}\nOutputs: {O: {Value: ob}}\n",
		})})
	v := app.Variants[0]
	if a, b, o := show(app.Resource("N/X").Get("V")), show(v.Resource("N/X").Get("V")), show(v.Resource("U").Get("V")); a != "a" || b != "b" || o != "ob" {
		t.Errorf("got %s, %s, %s", a, b, o)
	}
}
