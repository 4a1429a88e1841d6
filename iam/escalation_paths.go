package iam

// An aim is what the resource of a needed action must be for a path to work.
type aim byte

const (
	anything  aim = iota // allowed somewhere is enough
	anyRole              // a role worth having: PassRole, AssumeRole
	principal            // a user, group or role whose rights can be widened
	policy               // a policy that can be rewritten
	function             // a function with a role worth having
	project              // some existing thing with a role; broad access counts
)

// A need is one action of a path.
type need struct {
	action string
	aim    aim
}

// A Path is a known way to gain privileges.
type Path struct {
	// Name says the way in a few words and never changes.
	Name string
	// Needs are the actions it takes, in order.
	Needs []string
	// How explains what the holder does.
	How string
	// Service is the service that a passed role is passed to; a condition on
	// iam:PassedToService must allow it.
	Service string
	Source  string

	needs []need
}

const (
	rhino       = "https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/"
	rhinoPart2  = "https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation-part-2/"
	pathfinding = "https://pathfinding.cloud/paths/"
	bishopFox   = "https://bishopfox.com/blog/privilege-escalation-in-aws"
	lambdaRef   = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-permissions.html"
)

// paths are the public privilege-escalation methods (Rhino Security Labs,
// Bishop Fox, pathfinding.cloud) and the chains particular to Lambda.
var paths = []*Path{
	path("create-policy-version", "writes a new default version of a policy it holds", rhino, "", need{"iam:CreatePolicyVersion", policy}),
	path("set-default-policy-version", "brings back an older, wider version of a policy it holds", rhino, "", need{"iam:SetDefaultPolicyVersion", policy}),
	path("create-access-key", "makes access keys for another user", rhino, "", need{"iam:CreateAccessKey", principal}),
	path("create-login-profile", "gives another user a console password", rhino, "", need{"iam:CreateLoginProfile", principal}),
	path("update-login-profile", "changes another user's console password", rhino, "", need{"iam:UpdateLoginProfile", principal}),
	path("attach-user-policy", "attaches an administrator policy to a user", rhino, "", need{"iam:AttachUserPolicy", principal}),
	path("attach-group-policy", "attaches an administrator policy to a group", rhino, "", need{"iam:AttachGroupPolicy", principal}),
	path("attach-role-policy", "attaches an administrator policy to a role, also its own", rhino, "", need{"iam:AttachRolePolicy", principal}),
	path("put-user-policy", "writes an inline policy into a user", rhino, "", need{"iam:PutUserPolicy", principal}),
	path("put-group-policy", "writes an inline policy into a group", rhino, "", need{"iam:PutGroupPolicy", principal}),
	path("put-role-policy", "writes an inline policy into a role, also its own", rhino, "", need{"iam:PutRolePolicy", principal}),
	path("add-user-to-group", "joins a group with more rights", rhino, "", need{"iam:AddUserToGroup", principal}),
	path("update-assume-role-policy", "lets itself assume a stronger role by rewriting its trust", rhino, "", need{"iam:UpdateAssumeRolePolicy", principal}),
	path("delete-role-boundary", "removes the boundary that limits a role", pathfinding, "", need{"iam:DeleteRolePermissionsBoundary", principal}, need{"iam:PassRole", anything}),
	path("reset-mfa-device", "replaces another user's second factor", bishopFox, "", need{"iam:DeactivateMFADevice", principal}, need{"iam:EnableMFADevice", principal}, need{"iam:UpdateLoginProfile", principal}),
	path("create-service-credential", "makes service credentials for another user", pathfinding, "", need{"iam:CreateServiceSpecificCredential", principal}),
	path("update-saml-provider", "puts its own metadata into a SAML provider that roles trust", pathfinding, "", need{"iam:UpdateSAMLProvider", principal}),
	path("assume-any-role", "assumes whichever role trusts the account", bishopFox, "", need{"sts:AssumeRole", anyRole}),

	path("pass-role-run-instances", "starts an instance with a stronger role and reads its credentials", rhino, "ec2.amazonaws.com", need{"iam:PassRole", anyRole}, need{"ec2:RunInstances", anything}),
	path("pass-role-associate-instance-profile", "gives a running instance a stronger role", rhinoPart2, "ec2.amazonaws.com", need{"iam:PassRole", anyRole}, need{"ec2:AssociateIamInstanceProfile", anything}),
	path("pass-role-request-spot", "starts a spot instance with a stronger role", pathfinding, "ec2.amazonaws.com", need{"iam:PassRole", anyRole}, need{"ec2:RequestSpotInstances", anything}),
	path("modify-instance-user-data", "has an instance run its script at the next start", bishopFox, "", need{"ec2:ModifyInstanceAttribute", project}, need{"ec2:StopInstances", project}, need{"ec2:StartInstances", project}),
	path("ssm-send-command", "runs commands on instances and reads their roles' credentials", rhinoPart2, "", need{"ssm:SendCommand", project}),
	path("ssm-start-session", "opens a shell on instances and reads their roles' credentials", rhinoPart2, "", need{"ssm:StartSession", project}),
	path("ssm-start-automation", "runs an automation document under a stronger role", pathfinding, "ssm.amazonaws.com", need{"iam:PassRole", anyRole}, need{"ssm:StartAutomationExecution", anything}),

	path("pass-role-create-function-invoke", "makes a function with a stronger role and calls it", rhino, "lambda.amazonaws.com", need{"iam:PassRole", anyRole}, need{"lambda:CreateFunction", anything}, need{"lambda:InvokeFunction", anything}),
	path("pass-role-create-function-permission", "makes a function with a stronger role and lets another account call it", pathfinding, "lambda.amazonaws.com", need{"iam:PassRole", anyRole}, need{"lambda:CreateFunction", anything}, need{"lambda:AddPermission", anything}),
	path("pass-role-create-function-event-source", "makes a function with a stronger role and starts it from a stream or queue", rhino, "lambda.amazonaws.com", need{"iam:PassRole", anyRole}, need{"lambda:CreateFunction", anything}, need{"lambda:CreateEventSourceMapping", anything}),
	path("pass-role-create-function-url", "makes a function with a stronger role and opens a URL to it", lambdaRef, "lambda.amazonaws.com", need{"iam:PassRole", anyRole}, need{"lambda:CreateFunction", anything}, need{"lambda:CreateFunctionUrlConfig", anything}),
	path("update-function-code", "replaces the code of a function that has a stronger role", rhino, "", need{"lambda:UpdateFunctionCode", function}),
	path("update-function-layers", "puts a layer with its own code under a function that has a stronger role", rhinoPart2, "", need{"lambda:UpdateFunctionConfiguration", function}),
	path("publish-layer-version", "publishes a layer and puts it under a function that has a stronger role", rhinoPart2, "", need{"lambda:PublishLayerVersion", anything}, need{"lambda:UpdateFunctionConfiguration", function}),
	path("pass-role-update-function-role", "gives a function whose code it controls a stronger role", lambdaRef, "lambda.amazonaws.com", need{"iam:PassRole", anyRole}, need{"lambda:UpdateFunctionConfiguration", anything}, need{"lambda:UpdateFunctionCode", anything}),
	path("add-permission", "lets anyone call a function that has a stronger role", lambdaRef, "", need{"lambda:AddPermission", function}),
	path("function-url", "opens a public URL to a function that has a stronger role", lambdaRef, "", need{"lambda:CreateFunctionUrlConfig", function}, need{"lambda:AddPermission", function}),
	path("update-function-url", "takes the authentication off a function's URL", lambdaRef, "", need{"lambda:UpdateFunctionUrlConfig", function}, need{"lambda:AddPermission", function}),
	path("event-source-mapping", "feeds events of its own to a function that has a stronger role", lambdaRef, "", need{"lambda:CreateEventSourceMapping", function}, need{"lambda:GetFunction", anything}),

	path("pass-role-create-stack", "has CloudFormation act under a stronger role", rhino, "cloudformation.amazonaws.com", need{"iam:PassRole", anyRole}, need{"cloudformation:CreateStack", anything}),
	path("pass-role-create-stack-set", "has CloudFormation act under a stronger role", pathfinding, "cloudformation.amazonaws.com", need{"iam:PassRole", anyRole}, need{"cloudformation:CreateStackSet", anything}, need{"cloudformation:CreateStackInstances", anything}),
	path("update-stack", "rewrites a stack that CloudFormation applies under a stronger role", bishopFox, "", need{"cloudformation:UpdateStack", project}),
	path("change-set", "rewrites a stack that CloudFormation applies under a stronger role", pathfinding, "", need{"cloudformation:CreateChangeSet", project}, need{"cloudformation:ExecuteChangeSet", project}),
	path("pass-role-data-pipeline", "runs commands in a pipeline under a stronger role", rhino, "datapipeline.amazonaws.com", need{"iam:PassRole", anyRole}, need{"datapipeline:CreatePipeline", anything}, need{"datapipeline:PutPipelineDefinition", anything}),
	path("pass-role-glue-endpoint", "opens a development endpoint with a stronger role", rhino, "glue.amazonaws.com", need{"iam:PassRole", anyRole}, need{"glue:CreateDevEndpoint", anything}),
	path("update-glue-endpoint", "puts its own SSH key on a development endpoint", rhino, "", need{"glue:UpdateDevEndpoint", project}),
	path("pass-role-glue-job", "runs a job with a stronger role", rhinoPart2, "glue.amazonaws.com", need{"iam:PassRole", anyRole}, need{"glue:CreateJob", anything}, need{"glue:StartJobRun", anything}),
	path("pass-role-glue-update-job", "rewrites a job and gives it a stronger role", rhinoPart2, "glue.amazonaws.com", need{"iam:PassRole", anyRole}, need{"glue:UpdateJob", anything}, need{"glue:StartJobRun", anything}),
	path("pass-role-codestar", "has CodeStar make a project with administrator rights", rhinoPart2, "codestar.amazonaws.com", need{"iam:PassRole", anyRole}, need{"codestar:CreateProject", anything}),
	path("codestar-associate-team-member", "joins a CodeStar project as owner", rhinoPart2, "", need{"codestar:CreateProject", anything}, need{"codestar:AssociateTeamMember", anything}),
	path("pass-role-codebuild", "builds with a stronger role", bishopFox, "codebuild.amazonaws.com", need{"iam:PassRole", anyRole}, need{"codebuild:CreateProject", anything}, need{"codebuild:StartBuild", anything}),
	path("pass-role-codebuild-update", "gives a build project a stronger role", pathfinding, "codebuild.amazonaws.com", need{"iam:PassRole", anyRole}, need{"codebuild:UpdateProject", anything}, need{"codebuild:StartBuild", anything}),
	path("codebuild-start-build", "runs a build with its own buildspec under the project's role", pathfinding, "", need{"codebuild:StartBuild", project}),
	path("pass-role-sagemaker-notebook", "opens a notebook with a stronger role", rhinoPart2, "sagemaker.amazonaws.com", need{"iam:PassRole", anyRole}, need{"sagemaker:CreateNotebookInstance", anything}, need{"sagemaker:CreatePresignedNotebookInstanceUrl", anything}),
	path("sagemaker-presigned-notebook", "opens somebody's notebook and uses its role", rhinoPart2, "", need{"sagemaker:CreatePresignedNotebookInstanceUrl", project}),
	path("pass-role-sagemaker-job", "runs a processing job with a stronger role", pathfinding, "sagemaker.amazonaws.com", need{"iam:PassRole", anyRole}, need{"sagemaker:CreateProcessingJob", anything}),
	path("pass-role-sagemaker-training", "runs a training job with a stronger role", pathfinding, "sagemaker.amazonaws.com", need{"iam:PassRole", anyRole}, need{"sagemaker:CreateTrainingJob", anything}),
	path("pass-role-ecs-task", "runs a container with a stronger role", bishopFox, "ecs-tasks.amazonaws.com", need{"iam:PassRole", anyRole}, need{"ecs:RegisterTaskDefinition", anything}, need{"ecs:RunTask", anything}),
	path("pass-role-ecs-service", "runs a service with a stronger role", bishopFox, "ecs-tasks.amazonaws.com", need{"iam:PassRole", anyRole}, need{"ecs:RegisterTaskDefinition", anything}, need{"ecs:CreateService", anything}),
	path("pass-role-state-machine", "makes a state machine that calls AWS under a stronger role", pathfinding, "states.amazonaws.com", need{"iam:PassRole", anyRole}, need{"states:CreateStateMachine", anything}, need{"states:StartExecution", anything}),
	path("pass-role-update-state-machine", "rewrites a state machine and gives it a stronger role", pathfinding, "states.amazonaws.com", need{"iam:PassRole", anyRole}, need{"states:UpdateStateMachine", anything}, need{"states:StartExecution", anything}),
	path("pass-role-scheduler", "has EventBridge Scheduler call AWS under a stronger role", pathfinding, "scheduler.amazonaws.com", need{"iam:PassRole", anyRole}, need{"scheduler:CreateSchedule", anything}),
	path("pass-role-app-runner", "runs a service with a stronger role", pathfinding, "tasks.apprunner.amazonaws.com", need{"iam:PassRole", anyRole}, need{"apprunner:CreateService", anything}),
	path("pass-role-emr", "starts a cluster with a stronger role", pathfinding, "elasticmapreduce.amazonaws.com", need{"iam:PassRole", anyRole}, need{"elasticmapreduce:RunJobFlow", anything}),
	path("pass-role-bedrock-interpreter", "runs code in a Bedrock interpreter with a stronger role", pathfinding, "bedrock-agentcore.amazonaws.com", need{"iam:PassRole", anyRole}, need{"bedrock-agentcore:CreateCodeInterpreter", anything}, need{"bedrock-agentcore:InvokeCodeInterpreter", anything}),
	path("pass-role-amplify", "builds an app with a stronger role", pathfinding, "amplify.amazonaws.com", need{"iam:PassRole", anyRole}, need{"amplify:CreateApp", anything}),
}

func path(name, how, source, service string, needs ...need) *Path {
	p := &Path{Name: name, How: how, Source: source, Service: service, needs: needs}
	for _, n := range needs {
		p.Needs = append(p.Needs, n.action)
	}
	return p
}

// Paths returns the known ways to gain privileges.
func Paths() []*Path { return paths }
