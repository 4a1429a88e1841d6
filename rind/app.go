package rind

// AppKind is the language an application is described in.
type AppKind string

// The languages rind reads.
const (
	SAM            AppKind = "sam"
	CloudFormation AppKind = "cloudformation"
	CDK            AppKind = "cdk"
	Serverless     AppKind = "serverless"
	Terraform      AppKind = "terraform"
	// SourceCode is code that no template deploys: its handlers are found in
	// the code, and what starts them is not known.
	SourceCode AppKind = "code"
)

// An App is one deployable unit: a template with everything nested in it, a
// serverless.yml, a CDK stack, or a Terraform root module.
type App struct {
	Path string // of the main file or root module folder, relative to the scanned path
	Kind AppKind
	Name string // stack, service or construct name where one is written

	Functions []*Function
	Roles     []*Role
	// Resources are in CloudFormation's shape in every language: SAM and
	// serverless.yml are expanded, Terraform is translated.
	Resources []*Resource
	// Declared holds what was written before expansion or translation, where
	// that differs: AWS::Serverless::Function, functions.hello, provider,
	// aws_lambda_function.x. Rules about the notation itself look here.
	Declared   []*Resource
	Parameters []*Parameter
	Outputs    []*Output
	Edges      []Edge
	// Code is what the functions' source was found to do, one entry a
	// function, in the order of Functions.
	Code []*Code

	// Secrets are credentials found in files of the App: its code, settings
	// and what else lies in its folder.
	Secrets []*Secret

	// Variants are the same App under other outcomes of its conditions, one
	// condition changed at a time. When says which.
	Variants []*App
	When     string
	// Undecided marks a variant whose condition depends on a parameter
	// without a default: it is as likely as the App itself.
	Undecided bool

	Skipped []Skip

	byID map[string]*Resource
}

// A Secret is a credential that stands in a file. The value itself is not
// kept.
type Secret struct {
	// Class is "aws-key", "provider-key", "private-key", "connection" (in a
	// URL or connection string), "named" (under a name that says it is
	// secret) or "signed-token".
	Class string
	Kind  string // "GitHub token", "password"
	Name  string // that it is assigned to, if any
	// Masked is its beginning and length; Mark tells two secrets apart.
	Masked, Mark string
	Note         string // "of the account 123456789012"
	Span         Span
	Confidence   Confidence
}

// A Skip is a file, or a part of one, that could not be read, and why.
type Skip struct {
	File   string `json:"file"`
	Line   int32  `json:"line,omitempty"`
	Reason string `json:"reason"`
}

// A Parameter is an input of a template.
type Parameter struct {
	Name    string
	Type    string
	Default *Value
	Secret  bool   // NoEcho, sensitive
	Value   *Value // Properties as written: Type, Default, AllowedValues, NoEcho…
	Span    Span
}

// An Output is a value a stack publishes.
type Output struct {
	Name   string
	Value  *Value
	Secret bool // sensitive: not shown, though kept in the state
	Span   Span
}

// A Resource is one AWS resource.
type Resource struct {
	ID   string // logical ID; "Nested/Inner" in a nested stack; the address in Terraform
	Type string // CloudFormation type, also in Terraform: "AWS::Lambda::Function"
	// Native is the type as written: "AWS::Serverless::Function",
	// "aws_lambda_function", "functions". Equal to Type in CloudFormation.
	Native string
	// Origin is the ID of the declared resource that this one was expanded
	// from (the SAM function whose role this is). Equal to ID if none.
	Origin string
	// Properties is resolved: no intrinsics, only values and Symbols.
	Properties *Value
	// Attributes holds what stands beside the properties: DependsOn,
	// DeletionPolicy, UpdateReplacePolicy, Metadata, Condition; in Terraform
	// lifecycle, depends_on, provisioner.
	Attributes *Value
	// Span covers the whole declaration in the source; Key only its name.
	Span Span
	Key  Span
	// Generated marks what a transform, framework or construct library made
	// by itself and no user wrote (a SAM function's role, CDK's helpers).
	Generated bool
	// Path is the CDK construct path (aws:cdk:path), if any.
	Path string
	// Code is the local folder, archive or file that is deployed as this
	// function or layer, relative to the scanned path, where the reader
	// knows it.
	Code string
}

// Get follows property keys; see [Value.Get].
func (r *Resource) Get(path ...string) *Value {
	if r == nil {
		return nil
	}
	return r.Properties.Get(path...)
}

// Resource returns the resource with the given ID, or nil.
func (a *App) Resource(id string) *Resource {
	if a.byID == nil {
		a.byID = make(map[string]*Resource, len(a.Resources))
		for _, r := range a.Resources {
			if _, dup := a.byID[r.ID]; !dup {
				a.byID[r.ID] = r
			}
		}
	}
	return a.byID[id]
}

// Target returns the resource that v refers to, or nil. Besides references
// it understands a literal name when exactly one resource of the app bears it.
func (a *App) Target(v *Value) *Resource {
	if id, ok := v.Target(); ok {
		return a.Resource(id)
	}
	return nil
}

// OfType returns the resources of the given CloudFormation types in order.
func (a *App) OfType(types ...string) []*Resource {
	var out []*Resource
	for _, r := range a.Resources {
		for _, t := range types {
			if r.Type == t {
				out = append(out, r)
				break
			}
		}
	}
	return out
}

// Function returns the function with the given ID, or nil.
func (a *App) Function(id string) *Function {
	for _, f := range a.Functions {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// Role returns the role with the given ID, or nil.
func (a *App) Role(id string) *Role {
	for _, r := range a.Roles {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// A Function is a Lambda function as the inventory knows it.
type Function struct {
	ID           string // of its resource
	Name         *Value // FunctionName, if written
	Runtime      string // "python3.12"; "" for container images or if unknown
	Handler      string // as written
	CodePath     string // file that holds the handler, relative to the scanned path; "" if not found
	CodeRoot     string // folder or archive that is deployed (CodeUri); "" if unknown
	Architecture string // "x86_64" or "arm64"
	PackageType  string // "Zip" or "Image"
	MemoryMB     int64  // 128 unless set; 0 if unknown
	TimeoutSec   int64  // 3 unless set; 0 if unknown
	// Concurrency is ReservedConcurrentExecutions; -1 where none is set.
	Concurrency int64
	Role        string // ID of its role in the same App; "" if elsewhere or unknown
	RoleValue   *Value
	Triggers    []*Trigger
	Environment []EnvVar
	Layers      []*Value
	Resource    *Resource
	Span        Span
	Generated   bool
}

// An EnvVar is one environment variable of a function. The value is kept for
// the rules and must never be printed; reports say Source.
type EnvVar struct {
	Name   string
	Value  *Value
	Source string // "literal", or "from Table", "from parameter Stage", "from ssm"…
	Span   Span
}

// A Trigger is what starts a function.
type Trigger struct {
	Kind   TriggerKind
	Source string // ID of the API, bucket, queue… in the same App; "" if elsewhere
	Detail string // "GET /orders/{id}", "s3:ObjectCreated:*", "rate(5 minutes)"
	Method string // HTTP kinds
	Path   string // HTTP kinds
	Auth   Auth
	// Public reports whether anyone on the internet can start it (before
	// Auth is looked at): an internet-facing API, a public bucket or queue.
	Public  bool
	Enabled bool
	Value   *Value // the event source mapping, route, method or event as resolved
	Span    Span
}

// Auth is who may pass at an HTTP trigger.
type Auth struct {
	// Type is none, iam, jwt, cognito, lambda, api-key, or "" where it does
	// not apply or is unknown.
	Type       string
	Authorizer string // ID of the authorizer in the same App
	Span       Span
}

// TriggerKind names the service that starts a function.
type TriggerKind string

// The kinds of triggers. Unknown shapes are Direct.
const (
	APIGatewayREST      TriggerKind = "apigateway-rest"
	APIGatewayHTTP      TriggerKind = "apigateway-http"
	APIGatewayWebSocket TriggerKind = "apigateway-websocket"
	FunctionURL         TriggerKind = "function-url"
	ALB                 TriggerKind = "alb"
	AppSync             TriggerKind = "appsync"
	Cognito             TriggerKind = "cognito"
	S3                  TriggerKind = "s3"
	SNS                 TriggerKind = "sns"
	SQS                 TriggerKind = "sqs"
	Kinesis             TriggerKind = "kinesis"
	Firehose            TriggerKind = "firehose"
	DynamoDBStream      TriggerKind = "dynamodb-stream"
	EventBridge         TriggerKind = "eventbridge"
	Schedule            TriggerKind = "schedule"
	SES                 TriggerKind = "ses"
	CloudWatchLogs      TriggerKind = "cloudwatch-logs"
	IoT                 TriggerKind = "iot"
	MSK                 TriggerKind = "msk"
	Kafka               TriggerKind = "kafka"
	ActiveMQ            TriggerKind = "activemq"
	RabbitMQ            TriggerKind = "rabbitmq"
	DocumentDB          TriggerKind = "documentdb"
	StepFunctions       TriggerKind = "stepfunctions"
	Lex                 TriggerKind = "lex"
	Alexa               TriggerKind = "alexa"
	BedrockAgent        TriggerKind = "bedrock-agent"
	CloudFront          TriggerKind = "cloudfront"
	CodePipeline        TriggerKind = "codepipeline"
	Config              TriggerKind = "config"
	Direct              TriggerKind = "direct"
)

// HTTP reports whether the trigger answers an HTTP request.
func (k TriggerKind) HTTP() bool {
	switch k {
	case APIGatewayREST, APIGatewayHTTP, APIGatewayWebSocket, FunctionURL, ALB, CloudFront:
		return true
	}
	return false
}

// A Role is an IAM role with every policy that applies to it.
type Role struct {
	ID       string
	Resource *Resource
	Trust    *Value // AssumeRolePolicyDocument
	Policies []Policy
	// Managed lists managed policy ARNs that are not written in the App.
	Managed   []*Value
	Boundary  *Value
	Functions []string // IDs of the functions that assume it
	Span      Span
}

// A Policy is a policy document in the App and where it came from.
type Policy struct {
	Name     string
	Document *Value
	Source   string // ID of the resource that holds it
	Span     Span
}

// EdgeKind is the meaning of an [Edge].
type EdgeKind string

// The kinds of edges.
const (
	Triggers EdgeKind = "triggers" // From starts the function To
	Assumes  EdgeKind = "assumes"  // the function From runs as the role To
	Grants   EdgeKind = "grants"   // the role From may act on the resource To
	Uses     EdgeKind = "uses"     // From refers to To (environment, layer, key)
	Invokes  EdgeKind = "invokes"  // From can start the function or state machine To
	Reads    EdgeKind = "reads"    // From can read data of To
	Writes   EdgeKind = "writes"   // From can change data of To
	Imports  EdgeKind = "imports"  // From depends on the package To
)

// An Edge connects two nodes of an App by ID. "internet" is the outsider.
type Edge struct {
	From string   `json:"from"`
	To   string   `json:"to"`
	Kind EdgeKind `json:"kind"`
	// Why is the evidence in a few words: "dynamodb:PutItem".
	Why  string `json:"why,omitempty"`
	Span Span   `json:"span"`
}

// Internet is the ID of the outsider in edges and paths.
const Internet = "internet"

// A Package is a third-party package that a function carries.
type Package struct {
	Name      string `json:"name"`
	Version   string `json:"version"`
	Ecosystem string `json:"ecosystem"` // OSV's names: npm, PyPI, Go, Maven
	Span      Span   `json:"span"`
}
