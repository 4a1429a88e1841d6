package aws

import (
	"slices"
	"strings"

	"rind/code/flow"
	"rind/code/ir"
)

// libraries are packages that call AWS by themselves, or sign requests for
// those who do: which operations they call is not seen. By language, with
// what they call.
var libraries = map[ir.Language]map[string]string{
	ir.Python: {
		"pynamodb": "DynamoDB", "awswrangler": "several services", "s3fs": "S3", "smart_open": "S3", "pyqldb": "QLDB",
		"requests_aws4auth": "signed requests", "aws_requests_auth": "signed requests", "botocore.auth": "signed requests",
		"opensearchpy.AWSV4SignerAuth": "OpenSearch", "opensearchpy.RequestsAWSV4SignerAuth": "OpenSearch", "opensearchpy.Urllib3AWSV4SignerAuth": "OpenSearch",
		"httpx_auth_awssigv4": "signed requests", "langchain_aws": "Bedrock", "langchain_community": "models", "strands": "Bedrock", "litellm": "models",
		"sagemaker": "SageMaker", "pyathena": "Athena", "redshift_connector": "Redshift", "awsiot": "IoT", "aws_encryption_sdk": "KMS",
		"dynamodb_encryption_sdk": "DynamoDB and KMS", "aws_secretsmanager_caching": "Secrets Manager", "aws_msk_iam_sasl_signer": "MSK",
		"celery": "its broker", "kombu": "its broker", "bedrock_agentcore": "Bedrock", "dynamodb_session": "DynamoDB", "watchtower": "CloudWatch Logs",
		"boto": "several services", "aioitertools_s3": "S3", "deltalake": "S3", "pyiceberg": "Glue and S3", "mlflow": "S3", "aws_advanced_python_wrapper": "RDS",
	},
	ir.JavaScript: {
		"dynamoose": "DynamoDB", "electrodb": "DynamoDB", "dynamodb-toolbox": "DynamoDB", "dynamodb-onetable": "DynamoDB", "@typedorm/core": "DynamoDB",
		"@shiftcoders/dynamo-easy": "DynamoDB", "@aws/dynamodb-data-mapper": "DynamoDB", "connect-dynamodb": "DynamoDB", "vogels": "DynamoDB",
		"amazon-qldb-driver-nodejs": "QLDB", "aws4": "signed requests", "aws4fetch": "signed requests", "@aws-sdk/signature-v4": "signed requests",
		"@smithy/signature-v4": "signed requests", "@aws-crypto/client-node": "KMS", "@opensearch-project/opensearch/aws": "OpenSearch",
		"http-aws-es": "OpenSearch", "@acuris/aws-es-connection": "OpenSearch", "aws-opensearch-connector": "OpenSearch", "aws-amplify": "several services",
		"aws-appsync": "AppSync", "@langchain/aws": "Bedrock", "@langchain/community": "models", "@ai-sdk/amazon-bedrock": "Bedrock", "multer-s3": "S3",
		"s3-sync-client": "S3", "sqs-consumer": "SQS", "sqs-producer": "SQS", "aws-msk-iam-sasl-signer-js": "MSK", "@strands-agents/sdk": "Bedrock",
		"@aws/aws-distro-opentelemetry-node-autoinstrumentation": "X-Ray", "@mikro-orm/dynamodb": "DynamoDB", "winston-cloudwatch": "CloudWatch Logs",
		"data-api-client": "RDS Data", "typeorm-aurora-data-api-driver": "RDS Data",
	},
	ir.Go: {
		"github.com/guregu/dynamo": "DynamoDB", "github.com/awslabs/amazon-qldb-driver-go": "QLDB", "github.com/aws/aws-secretsmanager-caching-go": "Secrets Manager",
		"gocloud.dev": "several services", "github.com/aws/aws-msk-iam-sasl-signer-go": "MSK", "github.com/aws/aws-sdk-go-v2/aws/signer": "signed requests",
		"github.com/aws/aws-sdk-go/aws/signer": "signed requests", "github.com/opensearch-project/opensearch-go/signer": "OpenSearch",
		"github.com/ThreeDotsLabs/watermill-aws": "SQS and SNS", "github.com/krishnasrinivas/minio-go": "S3",
	},
	ir.Java: {
		"com.amazonaws.services.schemaregistry": "Glue", "software.amazon.qldb": "QLDB", "com.amazonaws.secretsmanager.caching": "Secrets Manager",
		"io.awspring": "several services", "org.springframework.cloud.aws": "several services", "software.amazon.awssdk.auth.signer": "signed requests",
		"com.amazonaws.auth.AWS4Signer": "signed requests", "software.amazon.awssdk.http.auth": "signed requests", "software.amazon.encryption": "S3 and KMS",
		"com.amazonaws.encryptionsdk": "KMS", "dev.langchain4j.model.bedrock": "Bedrock", "software.amazon.jdbc": "RDS", "org.springframework.ai.bedrock": "Bedrock",
		"org.opensearch.client.transport.aws": "OpenSearch", "software.amazon.cryptography": "KMS", "com.amazonaws.services.sqs.buffered": "SQS",
	},
}

// shells are functions that run the command line they are given.
var shells = []string{
	"subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.Popen", "os.system", "os.popen",
	"child_process.exec", "child_process.execSync", "child_process.spawn", "child_process.spawnSync", "child_process.execFile", "child_process.execFileSync",
	"os/exec.Command", "os/exec.CommandContext", "java.lang.ProcessBuilder.new",
}

// handedOut notes operations that a function outside of the app is given to
// call: pool.submit(s3.delete_object, Bucket="b").
func handedOut(c *flow.Call) {
	for i := range c.Len() {
		for _, name := range c.Outs(c.Arg(i)) {
			k, method, ok := ownType(name)
			if !ok || k.name != "client" || k.service.operation(method) == "" {
				continue
			}
			a := newAPI(c, k.service, k.service.operation(method))
			for _, n := range c.Names() {
				a.set(n, c.Named(n))
			}
			before := c.Name
			a.run()
			c.Name = before
		}
	}
}

// unseen notes that something else calls AWS in the code's name: a library, or
// the AWS command line.
func unseen(c *flow.Call) {
	handedOut(c)
	table := libraries[c.Language()]
	// The longest prefix that ends at a separator and is in the table.
	for end := len(c.Name); end > 0; end = strings.LastIndexAny(c.Name[:end], "./") {
		if what, ok := table[c.Name[:end]]; ok {
			c.Dynamic("the library " + c.Name[:end] + " calls AWS by itself (" + what + ")")
			return
		}
	}
	if !slices.Contains(shells, c.Name) {
		return
	}
	for i := range min(c.Len(), 2) {
		text := c.Literal(c.Arg(i))
		if list, ok := c.List(c.Arg(i)); ok && len(list) > 0 {
			text = c.Literal(list[0])
		}
		if text == "aws" || strings.HasPrefix(text, "aws ") {
			c.Dynamic("runs the AWS command line")
			return
		}
	}
}
