// Command samcheck measures how faithful the expansion of SAM templates is.
//
//	go run ./internal/samcheck [-v] [-only NAME] DIR
//
// DIR is a checkout of the public repository aws/serverless-application-model.
// Every tests/translator/input/NAME.yaml is expanded as that repository's own
// tests do it (partition aws, region ap-southeast-1, parameters param1=value1
// and param2=value2) and compared with tests/translator/output/NAME.json.
//
// What is equal after this normalisation counts as equal, as in those tests or
// for a reason given:
//   - keys of maps and elements of lists are sorted; numbers compare by value;
//   - the ID of an AWS::ApiGateway::Deployment ends with a hash over the
//     definition as Python 2 would have printed it, and its Description
//     repeats the hash: both hashes are cut off, everywhere in the template;
//   - an application of the Serverless Application Repository gets a signed
//     URL from AWS; here its ApplicationId and SemanticVersion stay.
//
// Pairs with an error_NAME.json must not panic and must give a complaint.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"

	"rind/rind"
	"rind/template/sam"
	"rind/template/source"
)

var categories = []string{"resources", "roles", "permissions", "auth", "rest", "all"}

func main() {
	verbose := flag.Bool("v", false, "list the pairs that are equal, too")
	only := flag.String("only", "", "check one pair and print every difference")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: samcheck [-v] [-only NAME] DIR, a checkout of aws/serverless-application-model")
		os.Exit(2)
	}
	inputs, err := filepath.Glob(filepath.Join(flag.Arg(0), "tests/translator/input/*.y*ml"))
	if err != nil || len(inputs) == 0 {
		fmt.Fprintln(os.Stderr, "samcheck: no tests/translator/input/*.yaml in", flag.Arg(0))
		os.Exit(2)
	}
	var s score
	for _, in := range inputs {
		name := strings.TrimSuffix(filepath.Base(in), filepath.Ext(in))
		if *only != "" && name != *only {
			continue
		}
		s.pair(name, in, filepath.Join(flag.Arg(0), "tests/translator/output"), *verbose, *only != "")
	}
	s.print()
	if s.equal["all"]*100 < s.pairs*95 {
		os.Exit(1)
	}
}

type score struct {
	pairs, errors, told int
	equal               map[string]int
}

func (s *score) pair(name, in, outDir string, verbose, all bool) {
	if s.equal == nil {
		s.equal = map[string]int{}
	}
	data, err := os.ReadFile(in)
	if err != nil {
		fmt.Println("FAIL", name, err)
		return
	}
	want, err := os.ReadFile(filepath.Join(outDir, name+".json"))
	if err != nil {
		return // an input without an expected output
	}
	got, skips, err := expand(name, data)
	if strings.HasPrefix(name, "error_") {
		s.errors++
		if err != nil || len(skips) > 0 {
			s.told++
		} else {
			fmt.Printf("FAIL %-70s no complaint: %s\n", name, message(want))
		}
		return
	}
	s.pairs++
	var expected any
	if err == nil {
		err = json.Unmarshal(want, &expected)
	}
	if err != nil {
		fmt.Println("FAIL", name, err)
		return
	}
	a, b := normal(got), normal(expected)
	first := ""
	for _, c := range categories {
		diffs := differences(part(c, a), part(c, b))
		if len(diffs) == 0 {
			s.equal[c]++
			continue
		}
		if first == "" {
			first = c + ": " + diffs[0]
		}
		if all {
			fmt.Println(c + ":\n  " + strings.Join(diffs, "\n  "))
		}
	}
	switch {
	case first != "":
		fmt.Printf("FAIL %-70s %s\n", name, first)
	case verbose:
		fmt.Println("ok  ", name)
	}
	if first == "" && len(skips) > 0 {
		fmt.Printf("note %-70s complaint: %s\n", name, skips[0].Reason)
	}
	if all {
		for _, k := range skips {
			fmt.Println("  skip", k.Line, k.Reason)
		}
	}
}

func expand(name string, data []byte) (out any, skips []rind.Skip, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	root, err := source.Parse(name, data)
	if err != nil {
		return nil, nil, err
	}
	t, skips, err := sam.Transform(name, root, sam.Options{
		Region: "ap-southeast-1", Parameters: map[string]string{"param1": "value1", "param2": "value2"},
	})
	if err != nil {
		return nil, skips, err
	}
	return plain(t.Root), skips, nil
}

// plain turns a value into what encoding/json makes of a document.
func plain(v *rind.Value) any {
	if v == nil {
		return nil
	}
	switch v.Kind {
	case rind.Bool:
		return v.Text == "true"
	case rind.Number:
		var n any
		if json.Unmarshal([]byte(v.Text), &n) == nil {
			return n
		}
		return v.Text
	case rind.String:
		return v.Text
	case rind.List:
		out := make([]any, len(v.Items))
		for i, it := range v.Items {
			out[i] = plain(it)
		}
		return out
	case rind.Map:
		out := map[string]any{}
		for _, f := range v.Fields {
			out[f.Key] = plain(f.Value)
		}
		return out
	}
	return nil
}

// part takes one category out of a template.
func part(category string, doc any) any {
	m, _ := doc.(map[string]any)
	resources, _ := m["Resources"].(map[string]any)
	out := map[string]any{}
	for id, r := range resources {
		r, _ := r.(map[string]any)
		p, _ := r["Properties"].(map[string]any)
		typ, _ := r["Type"].(string)
		switch category {
		case "resources": // which there are
			out[id] = typ
		case "roles":
			if strings.HasPrefix(typ, "AWS::IAM::") {
				out[id] = r
			}
		case "permissions":
			if typ == "AWS::Lambda::Permission" || strings.HasSuffix(typ, "Policy") && typ != "AWS::IAM::ManagedPolicy" {
				out[id] = r
			}
		case "auth": // the definitions of APIs: paths, authorizers, resource policies
			switch typ {
			case "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api":
				out[id] = p["Body"]
			case "AWS::ApiGatewayV2::Authorizer", "AWS::ApiGatewayV2::Route", "AWS::Lambda::Url", "AWS::AppSync::GraphQLApi":
				out[id] = p
			}
		case "rest":
			out[id] = r
		case "all":
			return doc
		}
	}
	return out
}

func message(want []byte) string {
	var m struct {
		ErrorMessage string `json:"errorMessage"`
	}
	_ = json.Unmarshal(want, &m)
	return m.ErrorMessage
}

// normal prepares a document for comparison; see the package comment.
func normal(doc any) any {
	m, _ := doc.(map[string]any)
	resources, _ := m["Resources"].(map[string]any)
	rename := map[string]string{}
	for id, r := range resources {
		r, _ := r.(map[string]any)
		p, _ := r["Properties"].(map[string]any)
		switch r["Type"] {
		case "AWS::ApiGateway::Deployment":
			if d, _ := p["Description"].(string); strings.HasPrefix(d, "RestApi deployment id: ") && len(d) == 63 {
				if h := d[23:33]; strings.HasSuffix(id, h) {
					rename[id] = strings.TrimSuffix(id, h)
					p["Description"] = "RestApi deployment id: "
				}
			}
		case "AWS::CloudFormation::Stack":
			_, app := p["TemplateURL"].(map[string]any)
			if url, _ := p["TemplateURL"].(string); app || strings.Contains(url, "awsserverlessrepo-changesets") {
				p["TemplateURL"] = "the application's"
			}
		}
	}
	return sorted(doc, rename)
}

func sorted(v any, rename map[string]string) any {
	switch v := v.(type) {
	case string:
		if n, ok := rename[v]; ok {
			return n
		}
		return v
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			if n, ok := rename[k]; ok {
				k = n
			}
			out[k] = sorted(x, rename)
		}
		return out
	case []any:
		out := make([]any, len(v))
		keys := map[int]string{}
		order := make([]int, len(v))
		for i, x := range v {
			out[i] = sorted(x, rename)
			b, _ := json.Marshal(out[i])
			keys[i], order[i] = string(b), i
		}
		sort.Slice(order, func(i, j int) bool { return keys[order[i]] < keys[order[j]] })
		res := make([]any, len(v))
		for i, o := range order {
			res[i] = out[o]
		}
		return res
	}
	return v
}

func differences(a, b any) []string {
	var out []string
	compare("", a, b, &out)
	return out
}

func compare(path string, a, b any, out *[]string) {
	if reflect.DeepEqual(a, b) || len(*out) > 40 {
		return
	}
	x, okA := a.(map[string]any)
	y, okB := b.(map[string]any)
	if okA && okB {
		keys := map[string]bool{}
		for k := range x {
			keys[k] = true
		}
		for k := range y {
			keys[k] = true
		}
		var list []string
		for k := range keys {
			list = append(list, k)
		}
		sort.Strings(list)
		for _, k := range list {
			va, inA := x[k]
			vb, inB := y[k]
			switch {
			case !inA:
				*out = append(*out, fmt.Sprintf("%s.%s: missing, want %s", path, k, short(vb)))
			case !inB:
				*out = append(*out, fmt.Sprintf("%s.%s: unexpected %s", path, k, short(va)))
			default:
				compare(path+"."+k, va, vb, out)
			}
		}
		return
	}
	l, okA := a.([]any)
	r, okB := b.([]any)
	if okA && okB && len(l) == len(r) {
		for i := range l {
			compare(fmt.Sprintf("%s[%d]", path, i), l[i], r[i], out)
		}
		return
	}
	*out = append(*out, fmt.Sprintf("%s: %s, want %s", path, short(a), short(b)))
}

func short(v any) string {
	b, _ := json.Marshal(v)
	if len(b) > 240 {
		return string(b[:240]) + "…"
	}
	return string(b)
}

func (s *score) print() {
	fmt.Printf("\n%d pairs", s.pairs)
	for _, c := range categories {
		fmt.Printf("  %s %d (%.1f%%)", c, s.equal[c], 100*float64(s.equal[c])/float64(max(s.pairs, 1)))
	}
	fmt.Printf("\n%d inputs that AWS refuses, %d with a complaint (%.1f%%)\n", s.errors, s.told, 100*float64(s.told)/float64(max(s.errors, 1)))
}
