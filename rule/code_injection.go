package rule

import "rind/rind"

// What an attacker's data must not become: a piece of a statement, a command,
// a program, a document or a name that something interprets.

const (
	cheats      = "https://cheatsheetseries.owasp.org/cheatsheets/"
	sasGuide    = "https://github.com/puresec/sas-top-10#sas-1"
	lambdaInput = "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html"
)

var _ = registerFlow(flowRule{class: "sqli", harm: "runs it as SQL", Rule: Rule{
	ID:       "RIND-CODE-001",
	Title:    "Data of the event becomes part of an SQL statement",
	Why:      "A statement that is put together from text lets whoever chooses the text choose what the statement does: read every customer's rows, change them, log in as anyone. The function's role and the database user decide how far that goes, and a function has no firewall in front of its queue or bucket events.",
	Severity: rind.Critical, CWE: "CWE-89",
	Fix:     "Pass the value as a parameter of the statement instead of writing it into its text.",
	Sources: []string{cheats + "SQL_Injection_Prevention_Cheat_Sheet.html", sasGuide, "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.multiplestatements.batching.html"},
}, fixes: map[string]string{
	"python":     "Pass the value apart from the statement: cursor.execute(\"… WHERE id = %s\", (value,)); for PartiQL use Parameters, for the Data API parameters.",
	"javascript": "Pass the value apart from the statement: db.query(\"… WHERE id = $1\", [value]) (or ?); for PartiQL use Parameters, for the Data API parameters.",
	"java":       "Use a PreparedStatement with ? and setString, or named parameters of the ORM, instead of joining text.",
	"go":         "Pass the value as an argument: db.QueryContext(ctx, \"… WHERE id = $1\", value), instead of fmt.Sprintf.",
}})

var _ = registerFlow(flowRule{class: "nosqli", harm: "takes it as part of a query", Rule: Rule{
	ID:       "RIND-CODE-002",
	Title:    "Data of the event becomes part of a NoSQL query",
	Why:      "Where a caller may send an object in place of a text, {\"$ne\": null} matches every document and logs in without a password; a filter or condition expression that is put together from text can be rewritten in the same way.",
	Severity: rind.High, CWE: "CWE-943",
	Fix:     "Make sure the value is a text or a number before it goes into the query, and pass it as an expression attribute value.",
	Sources: []string{cheats + "Injection_Prevention_Cheat_Sheet.html", "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeValues.html", sasGuide},
}, fixes: map[string]string{
	"python":     "Convert the value with str() or check its type before it goes into the query; in DynamoDB expressions use ExpressionAttributeValues or Attr(\"name\").eq(value) with a fixed name.",
	"javascript": "Convert the value with String() or check typeof before it goes into the query; in DynamoDB expressions use ExpressionAttributeValues.",
}})

var _ = registerFlow(flowRule{class: "xss", harm: "sends it to a browser as HTML", Rule: Rule{
	ID:       "RIND-CODE-003",
	Title:    "Data of the event is written into a page unescaped",
	Why:      "A function behind an API or a function URL that answers with HTML answers in the API's origin. Script in a parameter runs there in the victim's browser, with the victim's cookies and tokens.",
	Severity: rind.High, CWE: "CWE-79",
	Fix:     "Escape the value for HTML, or use a template engine that does, or answer with application/json.",
	Sources: []string{cheats + "Cross_Site_Scripting_Prevention_Cheat_Sheet.html", "https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html"},
}, fixes: map[string]string{
	"python":     "Escape the value with html.escape(value), or render it with Jinja2 and autoescape on.",
	"javascript": "Escape the value (escape-html, he.encode), or render it with a template engine that escapes.",
	"java":       "Escape the value with HtmlUtils.htmlEscape or OWASP's Encode.forHtml.",
	"go":         "Use html/template, or html.EscapeString(value).",
}})

var _ = registerFlow(flowRule{class: "cmdi", harm: "runs it as a command", Rule: Rule{
	ID:       "RIND-CODE-004",
	Title:    "Data of the event becomes part of a command",
	Why:      "A semicolon in a file name is enough to run another program in the function's sandbox, where the role's credentials lie in the environment and the code of the function in /var/task. Keys of uploaded objects are the classic way in.",
	Severity: rind.Critical, CWE: "CWE-78",
	Fix:     "Run the program without a shell, with the value as one argument of a list, after a \"--\" where the program knows it.",
	Sources: []string{cheats + "OS_Command_Injection_Defense_Cheat_Sheet.html", sasGuide, lambdaInput},
}, fixes: map[string]string{
	"python":     "Call subprocess.run([program, \"--\", value]) without shell=True; shlex.quote is the second best.",
	"javascript": "Call execFile or spawn with a list of arguments and without the option shell, instead of exec.",
	"java":       "Give ProcessBuilder the program and its arguments one by one, without sh -c.",
	"go":         "Call exec.Command(program, \"--\", value) instead of a shell with -c.",
}})

var _ = registerFlow(flowRule{class: "codei", harm: "runs it as code", Rule: Rule{
	ID:       "RIND-CODE-005",
	Title:    "Data of the event is run as code",
	Why:      "Whoever sends the event then writes the function: with its role, its secrets and its network. Nothing in the template limits that.",
	Severity: rind.Critical, CWE: "CWE-94",
	Fix:     "Parse the value instead of evaluating it, or look it up in a table of what is allowed.",
	Sources: []string{cheats + "Injection_Prevention_Cheat_Sheet.html", sasGuide},
}, fixes: map[string]string{
	"python":     "Use json.loads or ast.literal_eval for data, a dict of functions for a choice, instead of eval, exec or a dynamic import.",
	"javascript": "Use JSON.parse for data, a Map of functions for a choice, instead of eval, new Function, vm or a require of the value.",
	"java":       "Use a fixed expression with variables instead of an expression or script made of the value.",
}})

var _ = registerFlow(flowRule{class: "path-traversal", harm: "opens it as a path", Rule: Rule{
	ID:       "RIND-CODE-006",
	Title:    "Data of the event chooses a file",
	Why:      "With ../ or an absolute path the caller reads /proc/self/environ, where the role's credentials lie, or the function's own code; or overwrites in /tmp what a later invocation trusts. Names of archive members do the same when they are unpacked.",
	Severity: rind.High, CWE: "CWE-22",
	Fix:     "Take the last part of the name only, or resolve the path and check that it lies below the folder that is meant.",
	Sources: []string{"https://owasp.org/www-community/attacks/Path_Traversal", cheats + "Input_Validation_Cheat_Sheet.html", sasGuide},
}, fixes: map[string]string{
	"python":     "Use os.path.basename(name), or Path(base, name).resolve() and is_relative_to(base); unpack with tarfile's filter=\"data\".",
	"javascript": "Use path.basename(name), or path.resolve(base, name) and check that it starts with base + path.sep.",
	"java":       "Use Path.getFileName(), or base.resolve(name).normalize() and startsWith(base).",
	"go":         "Use filepath.Base(name), filepath.IsLocal(name), or os.OpenRoot(base).",
}})

var _ = registerFlow(flowRule{class: "rfi", harm: "loads code from it", Rule: Rule{
	ID:       "RIND-CODE-007",
	Title:    "Data of the event chooses what code is loaded",
	Why:      "A module, class or script that is loaded from a place the caller names runs with the function's role.",
	Severity: rind.Critical, CWE: "CWE-98",
	Fix:     "Choose from a fixed table of modules by a key, and never fetch code at run time.",
	Sources: []string{cheats + "Injection_Prevention_Cheat_Sheet.html", sasGuide},
}})

var _ = registerFlow(flowRule{class: "ssrf", harm: "sends a request to it", Rule: Rule{
	ID:       "RIND-CODE-008",
	Title:    "Data of the event chooses where a request goes",
	Why:      "The function fetches what its caller cannot reach: services inside the VPC, other tenants' endpoints, the Runtime API on localhost, and with file: URLs its own files. What comes back is often returned to the caller.",
	Severity: rind.High, CWE: "CWE-918",
	Fix:     "Take the host from a fixed list and put only the rest of the URL together from the value; refuse redirects to other hosts.",
	Sources: []string{cheats + "Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html", "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html"},
}, fixes: map[string]string{
	"python":     "Parse the URL with urllib.parse.urlsplit and compare scheme and hostname with a fixed set before requests or urlopen.",
	"javascript": "Parse it with new URL(value) and compare protocol and hostname with a fixed set before fetch or axios.",
	"java":       "Parse it with URI.create and compare scheme and host with a fixed set before the request.",
	"go":         "Parse it with url.Parse and compare Scheme and Hostname() with a fixed set before the request.",
}})

var _ = registerFlow(flowRule{class: "xxe", harm: "resolves the entities in it", Rule: Rule{
	ID:       "RIND-CODE-009",
	Title:    "XML of the event is parsed with external entities",
	Why:      "An entity in the document reads files such as /proc/self/environ and sends them out, reaches internal addresses, or fills the memory by repeating itself.",
	Severity: rind.High, CWE: "CWE-611",
	Fix:     "Parse with document types and external entities switched off.",
	Sources: []string{cheats + "XML_External_Entity_Prevention_Cheat_Sheet.html", sasGuide},
}, fixes: map[string]string{
	"python":     "Use defusedxml, or lxml's XMLParser(resolve_entities=False, no_network=True).",
	"javascript": "Parse without noent (libxmljs), or with fast-xml-parser and processEntities: false.",
	"java":       "Call setFeature(\"http://apache.org/xml/features/disallow-doctype-decl\", true) on the factory first.",
}})

var _ = registerFlow(flowRule{class: "ssti", harm: "renders it as a template", Rule: Rule{
	ID:       "RIND-CODE-010",
	Title:    "Data of the event becomes part of a template",
	Why:      "Template engines reach into the program's objects: an expression in the value runs code in the function. Data belongs into the context of a template, not into its text.",
	Severity: rind.Critical, CWE: "CWE-1336",
	Fix:     "Keep the template fixed and pass the value as a variable of its context.",
	Sources: []string{"https://owasp.org/www-project-web-security-testing-guide/stable/4-Web_Application_Security_Testing/07-Input_Validation_Testing/18-Testing_for_Server-side_Template_Injection", sasGuide},
}})

var _ = registerFlow(flowRule{class: "prototype-pollution", harm: "copies its keys into an object", Rule: Rule{
	ID:       "RIND-CODE-011",
	Title:    "Keys of the event are merged into an object",
	Why:      "A key __proto__ or constructor.prototype changes every object of the process: flags that were unset become true, options of child processes and templates become commands. In Lambda the change stays for the next caller's invocation.",
	Severity: rind.Medium, CWE: "CWE-1321",
	Fix:     "Copy the fields you expect by name, or merge into Object.create(null) and refuse __proto__, constructor and prototype.",
	Sources: []string{cheats + "Prototype_Pollution_Prevention_Cheat_Sheet.html"},
}})

var _ = registerFlow(flowRule{class: "deserialization", harm: "builds objects of any kind from it", Rule: Rule{
	ID:       "RIND-CODE-012",
	Title:    "Data of the event is deserialized into objects",
	Why:      "Formats such as pickle, Java serialization, node-serialize and YAML with tags say which classes to build and which functions to call. A crafted value runs code before the program sees the result.",
	Severity: rind.Critical, CWE: "CWE-502",
	Fix:     "Exchange data as JSON and check it against a schema, or load with the safe loader.",
	Sources: []string{cheats + "Deserialization_Cheat_Sheet.html", sasGuide},
}, fixes: map[string]string{
	"python":     "Use json.loads, or yaml.safe_load; never pickle, marshal, shelve or jsonpickle for data from outside.",
	"javascript": "Use JSON.parse, or js-yaml's load with its default schema; never node-serialize or funcster.",
	"java":       "Use Jackson without default typing, or set an ObjectInputFilter that allows the classes you expect.",
}})

var _ = registerFlow(flowRule{class: "ldapi", harm: "takes it as part of an LDAP filter", Rule: Rule{
	ID:       "RIND-CODE-013",
	Title:    "Data of the event becomes part of an LDAP query",
	Why:      "With * and brackets in the value a filter matches everybody: log-ins pass without a password and the directory can be read out.",
	Severity: rind.High, CWE: "CWE-90",
	Fix:     "Escape the value for filters or distinguished names before it is put in.",
	Sources: []string{cheats + "LDAP_Injection_Prevention_Cheat_Sheet.html"},
}, fixes: map[string]string{
	"python": "Use ldap.filter.escape_filter_chars or ldap3.utils.conv.escape_filter_chars.",
	"java":   "Use the search with filter arguments ({0}), or LdapEncoder.filterEncode.",
	"go":     "Use ldap.EscapeFilter.",
}})

var _ = registerFlow(flowRule{class: "xpathi", harm: "takes it as part of an XPath expression", Rule: Rule{
	ID:       "RIND-CODE-014",
	Title:    "Data of the event becomes part of an XPath expression",
	Why:      "A quote in the value rewrites the expression: it selects other nodes, or every node, of the document.",
	Severity: rind.High, CWE: "CWE-643",
	Fix:     "Pass the value as a variable of the expression, or refuse quotes in it.",
	Sources: []string{"https://owasp.org/www-community/attacks/XPATH_Injection"},
}})

var _ = registerFlow(flowRule{class: "jndi", harm: "looks it up in a naming service", Rule: Rule{
	ID:       "RIND-CODE-015",
	Title:    "Data of the event is looked up with JNDI",
	Why:      "A look-up of ldap: or rmi: loads an object from a server the caller names, and runs its code.",
	Severity: rind.Critical, CWE: "CWE-917",
	Fix:     "Look up fixed names only.",
	Sources: []string{"https://owasp.org/www-community/vulnerabilities/Deserialization_of_untrusted_data", "https://logging.apache.org/security.html"},
}})
