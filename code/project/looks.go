package project

import (
	"bytes"
	"regexp"
	"slices"

	"rind/code/ir"
)

// handlersIn lists the handlers that a file's text seems to hold, by name; ""
// stands for a web application, whose routes are found by following the whole
// file. It looks at the text alone, so that thousands of files that hold none
// are never parsed.
func handlersIn(lang ir.Language, text []byte) []string {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	var out []string
	add := func(name string) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	switch lang {
	case ir.Python:
		if !has(text, "def ", "handler", "Flask", "FastAPI", "APIRouter", "Chalice", "Resolver") {
			break
		}
		for _, m := range pythonHandler.FindAllSubmatch(text, -1) {
			add(string(m[1]))
		}
		if len(out) == 0 && has(text, "handler") {
			for _, m := range pythonAssigned.FindAllSubmatch(text, -1) {
				if !bytes.HasPrefix(m[2], []byte("logging")) && !bytes.HasSuffix(m[2], []byte("Handler")) { // of a logger
					add(string(m[1]))
				}
			}
		}
		if has(text, "@", "Flask", "FastAPI", "Starlette", "Bottle", "Sanic", "Quart") && pythonApp.Match(text) {
			add("")
		}
	case ir.JavaScript:
		if has(text, "event", "evt", "andler", "Records") {
			scriptHandlers(text, add)
		}
		if has(text, "express", "Router", "router", "fastify", "Hono", "Koa", "Elysia", "restify", "http", "app.", "server.", "@hapi") && scriptApp.Match(text) {
			add("")
		}
	case ir.Java:
		for _, m := range javaHandler.FindAllSubmatch(text, -1) {
			add(string(m[1]) + ".handleRequest")
		}
		if len(out) == 0 && javaApp.Match(text) {
			add("")
		}
	case ir.Go:
		if has(text, "lambda.Start", "http.", "gin.", "echo.", "fiber.", "chi.", "mux.") && packageMain.Match(text) && goMain.Match(text) && goApp.Match(text) {
			add("main")
		}
	}
	return out
}

// has reports whether text holds one of the words: much cheaper than a
// regular expression that needs one of them.
func has(text []byte, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(text, []byte(w)) })
}

var (
	// def lambda_handler(event, context): the second parameter tells a
	// handler from any other function of an event.
	pythonHandler = regexp.MustCompile(`(?m)^(?:async[ \t]+)?def[ \t]+(\w+)\s*\(\s*(?:_*event|_?evt|payload|input|data|_)\s*(?:[:=][^()]*?)?,\s*(?:_*context|_*ctx|_+)\s*[,:=)]`)
	// handler = Mangum(app), lambda_handler = Runner().handle
	pythonAssigned = regexp.MustCompile(`(?m)^((?:\w+_)?handler)\s*(?::[^=\n]+)?=\s*([A-Za-z_][\w.]*)`)
	pythonApp      = regexp.MustCompile(`\b(?:Flask|FastAPI|APIRouter|Blueprint|Chalice|Starlette|Sanic|Quart|Bottle|APIGatewayRestResolver|APIGatewayHttpResolver|ApiGatewayResolver|ALBResolver|LambdaFunctionUrlResolver|AppSyncResolver)\(|(?m:^[ \t]*@\w+(?:\.\w+)*\.(?:route|get|post|put|delete|patch)\([ \t]*f?["'])`)

	scriptExport = regexp.MustCompile(`(?m)(?:^|[\s;])(?:(?:module\.)?exports(?:\.|\[["'])(\w+)(?:["']\])?\s*=|export\s+(?:default\s+)?(?:(?:async\s+)?function\s*\*?|const|let|var)\s+(\w+))`)
	scriptWhole  = regexp.MustCompile(`(?m)(?:^|[\s;])(?:module\.exports\s*=|export\s+default)\s*(?:async\s*)?(?:function\s*\w*\s*)?\(\s*(?:_?event|evt)\b`)
	scriptNamed  = regexp.MustCompile(`(?m)^(?:module\.exports\s*=|export\s+default)\s+(\w+)\s*;?\s*$`)
	scriptList   = regexp.MustCompile(`(?s)(?:module\.exports\s*=\s*|export\s*)\{([^{}]*)\}`)
	// module.exports = { get: async function (event) …, put: (event) => …, del(event) … }
	scriptObject  = regexp.MustCompile(`\b(?:module\.exports\s*=|export\s+default)\s*(?:\w+\s*\(\s*)?\{`)
	scriptMember  = regexp.MustCompile(`[\s,{](?:async\s+)?(\w+)\s*(?::\s*(?:async\s*)?(?:function\s*\w*\s*)?)?\(\s*(?:_?event|evt)\b`)
	scriptName    = regexp.MustCompile(`\w+`)
	scriptEvent   = regexp.MustCompile(`^[^;{]{0,160}?\(?\s*(?:\b_?event\b|\bevt\b|\w+\s*:\s*[\w.]*Event\w*\b|\{\s*(?:body|headers|pathParameters|queryStringParameters|Records|arguments|detail)\b)`)
	scriptTyped   = regexp.MustCompile(`^\s*:\s*[\w.]*(?:Handler|ProxyHandler\w*)\b`)
	scriptHandler = regexp.MustCompile(`(?i)handler$|^main$`)
	// What a page's scripts do with events is no business of ours.
	scriptBrowser = regexp.MustCompile(`\b(?:document|window)\.\w|\bfrom\s+["']react["']|\brequire\(["']react["']\)`)
	scriptLambda  = regexp.MustCompile(`\b(?:statusCode|Records|queryStringParameters|pathParameters|requestContext|callback|context|lambda|Lambda)\b|aws-sdk|aws-lambda`)
	scriptApp     = regexp.MustCompile(`\(\s*_?req(?:uest)?\s*(?::[^,()]*)?,\s*res(?:p|ponse)?\b|\brequire\(["'](?:express|fastify|restify|hono|@hapi/hapi)["']\)\s*[.(]|\bexpress\s*\(\s*\)|\bexpress\.Router\s*\(|\bRouter\s*\(\s*\)|\bfastify\s*\(|\bnew\s+(?:Hono|OpenAPIHono|Koa|Router|Elysia)\b|\brestify\.createServer\b|\bhttp\.createServer\b|\b(?:app|router|server)\.(?:get|post|put|delete|patch|all|use)\s*\(\s*["'` + "`" + `]/`)

	javaHandler = regexp.MustCompile(`\bclass\s+(\w+)[^{]*\b(?:implements|extends)\b[^{]*\b(?:RequestHandler|RequestStreamHandler|SpringBootRequestHandler|MicronautRequestHandler\w*)\b`)
	javaApp     = regexp.MustCompile(`@(?:RestController|Controller|Funq|RequestMapping|GetMapping|PostMapping|WebServlet|Path|Get|Post)\b|@Bean\s+(?:public\s+)?(?:Function|Consumer|Supplier)<|\bextends\s+HttpServlet\b|\bimplements\s+(?:java\.util\.function\.)?(?:Function|Consumer)<`)
	goApp       = regexp.MustCompile(`\blambda\.Start\w*\(|\bhttp\.HandleFunc\(|\bgin\.(?:Default|New)\(|\becho\.New\(|\bfiber\.New\(|\bchi\.NewRouter\(|\bmux\.NewRouter\(|\bhttp\.ListenAndServe\(`)
)

// callsAWS tells that a file imports an AWS SDK.
var callsAWS = regexp.MustCompile(`\b(?:aio)?boto(?:3|core)\b|["']aws-sdk|["']@aws-sdk/|\bsoftware\.amazon\.awssdk\.|\bcom\.amazonaws\.services\.|github\.com/aws/aws-sdk-go`)

// scriptHandlers calls add for every export that seems to be a handler: it is
// named or typed so, or takes an event.
func scriptHandlers(text []byte, add func(string)) {
	if scriptBrowser.Match(text) {
		return
	}
	lambda := scriptLambda.Match(text)
	for _, m := range scriptExport.FindAllSubmatchIndex(text, -1) {
		at := m[2]
		end := m[3]
		if at < 0 {
			at, end = m[4], m[5]
		}
		name := string(text[at:end])
		rest := text[end:min(len(text), end+300)]
		if !lambda && !scriptHandler.MatchString(name) {
			continue
		}
		if scriptHandler.MatchString(name) && !bytes.HasPrefix(bytes.TrimLeft(rest, " ="), []byte("{")) || scriptEvent.Match(rest) || scriptTyped.Match(rest) {
			add(name)
		}
	}
	if scriptWhole.Match(text) {
		add("default")
	}
	if scriptObject.Match(text) {
		for _, m := range scriptMember.FindAllSubmatch(text, 40) {
			if name := string(m[1]); name != "function" && name != "async" {
				add(name)
			}
		}
	}
	for _, m := range scriptNamed.FindAllSubmatch(text, -1) {
		if lambda && takesEvent(text, m[1]) {
			add(string(m[1]))
		}
	}
	for _, m := range scriptList.FindAllSubmatch(text, -1) {
		for _, n := range scriptName.FindAll(m[1], 40) {
			if scriptHandler.Match(n) || takesEvent(text, n) {
				add(string(n))
			}
		}
	}
}

// takesEvent reports whether text defines a function of the name whose first
// parameter is an event.
func takesEvent(text, name []byte) bool {
	for _, head := range []string{"function ", "const ", "let ", "var "} {
		i := bytes.Index(text, append([]byte(head), name...))
		if i < 0 {
			continue
		}
		rest := text[i+len(head)+len(name):]
		if len(rest) > 0 && (rest[0] == ' ' || rest[0] == '(' || rest[0] == '=') && scriptEvent.Match(rest[:min(len(rest), 200)]) {
			return true
		}
	}
	return false
}
