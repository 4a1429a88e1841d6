package syntax

import (
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

var all = []Language{Python, JavaScript, TypeScript, TSX, Java}

// TestLarge: bundles are refused by their size, at once.
func TestLarge(t *testing.T) {
	src := []byte(strings.Repeat("var a=function(b){return b+1};", 50<<20/30))
	start := time.Now()
	for _, lang := range all {
		if _, err := Parse(lang, src); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: got %v", lang, err)
		}
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("took %s", d)
	}
}

// TestHostile: text that is made to keep a parser busy, or to fill its
// memory, ends soon in a tree or in one of the package's errors. Most of these
// took minutes, and some gigabytes, before work was counted.
func TestHostile(t *testing.T) {
	const n = 10_000
	rep := strings.Repeat
	for name, src := range map[string]string{
		"open parens":   rep("(", n),
		"balanced":      rep("(", n) + "1" + rep(")", n),
		"closed first":  rep("(]{)", n/4),
		"open mixed":    rep("([{", n/3),
		"calls":         rep("f(", n),
		"arrows":        rep("x=>", n),
		"less":          rep("a<", n),
		"tags":          rep("<a>", n),
		"generics":      rep("List<", n),
		"merge markers": rep("<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b\n", n/40),
		"NULs":          rep("\x00", n),
		"no UTF-8":      rep("\xff\xfe\x80", n/3),
		"UTF-16":        "\xff\xfe" + rep("d\x00e\x00f\x00 \x00", n/8),
		"BOM":           "\xef\xbb\xbfx = 1\n",
		"quotes":        rep("'", n),
		"triple quotes": rep(`"""`, n/3),
		"templates":     rep("`${", n),
		"f-strings":     rep(`f"{`, n),
		"long string":   `x = "` + rep("a", 2_000_000) + `"`,
		"comments":      rep("/*", n),
		"keywords":      rep("if ", n),
		"ternaries":     rep("a?", n),
		"line joints":   rep("\\\n", n),
	} {
		t.Run(name, func(t *testing.T) {
			for _, lang := range all {
				start := time.Now()
				_, err := Parse(lang, []byte(src))
				if err != nil && !errors.Is(err, ErrTooDeep) && !errors.Is(err, ErrTooHard) {
					t.Errorf("%s: %v", lang, err)
				}
				// Far above what it takes: the machine may be busy.
				if d := time.Since(start); d > 20*time.Second {
					t.Errorf("%s: took %s", lang, d)
				}
			}
		})
	}
}

// TestAfterHostile: a parser that gave up parses the next file as ever.
func TestAfterHostile(t *testing.T) {
	for range runtime.GOMAXPROCS(0) + 1 {
		if _, err := Parse(Java, []byte(strings.Repeat("x=>", 20_000))); err == nil {
			t.Fatal("no error")
		}
	}
	tree, err := Parse(Java, []byte("class A { int f() { return 1; } }"))
	if err != nil || tree.Errors > 0 {
		t.Fatalf("%v, %d errors", err, tree.Errors)
	}
}

// TestBusy: more callers than parsers wait for their turn, and every one gets
// the tree of its own text.
func TestBusy(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 4 * runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			name := strings.Repeat("x", i+1)
			for _, lang := range all {
				src := []byte(name + ";\n")
				tree, err := Parse(lang, src)
				if err != nil {
					t.Error(err)
				} else if got := tree.Root().Text(); !strings.HasPrefix(got, name+";") {
					t.Errorf("%s: tree of %q, want of %q", lang, got, name)
				}
			}
		})
	}
	wg.Wait()
}

// FuzzParse: no text makes Parse panic, and nodes lie within the text and
// within their parents.
func FuzzParse(f *testing.F) {
	for i, src := range []string{
		"def f(x):\n  return f'{x!r}'\n", "const f = async (x) => `${x}`", "type A<T> = T extends infer U ? U : never",
		"const f = <a href={x}>{y}</a>", "class A<T> { @X int f() { return 1; } }",
	} {
		f.Add(uint8(i), []byte(src))
	}
	f.Fuzz(func(t *testing.T, lang uint8, src []byte) {
		tree, err := Parse(Language(lang%uint8(len(all))), src)
		if err != nil {
			return
		}
		var walk func(n Node)
		walk = func(n Node) {
			for c := range n.All() {
				if c.Start() < n.Start() || c.End() > n.End() || int(c.End()) > len(src) {
					t.Fatalf("%s [%d,%d) lies outside of %s [%d,%d)", c.Kind(), c.Start(), c.End(), n.Kind(), n.Start(), n.End())
				}
				walk(c)
			}
		}
		walk(tree.Root())
	})
}

// BenchmarkParse parses about 100 KB of plain code of each language.
func BenchmarkParse(b *testing.B) {
	for lang, unit := range map[Language]string{
		Python:     "def handler_%(event, context):\n    items = [x[\"id\"] for x in event.get(\"Records\", []) if x]\n    for item in items:\n        print(f\"got {item}\", len(items) + 1)\n    return {\"statusCode\": 200, \"body\": json.dumps(items)}\n\n",
		JavaScript: "exports.handler_% = async (event, context) => {\n  const items = (event.Records || []).map((r) => r.body.id);\n  for (const item of items) {\n    console.log(`got ${item}`, items.length + 1);\n  }\n  return { statusCode: 200, body: JSON.stringify(items) };\n};\n\n",
		TypeScript: "export const handler_% = async (event: SQSEvent, context: Context): Promise<Result> => {\n  const items: string[] = event.Records.map((r) => r.body as string);\n  for (const item of items) {\n    console.log(`got ${item}`, items.length + 1);\n  }\n  return { statusCode: 200, body: JSON.stringify(items) };\n};\n\n",
		TSX:        "export const Page_% = ({ items }: Props) => (\n  <ul className=\"list\">\n    {items.map((i) => <li key={i.id}>{i.name ?? `none`}</li>)}\n  </ul>\n);\n\n",
		Java:       "class Handler% implements RequestHandler<Map<String, String>, String> {\n  public String handleRequest(Map<String, String> event, Context context) {\n    for (String key : event.keySet()) {\n      context.getLogger().log(\"got \" + key + event.size());\n    }\n    return event.getOrDefault(\"id\", null);\n  }\n}\n\n",
	} {
		src := []byte(strings.Repeat(strings.ReplaceAll(unit, "%", "1"), 100_000/len(unit)))
		b.Run(lang.String(), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if tree, err := Parse(lang, src); err != nil || tree.Errors > 0 {
					b.Fatal(err, "or broken")
				}
			}
		})
	}
}
