package aws

import "testing"

func TestByName(t *testing.T) {
	for name, want := range map[string]string{
		"DynamoDB": "dynamodb", "cloudwatch-logs": "logs", "CloudWatchLogs": "logs", "sfn": "stepfunctions", "StepFunctions": "stepfunctions",
		"SecretsManager": "secretsmanager", "redshiftdata": "redshift-data", "redshift-data": "redshift-data", "EventBridge": "events",
		"CognitoIdentityServiceProvider": "cognito-idp", "cognitoidentityprovider": "cognito-idp", "cognito-identity-provider": "cognito-idp",
		"rdsdata": "rds-data", "RDSDataService": "rds-data", "lambda": "lambda", "AmazonS3": "s3", "AWSSecretsManager": "secretsmanager",
		"AWSLambda": "lambda", "apigatewaymanagementapi": "apigatewaymanagementapi", "iotdataplane": "iot-data", "iot-data-plane": "iot-data",
		"service-catalog": "servicecatalog", "XRay": "xray", "ssm": "ssm", "sesv2": "sesv2", "elasticloadbalancingv2": "elbv2",
		"costexplorer": "ce", "databasemigrationservice": "dms", "AppConfigData": "appconfigdata",
	} {
		s := byName(name)
		if s == nil || s.Name != want {
			t.Errorf("%s: got %v, want %s", name, s, want)
		}
	}
	if s := byName("nothing-like-it"); s != nil {
		t.Errorf("got %s", s.Name)
	}
}

func TestOperation(t *testing.T) {
	for _, test := range []struct{ service, name, want string }{
		{"s3", "list_objects_v2", "ListObjectsV2"},
		{"s3", "putObject", "PutObject"},
		{"dynamodb", "batch_write_item", "BatchWriteItem"},
		{"kms", "re_encrypt", "ReEncrypt"},
		{"rds", "describe_db_instances", "DescribeDBInstances"},
		{"storagegateway", "create_cached_iscsi_volume", "CreateCachediSCSIVolume"},
		{"s3", "close", ""},
	} {
		if got := service(test.service).operation(test.name); got != test.want {
			t.Errorf("%s.%s: got %q, want %q", test.service, test.name, got, test.want)
		}
	}
	if got := service("stepfunctions").param("StateMachineArn"); got != "stateMachineArn" {
		t.Errorf("param: got %s", got)
	}
}
