package flow_test

import "rind/rind"

type flowCase struct {
	name     string
	js       bool
	triggers []rind.TriggerKind
	src      string
}

var cases = []flowCase{
	{name: "direct", src: `
def handler(event, context):
    run("ls " + event["body"])  # want: cmdi
`},
	{name: "field that AWS sets", src: `
def handler(event, context):
    run(event["requestContext"]["requestId"])
`},
	{name: "through functions, dicts, lists and f-strings", src: `
import json
def build(x):
    d = {"cmd": x, "safe": "y"}
    return d
def handler(event, context):
    body = json.loads(event["body"])
    d = build(body["name"])
    run(d["safe"])
    l = []
    l.append("a")
    l.append(d["cmd"])
    run(l[0])
    run(f"x {l[1]}")  # want: cmdi
`},
	{name: "list positions after pop", src: `
def handler(event, context):
    l = []
    l.append('safe')
    l.append(event["body"])
    l.append('moresafe')
    l.pop(0)
    run(l[0])  # want: cmdi
    run(l[1])
`},
	{name: "constant condition", src: `
def handler(event, context):
    num = 106
    bar = "safe" if 7 * 18 + num > 200 else event["body"]
    run(bar)
    if 7 * 42 - num > 200:
        bar = event["body"]
    run(bar)
`},
	{name: "presence only", src: `
def handler(event, context):
    cmd = "a"
    if event.get("body"):
        cmd = "b"
    run(cmd)
`},
	{name: "allow list", src: `
ALLOWED = ["a", "b"]
def handler(event, context):
    x = event["body"]
    if x not in ALLOWED:
        return None
    run(x)
`},
	{name: "allow list after the use", src: `
ALLOWED = ["a", "b"]
def handler(event, context):
    x = event["body"]
    run(x)  # want: cmdi
    if x in ALLOWED:
        run("echo " + x)
`},
	{name: "anchored pattern", src: `
import re
def valid(x):
    return re.fullmatch(r"[a-z]+", x)
def handler(event, context):
    x = event["body"]
    if not valid(x):
        raise ValueError()
    run(x)
`},
	{name: "pattern without end", src: `
import re
def handler(event, context):
    x = event["body"]
    if re.match(r"^[a-z]+", x):
        run(x)  # want: cmdi
`},
	{name: "numbers are harmless", src: `
def handler(event, context):
    run("sleep %d" % event["body"])
    run("sleep %s" % int(event["body"]))
    run("sleep %s" % event["body"])  # want: cmdi
`},
	{name: "sanitiser of another class", src: `
def handler(event, context):
    x = quote(event["body"])
    run(x)
    query("select " + x)  # want: sqli
`},
	{name: "fixed host", src: `
def handler(event, context):
    fetch("https://example.com/" + event["path"])
    fetch("https://" + event["path"])  # want: ssrf
    fetch(event["path"])  # want: ssrf
`},
	{name: "structure or text", src: `
import json
def handler(event, context):
    b = json.loads(event["body"])
    find({"user": b["user"]})  # want: nosqli
    find({"user": str(b["user"])})
    find({"user": event["queryStringParameters"]["user"]})
`},
	{name: "classes, inheritance and properties", src: `
class Base:
    def __init__(self, db):
        self.db = db
    def go(self):
        run(self.cmd)  # want: cmdi
class Job(Base):
    def __init__(self, cmd):
        super().__init__(None)
        self._cmd = cmd
    @property
    def cmd(self):
        return self._cmd
def handler(event, context):
    Job(event["body"]).go()
`},
	{name: "queue records", triggers: []rind.TriggerKind{rind.SQS}, src: `
import json
def handler(event, context):
    for record in event["Records"]:
        m = json.loads(record["body"])
        run(m["x"])  # want: cmdi
        run(record["messageId"])
`},
	{name: "decorators of the app", src: `
import functools
def log(f):
    def inner(event, context):
        return f(event, context)
    return inner
@log
def handler(event, context):
    run(event["body"])  # want: cmdi
`},
	{name: "exceptions", src: `
def handler(event, context):
    try:
        x = event["body"]
        y = int(x)
    except ValueError as e:
        run(x)  # want: cmdi
        return None
    run(y)
`},
	{name: "page", src: `
def handler(event, context):
    return {"statusCode": 200, "headers": {"Content-Type": "text/html"},
            "body": "<p>" + event["body"] + "</p>"}  # want: xss
`},
	{name: "JSON response", src: `
def handler(event, context):
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": "<p>" + event["body"] + "</p>"}
`},
	{name: "generator and comprehension", src: `
def parts(x):
    for p in x.split(","):
        yield p.strip()
def handler(event, context):
    run(" ".join([p for p in parts(event["body"])]))  # want: cmdi
`},
	{name: "recursion", src: `
def walk(x, n):
    if n == 0:
        return x
    return walk(x + "a", n - 1)
def handler(event, context):
    run(walk(event["body"], 5))  # want: cmdi
`},
	{name: "shadowing after overwrite", src: `
def handler(event, context):
    x = event["body"]
    x = "safe"
    run(x)
`},

	{name: "js callbacks and promises", js: true, src: `
exports.handler = async (event) => {
  const { name, ...rest } = JSON.parse(event.body);
  const later2 = v => Promise.resolve(v);
  await later(x => run(x), name); // want: cmdi
  [1, 2].map(n => run("n" + n));
  rest.list.forEach(item => { run(item) }); // want: cmdi
};
`},
	{name: "js closures and bind", js: true, src: `
function Runner(cmd) { this.cmd = cmd; }
Runner.prototype.go = function () { run(this.cmd); }; // want: cmdi
module.exports.handler = function (event, context, callback) {
  const r = new Runner(event.queryStringParameters.q);
  r.go();
  const f = function () { run(this.a); }.bind({ a: "safe" });
  f();
};
`},
	{name: "js prototype pollution", js: true, src: `
function merge(dst, src) {
  for (const k in src) {
    if (typeof src[k] === 'object') merge(dst[k], src[k]);
    else dst[k] = src[k]; // want: prototype-pollution
  }
  return dst;
}
exports.handler = async (event) => merge({}, JSON.parse(event.body));
`},
	{name: "js class with async methods", js: true, src: `
class Svc {
  #q;
  constructor(q) { this.#q = q; }
  async exec() { return query("select " + this.#q); } // want: sqli
}
export const handler = async (event) => { const s = new Svc(event.pathParameters.id); await s.exec(); };
`},
	{name: "js switch on constant", js: true, src: `
exports.handler = async (event) => {
  let cmd;
  switch (event.body) {
    case "a": cmd = "ls"; break;
    default: cmd = "pwd";
  }
  run(cmd);
};
`},
}
