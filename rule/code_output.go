package rule

import "rind/rind"

// What an attacker's data must not decide: where an answer, a call or an
// object goes, how much work is done, what a log says.

var _ = registerFlow(flowRule{class: "crlf", harm: "writes its line breaks into headers", Rule: Rule{
	ID:       "RIND-CODE-016",
	Title:    "Data of the event is written into a header or mail unchecked",
	Why:      "A line break in the value ends the header and begins another: a cookie, a second recipient, a body of the caller's choice.",
	Severity: rind.Medium, CWE: "CWE-93",
	Fix:     "Refuse or remove carriage returns and line feeds before the value becomes a header.",
	Sources: []string{"https://owasp.org/www-community/vulnerabilities/CRLF_Injection"},
}})

var _ = registerFlow(flowRule{class: "graphql", harm: "takes it as part of a GraphQL document", Rule: Rule{
	ID:       "RIND-CODE-017",
	Title:    "Data of the event becomes part of a GraphQL document",
	Why:      "Text that is put into a query or mutation can add fields and operations of its own, which then run with the function's credentials.",
	Severity: rind.High, CWE: "CWE-943",
	Fix:     "Keep the document fixed and pass the value as a variable.",
	Sources: []string{cheats + "GraphQL_Cheat_Sheet.html"},
}})

var _ = registerFlow(flowRule{class: "open-redirect", harm: "sends the browser to it", Rule: Rule{
	ID:       "RIND-CODE-018",
	Title:    "Data of the event chooses where a browser is sent",
	Why:      "A link to your API that leads to somebody else's page is what phishing mails are made of, and it carries tokens along that stand in the URL.",
	Severity: rind.Medium, CWE: "CWE-601",
	Fix:     "Redirect to paths of your own, or to hosts of a fixed list.",
	Sources: []string{cheats + "Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html"},
}})

var _ = registerFlow(flowRule{class: "bomb", harm: "unpacks it without a limit", Rule: Rule{
	ID:       "RIND-CODE-019",
	Title:    "Data of the event is unpacked without a limit",
	Why:      "A few kilobytes unpack to gigabytes. The function runs out of memory or time, is retried, and every retry is paid for.",
	Risk:     rind.SAS8,
	Severity: rind.Medium, CWE: "CWE-409",
	Fix:     "Stop after a number of bytes and of members that fits what you expect.",
	Sources: []string{"https://cwe.mitre.org/data/definitions/409.html", "https://github.com/puresec/sas-top-10#sas-8"},
}})

var _ = registerFlow(flowRule{class: "redos", harm: "can take minutes on a crafted text", Rule: Rule{
	ID:       "RIND-CODE-020",
	Title:    "Data of the event meets a slow or chosen regular expression",
	Why:      "A pattern with nested repetition, or one that the caller chooses, takes exponential time on a short text. Each call then costs the function's whole timeout, and blocks what else runs in the process.",
	Risk:     rind.SAS8,
	Severity: rind.Medium, CWE: "CWE-1333",
	Fix:     "Rewrite the pattern without nested repetition, limit the length of the text, and never take patterns from outside.",
	Sources: []string{"https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS", "https://github.com/puresec/sas-top-10#sas-8"},
}})

var _ = registerFlow(flowRule{class: "log", harm: "writes it to the log as it is", Rule: Rule{
	ID:       "RIND-CODE-021",
	Title:    "Data of the event is written to the log as it is",
	Why:      "Line breaks in the value forge log lines, and what a caller sends (passwords, tokens, personal data) stays in CloudWatch Logs for as long as the group keeps it.",
	Severity: rind.Low, CWE: "CWE-117", Profile: All,
	Fix:     "Log structured records (JSON) with the fields you need, and mask what is personal or secret.",
	Sources: []string{cheats + "Logging_Cheat_Sheet.html", "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html"},
}})

var _ = registerFlow(flowRule{class: "store-key", harm: "takes it as the name of what is read or written", Rule: Rule{
	ID:       "RIND-CODE-022",
	Title:    "Data of the event chooses which object or item is used",
	Why:      "The function acts with its own role, not with the caller's: a key that the caller chooses freely reaches other customers' objects (insecure direct object reference), and a bucket or table that the caller chooses reaches other stores.",
	Risk:     rind.SAS2,
	Severity: rind.Low, CWE: "CWE-639",
	Fix:     "Put the authenticated caller's identity in front of the key, or check that what was read belongs to the caller.",
	Sources: []string{cheats + "Insecure_Direct_Object_Reference_Prevention_Cheat_Sheet.html", "https://docs.aws.amazon.com/prescriptive-guidance/latest/patterns/implement-saas-tenant-isolation-for-amazon-s3-by-using-an-aws-lambda-token-vending-machine.html"},
}})

var _ = registerFlow(flowRule{class: "target", harm: "starts what it names", Rule: Rule{
	ID:       "RIND-CODE-023",
	Title:    "Data of the event chooses which function or workflow is started",
	Why:      "The caller reaches functions, state machines, queues and topics that no route leads to, with the function's role, and past the checks that stand before them.",
	Severity: rind.Medium, CWE: "CWE-610",
	Fix:     "Choose the target from a fixed table by a key, or from an environment variable.",
	Sources: []string{"https://github.com/puresec/sas-top-10#sas-9", "https://docs.aws.amazon.com/lambda/latest/dg/lambda-invocation.html"},
}})

var _ = registerFlow(flowRule{class: "trust-boundary", harm: "keeps it beside what is trusted", Rule: Rule{
	ID:       "RIND-CODE-024",
	Title:    "Data of the event is kept where the program trusts it",
	Why:      "What lies in a session, a claim or a global looks checked to the code that reads it later. In Lambda it may be read in the next caller's invocation.",
	Risk:     rind.SAS2,
	Severity: rind.Low, CWE: "CWE-501", Profile: All,
	Fix:     "Check the value before it is stored there, or keep it apart from what is trusted.",
	Sources: []string{"https://cwe.mitre.org/data/definitions/501.html"},
}})

var _ = registerFlow(flowRule{class: "unbounded", harm: "does as much work as it says", Rule: Rule{
	ID:       "RIND-CODE-025",
	Title:    "Data of the event says how much work is done",
	Why:      "A number in a request decides how often something is done, how long is waited or how much memory is taken. Lambda runs and bills it up to the timeout, for as many requests at once as the account allows.",
	Risk:     rind.SAS8,
	Severity: rind.Medium, CWE: "CWE-770",
	Fix:     "Limit the number to what a caller can sensibly want before it is used.",
	Sources: []string{cheats + "Denial_of_Service_Cheat_Sheet.html", "https://github.com/puresec/sas-top-10#sas-8"},
}})
