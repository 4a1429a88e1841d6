package tf

import (
	"strings"
	"testing"

	"rind/internal/testdir"
	"rind/rind"
	"rind/template/source"
)

// tree writes files, given as name and content in turn, and opens them.
func tree(t testing.TB, files ...string) *source.Tree {
	t.Helper()
	byName := map[string]string{}
	for i := 0; i+1 < len(files); i += 2 {
		byName[files[i]] = files[i+1]
	}
	tr, err := source.Open(testdir.New(t, byName))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tr.Close() })
	return tr
}

// render prints a value in one line, Symbols as their text.
func render(v *rind.Value) string {
	switch {
	case v == nil:
		return "absent"
	case structure(v) != nil:
		return "json:" + render(structure(v))
	case v.Kind == rind.List:
		var items []string
		for _, it := range v.Items {
			items = append(items, render(it))
		}
		return "[" + strings.Join(items, " ") + "]"
	case v.Kind == rind.Map:
		var items []string
		for _, f := range sortedFields(v) {
			items = append(items, f.Key+"="+render(f.Value))
		}
		return "{" + strings.Join(items, " ") + "}"
	case v.Kind == rind.Null:
		return "null"
	}
	return v.Text
}

const preamble = `
variable "stage" { default = "dev" }
variable "needed" {}
variable "secret" { sensitive = true }
variable "opt" {
  type    = object({ a = optional(string, "x"), b = optional(list(number), [1]), c = optional(bool) })
  default = { b = ["2"] }
}
locals {
  l    = ["a", "b", "c"]
  m    = { k = "v", n = 2 }
  objs = [{ id = "1", on = true }, { id = "2", on = false }]
}
resource "aws_s3_bucket" "b" { bucket = "x" }
resource "aws_sqs_queue" "q" {
  for_each = toset(["one", "two"])
  delay_seconds = 5
}
resource "aws_s3_bucket_policy" "p" { bucket = aws_s3_bucket.b.id }
resource "aws_sns_topic" "t" { count = 2 }
resource "aws_sns_topic" "none" { count = 0 }
resource "aws_sns_topic" "maybe" { count = var.needed }
data "aws_caller_identity" "me" {}
data "aws_region" "here" {}
data "aws_iam_policy" "admin" { name = "AdministratorAccess" }
data "aws_iam_policy" "own" { name = "ours" }
data "aws_secretsmanager_secret_version" "v" { secret_id = "x" }
`

func TestEvaluate(t *testing.T) {
	tests := []struct{ expr, want string }{
		// operators, conditionals, templates
		{`1 + 2 * 3`, "7"},
		{`10 / 4`, "2.5"},
		{`!true || 1 < 2 && "a" == "a"`, "true"},
		{`"x-${var.stage}-${1 + 1}"`, "x-dev-2"},
		{`"${var.needed}-y"`, "${needed}-y"},
		{`var.stage == "dev" ? "small" : "big"`, "small"},
		{`var.needed == null ? "a" : "b"`, "b"},
		{`var.needed == "x" ? "a" : "a"`, "a"},
		{`var.needed == "x" ? "a" : "b"`, `${var.needed == "x" ? "a" : "b"}`},
		{`"arn:x:${var.needed}" == "b"`, "false"},
		{`"%{ if var.stage == "dev" }D%{ else }P%{ endif }"`, "D"},
		{`"%{ for x in local.l }<${x}>%{ endfor }"`, "<a><b><c>"},
		{"<<-EOT\n    one\n      two ${var.stage}\n    EOT\n", "one\n  two dev\n"},
		{`"$${kept}"`, "${kept}"},
		// for, splat, index
		{`[for x in local.l : upper(x) if x != "b"]`, "[A C]"},
		{`{for i, x in local.l : x => i}`, "{a=0 b=1 c=2}"},
		{`{for o in local.objs : o.on => o.id...}`, "{false=[2] true=[1]}"},
		{`local.objs[*].id`, "[1 2]"},
		{`local.m["k"]`, "v"},
		{`local.l[1]`, "b"},
		{`var.opt`, "{a=x b=[2] c=null}"},
		{`"one"[*]`, "[one]"},
		{`null[*]`, "[]"},
		// references
		{`aws_s3_bucket.b.arn`, "${aws_s3_bucket.b.arn}"},
		{`"${aws_s3_bucket.b.arn}/*"`, "${aws_s3_bucket.b.arn}/*"},
		{`aws_sqs_queue.q["one"].arn`, `${aws_sqs_queue.q["one"].arn}`},
		{`aws_sqs_queue.q["one"].delay_seconds`, "5"},
		{`[for k, q in aws_sqs_queue.q : q.arn]`, `[${aws_sqs_queue.q["one"].arn} ${aws_sqs_queue.q["two"].arn}]`},
		{`values(aws_sqs_queue.q)[*].arn`, `[${aws_sqs_queue.q["one"].arn} ${aws_sqs_queue.q["two"].arn}]`},
		{`aws_sns_topic.t[*].arn`, "[${aws_sns_topic.t[0].arn} ${aws_sns_topic.t[1].arn}]"},
		{`try(aws_sns_topic.none[0].arn, "no")`, "no"},
		{`one(aws_sns_topic.none[*].arn)`, "null"},
		{`aws_sns_topic.maybe[0].arn`, "${aws_sns_topic.maybe[0].arn}"},
		{`aws_s3_bucket_policy.p.id`, "${aws_s3_bucket.b.id}"},
		{`aws_s3_bucket_policy.p.bucket`, "${aws_s3_bucket.b.id}"},
		{`aws_iam_role.elsewhere.arn`, "${aws_iam_role.elsewhere.arn}"},
		{`data.aws_caller_identity.me.account_id`, "${AWS::AccountId}"},
		{`"arn:aws:sqs:${data.aws_region.here.name}:x"`, "arn:aws:sqs:${AWS::Region}:x"},
		{`jsondecode(data.aws_secretsmanager_secret_version.v.secret_string)["pw"]`, "${data.aws_secretsmanager_secret_version.v.secret_string.pw}"},
		{`ephemeral.aws_secretsmanager_secret_version.e.secret_string`, "${ephemeral.aws_secretsmanager_secret_version.e.secret_string}"},
		{`data.aws_iam_policy.admin.arn`, "arn:aws:iam::aws:policy/AdministratorAccess"},
		{`data.aws_iam_policy.own.arn`, "${data.aws_iam_policy.own.arn}"},
		{`terraform.workspace`, "default"},
		{`path.module`, "."},
		// functions
		{`join("-", ["a", var.needed, "c"])`, "a-${needed}-c"},
		{`format("%s/%03d/%s", "a", 7, var.needed)`, "a/007/${needed}"},
		{`format("%[2]s%[1]s", "a", "b")`, "ba"},
		{`formatlist("x-%s", ["a", "b"])`, "[x-a x-b]"},
		{`merge(local.m, { k = "w" }, null)`, "{k=w n=2}"},
		{`concat(["a"], [], ["b"])`, "[a b]"},
		{`flatten([["a"], ["b", ["c"]]])`, "[a b c]"},
		{`flatten([for o in local.objs : [o.id, "${o.id}x"]])`, "[1 1x 2 2x]"},
		{`lookup(local.m, "no", "d")`, "d"},
		{`coalesce("", null, "z")`, "z"},
		{`coalesce(null, var.needed)`, "${needed}"},
		{`compact(["a", "", null])`, "[a]"},
		{`element(["a", "b"], 3)`, "b"},
		{`contains(["a", var.needed], "a")`, "true"},
		{`setproduct(["a", "b"], [1])`, "[[a 1] [b 1]]"},
		{`zipmap(["a"], [1])`, "{a=1}"},
		{`sort(tolist(toset(["b", "a", "b"])))`, "[a b]"},
		{`setsubtract(["a", "b"], ["b"])`, "[a]"},
		{`keys({ b = 1, a = 2 })`, "[a b]"},
		{`length(local.l)`, "3"},
		{`range(3)`, "[0 1 2]"},
		{`slice(local.l, 0, 2)`, "[a b]"},
		{`chunklist(local.l, 2)`, "[[a b] [c]]"},
		{`transpose({ a = ["x", "y"] })`, "{x=[a] y=[a]}"},
		{`alltrue([true, "true"])`, "true"},
		{`replace("a.b.c", ".", "-")`, "a-b-c"},
		{`replace("abc", "/[ab]+/", "X")`, "Xc"},
		{`replace("x{bucket}", "{bucket}", aws_s3_bucket.b.id)`, "x${aws_s3_bucket.b.id}"},
		{`split(",", "a,b")`, "[a b]"},
		{`split(":", aws_sqs_queue.q["one"].arn)[2]`, "sqs"},
		{`split(":", aws_sqs_queue.q["one"].arn)[5]`, `${aws_sqs_queue.q["one"].name}`},
		{`split("/", var.needed)`, `${split("/", var.needed)}`},
		{`startswith("a-${var.needed}", "b")`, "false"},
		{`strcontains("a-${var.needed}", "a-")`, "true"},
		{`regex("([a-z]+)-([0-9]+)", "ab-12")`, "[ab 12]"},
		{`trimsuffix("${aws_s3_bucket.b.arn}:*", ":*")`, "${aws_s3_bucket.b.arn}"},
		{`title("hello you")`, "Hello You"},
		{`substr("hello", 1, 3)`, "ell"},
		{`startswith("hello", "he")`, "true"},
		{`jsonencode({ a = [1, var.needed] })`, "json:{a=[1 ${needed}]}"},
		{`jsondecode(jsonencode({ a = var.needed })).a`, "${needed}"},
		{`yamldecode("a: [1, x]")`, "{a=[1 x]}"},
		{`base64decode(base64encode("x"))`, "x"},
		{`urlencode("a b/c")`, "a+b%2Fc"},
		{`md5("x")`, "9dd4e461268c8034f5c8564e155c67a6"},
		{`cidrsubnet("10.0.0.0/16", 8, 2)`, "10.0.2.0/24"},
		{`cidrhost("10.0.0.0/24", 5)`, "10.0.0.5"},
		{`cidrsubnets("10.0.0.0/16", 8, 4)`, "[10.0.0.0/24 10.0.16.0/20]"},
		{`cidrnetmask("10.0.0.0/12")`, "255.240.0.0"},
		{`max(1, 5, 3)`, "5"},
		{`sum([1, 2.5])`, "3.5"},
		{`tonumber("3") + 1`, "4"},
		{`formatdate("YYYY", "2024-01-02T03:04:05Z")`, "2024"},
		{`can(local.m.nothing)`, "false"},
		{`try(local.m.nothing, "t")`, "t"},
		{`timestamp()`, "${timestamp()}"},
		{`file("hello.txt")`, "hi"},
		{`file("built.zip")`, "${built.zip}"},
		{`file("../../etc/passwd")`, "${../../etc/passwd}"},
		{`templatefile("t.tpl", { name = var.needed, list = ["a", "b"] })`, "n ${needed}: a, b, "},
		{`fileexists("hello.txt")`, "true"},
		{`fileset(".", "**/*.txt")`, "[hello.txt sub/deep.txt]"},
		{`provider::aws::arn_build("aws", "iam", "", var.needed, "root")`, "arn:aws:iam::${needed}:root"},
	}
	for _, tt := range tests {
		tr := tree(t, "main.tf", preamble+"locals {\n  x = "+tt.expr+"\n}\n", "hello.txt", "hi", "sub/deep.txt", "",
			"t.tpl", "n ${name}: %{ for x in list ~}${x}, %{ endfor ~}")
		r := newReader(tr, ".", Options{})
		m := r.newModule("", ".", nil, nil)
		v, err := r.local(m, "x", rind.Span{})
		if err != nil {
			t.Errorf("%s: %v", tt.expr, err)
			continue
		}
		if got := render(v); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.expr, got, tt.want)
		}
		for _, s := range r.skips {
			t.Errorf("%s: skip %v", tt.expr, s)
		}
	}
}

func TestEvaluateErrors(t *testing.T) {
	for expr, want := range map[string]string{
		`local.l[7]`:            "beyond a list of 3",
		`local.m.nothing`:       `no element "nothing"`,
		`aws_sns_topic.none[0]`: "beyond a list of 0",
		`local.x`:               "defined by itself",
		`null.a`:                "null value",
		`flatten("a")`:          "needs a list",
		`format("%d")`:          "too few arguments",
		`1 + "a"`:               "operand",
		`"a${local.l}"`:         "list or map",
		`1 + null`:              "null",
	} {
		tr := tree(t, "main.tf", preamble+"locals {\n  x = "+expr+"\n}\n")
		r := newReader(tr, ".", Options{})
		v, err := r.local(r.newModule("", ".", nil, nil), "x", rind.Span{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %s, %v; want an error with %q", expr, render(v), err, want)
		}
	}
}
