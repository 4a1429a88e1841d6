package rule

import "rind/rind"

const docLambdaQuotas = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"

var tracingIDs = []string{
	"AWS-0066", "AWS-0125", "WS1000", "Serverless-LambdaTracing", "AC_AWS_0163", "AC_AWS_0485",
	"9488c451-074e-4cd3-aee3-7db6104f542c", "8152e0cf-d2f0-47ad-96d5-d003a76eabd1",
	"dc1ab429-1481-4540-9b1d-280e3f15f1f8", "0d7ef70f-e176-44e6-bdba-add3e429788d",
}

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-023",
	Title:      "X-Ray tracing not configured",
	Why:        "Traces show which request led to which call. Without them an incident that crosses several functions is hard to follow.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html"},
	Equivalent: append([]string{"CKV_AWS_50"}, tracingIDs...),
	Fix:        "Set TracingConfig.Mode to Active.",
	Types:      []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		if t := r.Get("TracingConfig"); !t.Symbolic() && blank(t.Get("Mode")) {
			p.Report(r, nil, "the function sends no traces")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-024",
	Title:      "X-Ray tracing only passed through",
	Why:        "With PassThrough the function is traced only when the caller traced the request. Events from S3, SQS, SNS and schedules never are.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html"},
	Equivalent: tracingIDs,
	Fix:        "Set TracingConfig.Mode to Active.",
	Types:      []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("TracingConfig", "Mode"); v.Scalar() && v.Text != "" && !v.Is("Active") {
			p.Report(r, v, "the function is traced only when its caller is: the mode is %s", v.Text)
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-025",
	Title:    "Function not in a VPC",
	Why:      "Outside a VPC nothing limits where the function can connect to. That is fine for most; functions with data worth stealing can be given a VPC without a way out, with endpoints for what they need.",
	Risk:     rind.SAS3,
	Severity: rind.Info,
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html", "FSBP Lambda.3"},
	Equivalent: []string{
		"CKV_AWS_117", "LambdaInsideVPC", "W89", "Lambda.3", "awslambda_function_inside_vpc", "LAMBDA_INSIDE_VPC", "AC_AWS_0486",
	},
	Fix:   "If the function only needs AWS services or private ones, set VpcConfig with private subnets and endpoints.",
	Types: []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		vpc := r.Get("VpcConfig")
		if !vpc.Symbolic() && blank(vpc.Get("SubnetIds")) {
			p.Report(r, nil, "the function runs outside of your networks")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-026",
	Title:      "VPC function in a single subnet",
	Why:        "When the availability zone of its only subnet fails, the function cannot start.",
	Risk:       rind.SAS8,
	Severity:   rind.Low,
	CWE:        "CWE-400",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html", "FSBP Lambda.5"},
	Equivalent: []string{"Lambda.5", "awslambda_function_vpc_multi_az"},
	Fix:        "Give the function subnets in two or more availability zones.",
	Types:      []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("VpcConfig", "SubnetIds")
		if v != nil && v.Kind == rind.List && v.Len() == 1 {
			// One item may be a parameter that holds a list.
			if it := v.At(0); it.Symbolic() && !refersToResource(it) {
				return
			}
			p.Report(r, v, "the function has one subnet only")
		}
	},
})

// refersToResource reports whether v is built from a resource of the app.
func refersToResource(v *rind.Value) bool {
	_, ok := v.Target()
	return ok
}

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-027",
	Title:      "No reserved concurrency",
	Why:        "Without a limit of its own one function, flooded with events, uses up the concurrency of the whole account: the others stop, and the bill grows with the flood.",
	Risk:       rind.SAS8,
	Severity:   rind.Low,
	CWE:        "CWE-770",
	Profile:    All,
	Layer:      rind.ResilientDesign,
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"},
	Equivalent: []string{"CKV_AWS_115", "LambdaConcurrency", "W92", "LAMBDA_CONCURRENCY_CHECK"},
	Fix:        "Set ReservedConcurrentExecutions to what the function needs at most.",
	Types:      []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("ReservedConcurrentExecutions")
		if n, ok := v.Int(); v.Absent() || ok && n < 0 {
			p.Report(r, v, "the function may use the concurrency of the whole account")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-028",
	Title:      "No explicit timeout",
	Why:        "The default of three seconds is nobody's decision. Too short, work is cut off half done; raised later in haste, it tends to go to the maximum.",
	Risk:       rind.SAS8,
	Severity:   rind.Info,
	CWE:        "CWE-400",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"},
	Equivalent: []string{"ES1006", "Serverless-LambdaDefaultTimeout"},
	Fix:        "Set Timeout to a little more than the function needs.",
	Types:      []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		if r.Get("Timeout").Absent() {
			p.Report(r, nil, "the timeout is left at the default of 3 seconds")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-029",
	Title:      "No explicit memory size",
	Why:        "Memory decides the function's share of CPU and its price. The default of 128 MB is often too slow, so that time-outs and cost rise.",
	Risk:       rind.SAS8,
	Severity:   rind.Info,
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"},
	Equivalent: []string{"ES1005", "Serverless-LambdaDefaultMemorySize"},
	Fix:        "Set MemorySize to what measurements show.",
	Types:      []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		if r.Get("MemorySize").Absent() {
			p.Report(r, nil, "the memory is left at the default of 128 MB")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-030",
	Title:    "Timeout at the platform's maximum",
	Why:      "An invocation that hangs, or is made to hang, is billed for a quarter of an hour and holds its concurrency as long.",
	Risk:     rind.SAS8,
	Severity: rind.Low,
	CWE:      "CWE-400",
	Profile:  All,
	Layer:    rind.ResilientDesign,
	Sources:  []string{docLambdaQuotas},
	Fix:      "Set Timeout to a little more than the function needs, and split longer work with Step Functions.",
	Types:    []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		if n, ok := r.Get("Timeout").Int(); ok && n >= 900 {
			p.Report(r, r.Get("Timeout"), "the function may run for 15 minutes, the maximum")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-031",
	Title:    "Function runs on after its API has given up",
	Why:      "API Gateway answers 504 after 29 seconds (30 for HTTP APIs) while the function goes on, billed and holding concurrency. Slow requests from outside are then a cheap way to exhaust it.",
	Risk:     rind.SAS8,
	Severity: rind.Low,
	CWE:      "CWE-400",
	Layer:    rind.ResilientDesign,
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"},
	Fix:      "Set Timeout to 29 seconds or less, or make the request asynchronous.",
	CheckApp: func(p *Pass) {
		for _, f := range p.App.Functions {
			if f.Resource == nil || f.TimeoutSec <= 60 {
				continue
			}
			for _, t := range f.Triggers {
				if t.Kind != rind.APIGatewayREST && t.Kind != rind.APIGatewayHTTP {
					continue
				}
				// A REST API may be allowed to wait longer.
				if n, ok := t.Value.Get("Integration", "TimeoutInMillis").Int(); ok && n > 30_000 {
					continue
				}
				p.Report(f.Resource, f.Resource.Get("Timeout"), "the timeout is %d seconds, but %s waits for 30 at most", f.TimeoutSec, t.Detail)
				break
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-032",
	Title:    "Enlarged /tmp kept between invocations",
	Why:      "What one invocation leaves in /tmp the next one in the same environment finds, whoever it serves. A function with a large /tmp writes much there.",
	Risk:     rind.SAS12,
	Layer:    rind.ResilientDesign,
	Severity: rind.Info,
	CWE:      "CWE-459",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html"},
	Fix:      "Delete files at the end of each invocation and keep those of different users apart.",
	Types:    []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("EphemeralStorage", "Size")
		if n, ok := v.Int(); ok && n > 512 {
			p.Report(r, v, "/tmp holds %d MB that later invocations can read", n)
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-033",
	Title:    "Recursive loop detection turned off",
	Why:      "Lambda stops a function that triggers itself through SQS, SNS or S3 after about 16 rounds. With Allow, one event keeps the loop running until somebody sees the bill.",
	Risk:     rind.SAS8,
	Severity: rind.Medium,
	CWE:      "CWE-674",
	Layer:    rind.ResilientDesign,
	Sources:  []string{"https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"},
	Fix:      "Remove RecursiveLoop or set it to Terminate.",
	Types:    []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("RecursiveLoop"); v.Is("Allow") {
			p.Report(r, v, "Lambda will not stop the function when it triggers itself")
		}
	},
})
