package rule

import (
	"strings"

	"rind/rind"
)

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-116",
	Title:    "Secret made of numbers that can be foretold",
	Why:      "General-purpose generators are not made to keep a secret: from a few of their numbers the next ones follow. Whoever gets some tokens computes everybody else's.",
	Risk:     rind.SAS2,
	Severity: rind.Medium,
	CWE:      "CWE-338",
	Sources:  []string{cheats + "Cryptographic_Storage_Cheat_Sheet.html#secure-random-number-generation"},
	Fix:      "Use secrets (Python), crypto.randomBytes or randomUUID (Node.js), SecureRandom (Java), crypto/rand (Go).",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-117",
	Title:    "Nonce or salt is always the same",
	Why:      "An initialisation vector that repeats shows which texts begin alike, and breaks AES-GCM altogether; a fixed salt lets one table serve for all passwords.",
	Risk:     rind.SAS7,
	Severity: rind.Medium,
	CWE:      "CWE-329",
	Sources:  []string{cheats + "Cryptographic_Storage_Cheat_Sheet.html"},
	Fix:      "Draw it at random for each message and store it beside the result.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-118",
	Title:    "Cookie without Secure or HttpOnly",
	Why:      "Without Secure a cookie goes over plain HTTP as well, without HttpOnly every script on the page can read it: one cross-site scripting takes the session.",
	Risk:     rind.SAS2,
	Severity: rind.Low,
	CWE:      "CWE-614",
	Sources:  []string{cheats + "Session_Management_Cheat_Sheet.html#cookies"},
	Fix:      "Set Secure, HttpOnly and SameSite.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-119",
	Title:    "Certificates are not checked",
	Why:      "The connection is encrypted, but to whom nobody knows: whoever sits between the function and the server reads and changes what passes, the credentials first.",
	Risk:     rind.SAS2,
	Severity: rind.Medium,
	CWE:      "CWE-295",
	Sources:  []string{cheats + "Transport_Layer_Security_Cheat_Sheet.html"},
	Fix:      "Leave the check on. For a private authority, add its certificate to the trusted ones.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-120",
	Title:    "Data of one caller lives on for the next",
	Why:      "Lambda uses an execution environment again: what stands in globals or in objects made at start is still there when the next caller's event comes. Data of one then reaches another, or steers what the code does for them.",
	Risk:     rind.SAS12,
	Severity: rind.Low,
	CWE:      "CWE-488",
	Sources:  []string{"https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html", "https://github.com/puresec/sas-top-10#sas-12"},
	Fix:      "Keep a caller's data in local variables and pass it on as arguments.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-121",
	Title:    "Authorizer lets everybody in",
	Why:      "API Gateway asks this function who may pass, and it says yes to every token. What stands behind it relies on the answer.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-285",
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"},
	Fix:      "Verify the token and answer with Deny, isAuthorized: false or \"Unauthorized\" where it does not hold.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-122",
	Title:    "Authorizer's policy allows every route",
	Why:      "API Gateway keeps the policy for the token until the cache's time is over. With the resource * whoever may call one route may then call all, of every stage.",
	Risk:     rind.SAS2,
	Severity: rind.Low,
	CWE:      "CWE-863",
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html"},
	Fix:      "Name in Resource the methods that this caller may use.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-123",
	Title:    "Webhook takes events from anybody",
	Why:      "The route is open, and nothing looks at the sender's signature: anybody who finds the address can say that an invoice was paid or a commit was pushed.",
	Risk:     rind.SAS2,
	Severity: rind.Medium,
	CWE:      "CWE-345",
	Sources:  []string{"https://docs.stripe.com/webhooks/signature", "https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries"},
	Fix:      "Verify the sender's signature over the raw body before anything else.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-124",
	Title:    "Signature is compared byte by byte",
	Why:      "An ordinary comparison ends at the first byte that differs. How long it takes tells how much of a guess is right, and so the signature can be guessed one byte at a time.",
	Risk:     rind.SAS2,
	Severity: rind.Low,
	CWE:      "CWE-208",
	Sources:  []string{"https://docs.python.org/3/library/hmac.html#hmac.compare_digest", "https://nodejs.org/api/crypto.html#cryptotimingsafeequala-b"},
	Fix:      "Use hmac.compare_digest, crypto.timingSafeEqual, MessageDigest.isEqual or hmac.Equal.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-127",
	Title:    "Call to another system without a timeout",
	Why:      "A server that does not answer holds the function until its own timeout. You pay for the waiting, and under load the waiting functions use up the account's concurrency.",
	Risk:     rind.SAS8,
	Severity: rind.Info,
	CWE:      "CWE-400",
	Profile:  All,
	Sources:  []string{"https://requests.readthedocs.io/en/latest/user/advanced/#timeouts", "https://github.com/puresec/sas-top-10#sas-8"},
	Fix:      "Set a timeout well below the function's.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-128",
	Title:    "Debug mode is on",
	Why:      "In debug mode frameworks answer errors with traces, settings and, in Flask's case, a console that runs code.",
	Risk:     rind.SAS10,
	Severity: rind.Medium,
	CWE:      "CWE-489",
	Sources:  []string{"https://flask.palletsprojects.com/en/stable/debugging/"},
	Fix:      "Switch it on by a setting of the development stage only.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-129",
	Title:    "Key that signs sessions or tokens stands in the code",
	Why:      "Sessions and tokens are trusted since they are signed with this key. Whoever reads the code signs their own: a session as any user.",
	Risk:     rind.SAS7,
	Severity: rind.Medium,
	CWE:      "CWE-321",
	Sources:  []string{"https://flask.palletsprojects.com/en/stable/config/#SECRET_KEY"},
	Fix:      "Read the key from Secrets Manager, and change it.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-130",
	Title:    "Templates do not escape what they print",
	Why:      "With escaping off, every value that a template prints can be markup: one field under somebody's control is a script in everybody's page.",
	Risk:     rind.SAS1,
	Severity: rind.Low,
	CWE:      "CWE-79",
	Sources:  []string{"https://jinja.palletsprojects.com/en/stable/api/#autoescaping"},
	Fix:      "Pass autoescape=True or select_autoescape().",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-131",
	Title:    "File that everybody may write",
	Why:      "Whatever else runs in the environment (extensions, libraries, child processes, the next invocation's code) can change the file before it is used.",
	Risk:     rind.SAS12,
	Severity: rind.Low,
	CWE:      "CWE-732",
	Sources:  []string{"https://cwe.mitre.org/data/definitions/732.html"},
	Fix:      "Give the owner alone the right to write: 0o600, or 0o700 for programs.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-132",
	Title:    "Temporary file with a name that can be foretold",
	Why:      "Between finding the name and opening the file somebody else may put a file or link there; and /tmp is kept for the next invocation.",
	Risk:     rind.SAS12,
	Severity: rind.Low,
	CWE:      "CWE-377",
	Sources:  []string{"https://docs.python.org/3/library/tempfile.html#tempfile.mktemp"},
	Fix:      "Use mkstemp, NamedTemporaryFile, Files.createTempFile or os.CreateTemp.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-133",
	Title:    "Credential is a constant of the code",
	Why:      "A driver or client is given a password or key that stands in the code: it is in the repository, in its history and in every copy of the deployment package, and changing it needs a deployment.",
	Risk:     rind.SAS7,
	Severity: rind.High,
	CWE:      "CWE-798",
	Sources:  []string{docSecretsInCode, "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html"},
	Fix:      "Read it at run time from Secrets Manager, or use IAM authentication and the function's role; and change it.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-134",
	Title:    "Broken hash is used",
	Why:      "MD5 and SHA-1 are good for telling files apart that nobody tampers with. Where somebody gains by two texts with one hash, they find them.",
	Risk:     rind.SAS7,
	Severity: rind.Info,
	CWE:      "CWE-328",
	Profile:  All,
	Sources:  []string{"https://csrc.nist.gov/projects/hash-functions"},
	Fix:      "Use SHA-256, or say usedforsecurity=False (Python) where nobody gains.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-135",
	Title:    "Random number can be foretold",
	Why:      "The generator is made for games and statistics. If the number ever becomes an identifier that is to be hard to guess, it is not.",
	Risk:     rind.SAS2,
	Severity: rind.Info,
	CWE:      "CWE-338",
	Profile:  All,
	Sources:  []string{cheats + "Cryptographic_Storage_Cheat_Sheet.html#secure-random-number-generation"},
	Fix:      "Use secrets (Python), crypto (Node.js), SecureRandom (Java) or crypto/rand (Go) where the number must not be guessed.",
})

// Rules about the calls of AWS APIs that the code makes.

var _ = register(&Rule{
	ID:       "RIND-CODE-126",
	Title:    "Object is written for everybody to read",
	Why:      "With a public ACL the object is readable for everyone who has or guesses its address, whatever the bucket's policy says; what the function computed for one caller is then on the internet.",
	Risk:     rind.SAS3,
	Severity: rind.Medium,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl"},
	Fix:      "Leave out the ACL, and hand out presigned URLs or serve the object through CloudFront.",
	CheckApp: func(p *Pass) {
		for _, c := range p.App.Code {
			seen := map[rind.Span]bool{}
			for _, call := range c.Calls {
				acl := call.Params["ACL"]
				if seen[call.Span] {
					continue // an upload is several operations
				}
				if publicWrites[call.Operation] && call.Service == "s3" && acl.Scalar() && strings.HasPrefix(strings.ToLower(acl.Text), "public-read") {
					seen[call.Span] = true
					p.reportWeakness(c, &rind.Weakness{
						Span: call.Span, Message: call.Operation + " makes the object " + strings.ToLower(acl.Text), Key: call.Operation + "|acl",
					})
				}
			}
		}
	},
})

// publicWrites are the operations of S3 that set an ACL.
var publicWrites = words("PutObject CopyObject CreateMultipartUpload PutObjectAcl PutBucketAcl CreateBucket")

// ownWrites are the operations that make an event of the kind from what is
// written to its source, and the parameter that names it.
var ownWrites = map[rind.TriggerKind]map[string]string{
	rind.S3:             {"s3.PutObject": "Bucket", "s3.CopyObject": "Bucket", "s3.CompleteMultipartUpload": "Bucket"},
	rind.SQS:            {"sqs.SendMessage": "QueueUrl", "sqs.SendMessageBatch": "QueueUrl"},
	rind.SNS:            {"sns.Publish": "TopicArn", "sns.PublishBatch": "TopicArn"},
	rind.DynamoDBStream: {"dynamodb.PutItem": "TableName", "dynamodb.UpdateItem": "TableName", "dynamodb.DeleteItem": "TableName"},
	rind.Kinesis:        {"kinesis.PutRecord": "StreamName", "kinesis.PutRecords": "StreamName"},
}

var _ = register(&Rule{
	ID:       "RIND-CODE-125",
	Title:    "Function writes to what triggers it",
	Why:      "What the function writes is its own next event. Unless something ends it, the loop runs as fast as the account's concurrency allows, and every turn is billed.",
	Risk:     rind.SAS8,
	Layer:    rind.SecureCode,
	Severity: rind.Medium,
	CWE:      "CWE-674",
	Sources:  []string{"https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html"},
	Fix:      "Write to another bucket, queue or table, or filter the trigger by a prefix that the output does not have.",
	CheckApp: func(p *Pass) {
		for _, c := range p.App.Code {
			f := p.App.Function(c.Function)
			if f == nil {
				continue
			}
			for _, call := range c.Calls {
				if t := ownTrigger(p.App, f, call); t != nil {
					out := p.reportWeakness(c, &rind.Weakness{
						Span: call.Span, Message: call.Operation + " writes to " + t.Source + ", which triggers the function", Key: call.Operation + "|" + t.Source,
						Confidence: rind.ConfidenceMedium,
					})
					if t.Kind == rind.SQS || t.Kind == rind.DynamoDBStream {
						out.Severity = rind.Low // often a retry with an end, or a mark that is set once
					}
				}
			}
		}
	},
})

// ownTrigger is the trigger that a call sets off again, or nil.
func ownTrigger(app *rind.App, f *rind.Function, call *rind.Call) *rind.Trigger {
	for _, t := range f.Triggers {
		param := ownWrites[t.Kind][call.Service+"."+call.Operation]
		if param == "" || t.Source == "" || !t.Enabled {
			continue
		}
		v := call.Params[param]
		if v == nil {
			continue
		}
		r := app.Target(v)
		if r == nil || r.ID != t.Source {
			continue
		}
		if t.Kind == rind.S3 && notified(t, call.Params["Key"]) {
			continue
		}
		if t.Kind == rind.DynamoDBStream && t.Value.Get("FilterCriteria").Present() {
			continue
		}
		return t
	}
	return nil
}

// notified reports whether a bucket's notification leaves out objects with the
// key, as far as its beginning or end is known.
func notified(t *rind.Trigger, key *rind.Value) bool {
	keep := true
	known := key != nil
	t.Value.Walk(func(_ string, v *rind.Value) bool {
		name, value := v.Get("Name").Str(), v.Get("Value").Str()
		if value == "" {
			return true
		}
		switch strings.ToLower(name) {
		case "prefix":
			keep = keep && known && couldBegin(key.Pattern(), value)
		case "suffix":
			keep = keep && known && couldEnd(key.Pattern(), value)
		}
		return true
	})
	return !keep
}

// couldBegin reports whether a text, in which * stands for anything, can begin
// with a prefix; couldEnd whether it can end with a suffix.
func couldBegin(pattern, prefix string) bool {
	known, _, open := strings.Cut(pattern, "*")
	if open && len(known) < len(prefix) {
		return strings.HasPrefix(prefix, known) && known != "" // a key of which nothing is known counts as another
	}
	return strings.HasPrefix(known, prefix)
}

func couldEnd(pattern, suffix string) bool {
	i := strings.LastIndexByte(pattern, '*')
	known := pattern[i+1:]
	if i >= 0 && len(known) < len(suffix) {
		return strings.HasSuffix(suffix, known) && known != ""
	}
	return strings.HasSuffix(known, suffix)
}
