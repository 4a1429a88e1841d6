package rule

import "rind/rind"

// Weaknesses of code that need no flow of data. The code stage finds them
// (package code/weak and the models); the rules here give them their words.

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-101",
	Title:    "Stack trace in the answer",
	Why:      "A stack trace names files, libraries and their versions, and often the values at hand. Lambda keeps them to the log; this code hands them to whoever called.",
	Risk:     rind.SAS10,
	Severity: rind.Medium,
	CWE:      "CWE-209",
	Sources:  []string{cheats + "Error_Handling_Cheat_Sheet.html", "https://github.com/puresec/sas-top-10#sas-10"},
	Fix:      "Log the trace, and answer with a fixed text and the request's ID.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-102",
	Title:    "Text of an unexpected error in the answer",
	Why:      "What a library says about its failure was written for the developer: names of tables and hosts, pieces of queries, ARNs. A caller who can provoke errors maps the application with them.",
	Risk:     rind.SAS10,
	Severity: rind.Low,
	CWE:      "CWE-209",
	Sources:  []string{cheats + "Error_Handling_Cheat_Sheet.html", "https://github.com/puresec/sas-top-10#sas-10"},
	Fix:      "Log the error, and answer with a text of your own.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-103",
	Title:    "Secret written to the log",
	Why:      "CloudWatch Logs keeps it for as long as the group does, shows it to everyone who may read logs, and hands it on to wherever logs are sent. Rotating the secret is then the only way to hide it again.",
	Risk:     rind.SAS7,
	Severity: rind.Medium,
	CWE:      "CWE-532",
	Sources:  []string{cheats + "Logging_Cheat_Sheet.html", "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html"},
	Fix:      "Do not log the value. Log its name or version if you must, and rotate the secret.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-104",
	Title:    "Whole environment written to the log",
	Why:      "The environment of a Lambda function holds the credentials of its role (AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN) beside your own settings. Whoever reads the log can act as the function until they expire.",
	Risk:     rind.SAS7,
	Severity: rind.Medium,
	CWE:      "CWE-532",
	Sources:  []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime"},
	Fix:      "Log the few settings you need by name.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-105",
	Title:    "Whole HTTP request written to the log",
	Why:      "The event of an API holds the Authorization header, cookies and the body as it was sent. All of it stays in CloudWatch Logs, where more people may read than may use the API.",
	Risk:     rind.SAS7,
	Severity: rind.Low,
	CWE:      "CWE-532",
	Sources:  []string{cheats + "Logging_Cheat_Sheet.html", "https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-example-event"},
	Fix:      "Log the fields you need: the route, the request's ID, the caller's ID.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-106",
	Title:    "Whole event written to the log",
	Why:      "Events carry what customers sent: messages, records, names of files. Logs keep it in a second place, for another time and other readers.",
	Risk:     rind.SAS7,
	Severity: rind.Info,
	CWE:      "CWE-532",
	Profile:  All,
	Sources:  []string{cheats + "Logging_Cheat_Sheet.html"},
	Fix:      "Log the fields you need.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-107",
	Title:    "Setting or hard-coded key written to the log",
	Why:      "Settings and constants named like keys tend to hold credentials sooner or later; then each invocation writes them to the log.",
	Risk:     rind.SAS7,
	Severity: rind.Info,
	CWE:      "CWE-532",
	Profile:  All,
	Sources:  []string{cheats + "Logging_Cheat_Sheet.html"},
	Fix:      "Do not log values of settings.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-108",
	Title:    "Every web site may read answers meant for one caller",
	Why:      "Access-Control-Allow-Origin: * lets scripts of every site read what the API answers. The API tells its callers apart, so there is something in the answers that is not for everyone; a page that gets hold of a token, or sits in the same network, reads it.",
	Risk:     rind.SAS2,
	Severity: rind.Low,
	CWE:      "CWE-942",
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"},
	Fix:      "Name the origins of your own pages.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-109",
	Title:    "Every web site may read the answer",
	Why:      "Access-Control-Allow-Origin: * is right for public data only, and tends to stay when the API gets its first login.",
	Risk:     rind.SAS2,
	Severity: rind.Info,
	CWE:      "CWE-942",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"},
	Fix:      "Name the origins of your own pages.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-110",
	Title:    "Every web site may act with the caller's cookies",
	Why:      "The answer allows any origin together with credentials. A page that your customer merely visits can then call the API with the customer's cookies and read the answers.",
	Risk:     rind.SAS2,
	Severity: rind.Medium,
	CWE:      "CWE-942",
	Sources:  []string{"https://developer.mozilla.org/docs/Web/HTTP/CORS#credentialed_requests_and_wildcards"},
	Fix:      "Compare the Origin header with a list of your own origins, or leave out Access-Control-Allow-Credentials.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-111",
	Title:    "Token is read without verifying its signature",
	Why:      "Anybody can write a JSON web token with any claims. Only its signature tells who issued it; code that decodes the claims and believes them lets every caller be whoever they like.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-347",
	Sources:  []string{cheats + "JSON_Web_Token_for_Java_Cheat_Sheet.html", "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html"},
	Fix:      "Verify the token with the issuer's keys (aws-jwt-verify, PyJWT's decode with algorithms, jsonwebtoken's verify), or take the claims from event.requestContext.authorizer.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-112",
	Title:    "Token's algorithm is left to the sender",
	Why:      "A verification that does not say which algorithms it takes may take the one the token names: none at all, or HMAC with the public key as its secret.",
	Risk:     rind.SAS2,
	Severity: rind.Medium,
	CWE:      "CWE-347",
	Sources:  []string{cheats + "JSON_Web_Token_for_Java_Cheat_Sheet.html", "https://pyjwt.readthedocs.io/en/stable/algorithms.html"},
	Fix:      "Pass the list of algorithms that you issue tokens with.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-113",
	Title:    "Broken hash protects a password or signature",
	Why:      "MD5 and SHA-1 collide, and they are fast: a graphics card tries billions of passwords a second against them.",
	Risk:     rind.SAS7,
	Severity: rind.Medium,
	CWE:      "CWE-328",
	Sources:  []string{cheats + "Password_Storage_Cheat_Sheet.html"},
	Fix:      "Hash passwords with Argon2id, scrypt or bcrypt, or leave them to Cognito; sign with HMAC-SHA-256.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-114",
	Title:    "Broken cipher or mode",
	Why:      "DES, 3DES and RC4 can be broken with today's means, and ECB shows which blocks are equal: the text's pattern stays visible.",
	Risk:     rind.SAS7,
	Severity: rind.Medium,
	CWE:      "CWE-327",
	Sources:  []string{cheats + "Cryptographic_Storage_Cheat_Sheet.html", "https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/introduction.html"},
	Fix:      "Use AES-GCM with a fresh nonce, or the AWS Encryption SDK with KMS.",
})

var _ = registerWeakness(Rule{
	ID:       "RIND-CODE-115",
	Title:    "Key is too short or derived too fast",
	Why:      "RSA below 2048 bits has been factored or is about to be; a password stretched with few rounds is guessed as fast as if it were not stretched.",
	Risk:     rind.SAS7,
	Severity: rind.Medium,
	CWE:      "CWE-326",
	Sources:  []string{cheats + "Password_Storage_Cheat_Sheet.html", cheats + "Cryptographic_Storage_Cheat_Sheet.html"},
	Fix:      "Use RSA with 2048 bits or more or an elliptic curve; PBKDF2 with 600,000 rounds of HMAC-SHA-256.",
})
