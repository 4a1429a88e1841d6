package event

import (
	"strings"

	"rind/rind"
)

// TypeKinds returns the trigger kinds whose events a declared type holds, or
// nil if the name is of no event. It knows aws-lambda-go
// ("github.com/aws/aws-lambda-go/events.SQSEvent"), aws-lambda-java-events
// ("com.amazonaws.services.lambda.runtime.events.SQSEvent"), Powertools for
// Python ("aws_lambda_powertools.utilities.data_classes.SQSEvent", with or
// without its submodule) and @types/aws-lambda ("aws-lambda.SQSEvent", also
// its handler types). Record types are known too: their path begins at
// [RecordPath].
func TypeKinds(name string) []rind.TriggerKind {
	name = strings.TrimLeft(name, "*&[]")
	if i := strings.IndexByte(name, '<'); i >= 0 { // a generic's arguments
		name = name[:i]
	}
	switch {
	case strings.HasPrefix(name, "github.com/aws/aws-lambda-go/events."):
		return GoType(name)
	case strings.HasPrefix(name, "com.amazonaws."):
		return JavaType(name)
	case strings.HasPrefix(name, "aws_lambda_powertools."):
		return PythonType(name)
	case strings.HasPrefix(name, "aws-lambda.") || strings.HasPrefix(name, "@types/aws-lambda."):
		return TypeScriptType(name)
	}
	return nil
}

// GoType returns the kinds of a type of aws-lambda-go's package events, given
// by its name with or without the path of the package.
func GoType(name string) []rind.TriggerKind { return goTypes[lastName(name)] }

// JavaType returns the kinds of a class of aws-lambda-java-events, given by
// its name with or without the package. Nested classes belong to their outer
// one: "SQSEvent.SQSMessage".
func JavaType(name string) []rind.TriggerKind {
	name = strings.TrimPrefix(name, "com.amazonaws.services.lambda.runtime.events.")
	name = strings.TrimPrefix(name, "com.amazonaws.services.lambda.runtime.events.models.")
	outer, _, _ := strings.Cut(strings.ReplaceAll(name, "$", "."), ".")
	if k := javaTypes[outer]; k != nil {
		return k
	}
	return javaTypes[lastName(name)]
}

// PythonType returns the kinds of a data class of Powertools for Python.
func PythonType(name string) []rind.TriggerKind { return pythonTypes[lastName(name)] }

// TypeScriptType returns the kinds of a type of @types/aws-lambda, events and
// handlers alike.
func TypeScriptType(name string) []rind.TriggerKind {
	n := lastName(name)
	if k := scriptTypes[n]; k != nil {
		return k
	}
	if base, ok := strings.CutSuffix(n, "Handler"); ok {
		for _, e := range []string{base, base + "Event", base + "TriggerEvent", strings.TrimSuffix(base, "Trigger") + "TriggerEvent"} {
			if k := scriptTypes[e]; k != nil {
				return k
			}
		}
	}
	return nil
}

// RecordPath returns the place in the event of what a type holds: "Records[]"
// for "events.SQSMessage", "" for a type that is a whole event.
func RecordPath(name string) string { return recordPaths[lastName(name)] }

func lastName(name string) string {
	name = strings.ReplaceAll(name, "$", ".")
	return name[strings.LastIndexByte(name, '.')+1:]
}

func kinds(k ...rind.TriggerKind) []rind.TriggerKind { return k }

func cognito(shape string) []rind.TriggerKind {
	return kinds(rind.Cognito + "/" + rind.TriggerKind(shape))
}

// goTypes are the types of github.com/aws/aws-lambda-go/events v1.55.1.
var goTypes = map[string][]rind.TriggerKind{
	"APIGatewayProxyRequest":                       kinds(rind.APIGatewayREST + "/proxy"),
	"APIGatewayProxyRequestContext":                kinds(rind.APIGatewayREST + "/proxy"),
	"APIGatewayV2HTTPRequest":                      kinds(rind.APIGatewayHTTP + "/proxy"),
	"APIGatewayV2HTTPRequestContext":               kinds(rind.APIGatewayHTTP + "/proxy"),
	"APIGatewayWebsocketProxyRequest":              kinds(rind.APIGatewayWebSocket),
	"APIGatewayWebsocketProxyRequestContext":       kinds(rind.APIGatewayWebSocket),
	"APIGatewayCustomAuthorizerRequest":            kinds(rind.APIGatewayREST + "/authorizer-token"),
	"APIGatewayCustomAuthorizerRequestTypeRequest": kinds(rind.APIGatewayREST + "/authorizer-request"),
	"APIGatewayV2CustomAuthorizerV1Request":        kinds(rind.APIGatewayREST + "/authorizer-request"),
	"APIGatewayV2CustomAuthorizerV2Request":        kinds(rind.APIGatewayHTTP + "/authorizer"),
	"LambdaFunctionURLRequest":                     kinds(rind.FunctionURL),
	"LambdaFunctionURLRequestContext":              kinds(rind.FunctionURL),
	"ALBTargetGroupRequest":                        kinds(rind.ALB),
	"AppSyncResolverTemplate":                      kinds(rind.AppSync),
	"AppSyncLambdaAuthorizerRequest":               kinds(rind.AppSync + "/authorizer"),
	"CognitoEvent":                                 cognito("sync"),
	"CognitoEventUserPoolsPreSignup":               cognito("pre-sign-up"),
	"CognitoEventUserPoolsPreAuthentication":       cognito("pre-authentication"),
	"CognitoEventUserPoolsPostConfirmation":        cognito("post-confirmation"),
	"CognitoEventUserPoolsPostAuthentication":      cognito("post-authentication"),
	"CognitoEventUserPoolsPreTokenGen":             cognito("pre-token-generation"),
	"CognitoEventUserPoolsPreTokenGenV2":           cognito("pre-token-generation"),
	"CognitoEventUserPoolsPreTokenGenV2_0":         cognito("pre-token-generation"),
	"CognitoEventUserPoolsMigrateUser":             cognito("user-migration"),
	"CognitoEventUserPoolsCustomMessage":           cognito("custom-message"),
	"CognitoEventUserPoolsDefineAuthChallenge":     cognito("define-auth-challenge"),
	"CognitoEventUserPoolsCreateAuthChallenge":     cognito("create-auth-challenge"),
	"CognitoEventUserPoolsVerifyAuthChallenge":     cognito("verify-auth-challenge"),
	"CognitoEventUserPoolsInboundFederation":       cognito("inbound-federation"),
	"S3Event":                                      kinds(rind.S3 + "/notification"),
	"S3EventRecord":                                kinds(rind.S3 + "/notification"),
	"S3Entity":                                     kinds(rind.S3 + "/notification"),
	"S3Object":                                     kinds(rind.S3 + "/notification"),
	"S3ObjectLambdaEvent":                          kinds(rind.S3 + "/object-lambda"),
	"S3BatchJobEvent":                              kinds(rind.S3 + "/batch"),
	"S3BatchJobEventV2":                            kinds(rind.S3 + "/batch"),
	"SNSEvent":                                     kinds(rind.SNS),
	"SNSEventRecord":                               kinds(rind.SNS),
	"SNSEntity":                                    kinds(rind.SNS),
	"SQSEvent":                                     kinds(rind.SQS),
	"SQSMessage":                                   kinds(rind.SQS),
	"KinesisEvent":                                 kinds(rind.Kinesis),
	"KinesisEventRecord":                           kinds(rind.Kinesis),
	"KinesisRecord":                                kinds(rind.Kinesis),
	"KinesisTimeWindowEvent":                       kinds(rind.Kinesis),
	"KinesisFirehoseEvent":                         kinds(rind.Firehose),
	"KinesisFirehoseEventRecord":                   kinds(rind.Firehose),
	"DynamoDBEvent":                                kinds(rind.DynamoDBStream),
	"DynamoDBEventRecord":                          kinds(rind.DynamoDBStream),
	"DynamoDBStreamRecord":                         kinds(rind.DynamoDBStream),
	"DynamoDBTimeWindowEvent":                      kinds(rind.DynamoDBStream),
	"CloudWatchEvent":                              kinds(rind.EventBridge, rind.Schedule),
	"EventBridgeEvent":                             kinds(rind.EventBridge, rind.Schedule),
	"CloudwatchLogsEvent":                          kinds(rind.CloudWatchLogs),
	"CloudwatchLogsData":                           kinds(rind.CloudWatchLogs),
	"CloudwatchLogsLogEvent":                       kinds(rind.CloudWatchLogs),
	"SimpleEmailEvent":                             kinds(rind.SES),
	"SimpleEmailRecord":                            kinds(rind.SES),
	"SimpleEmailService":                           kinds(rind.SES),
	"IoTCoreCustomAuthorizerRequest":               kinds(rind.IoT + "/authorizer"),
	"IoTPreProvisionHookRequest":                   kinds(rind.IoT + "/provisioning"),
	"KafkaEvent":                                   kinds(rind.MSK, rind.Kafka),
	"KafkaRecord":                                  kinds(rind.MSK, rind.Kafka),
	"ActiveMQEvent":                                kinds(rind.ActiveMQ),
	"ActiveMQMessage":                              kinds(rind.ActiveMQ),
	"RabbitMQEvent":                                kinds(rind.RabbitMQ),
	"RabbitMQMessage":                              kinds(rind.RabbitMQ),
	"LexEvent":                                     kinds(rind.Lex + "/v1"),
	"CodePipelineJobEvent":                         kinds(rind.CodePipeline),
	"CodePipelineEvent":                            kinds(rind.CodePipeline),
	"ConfigEvent":                                  kinds(rind.Config),
}

// javaTypes are the classes of aws-lambda-java-events 3.16.
var javaTypes = map[string][]rind.TriggerKind{
	"APIGatewayProxyRequestEvent":                     kinds(rind.APIGatewayREST + "/proxy"),
	"APIGatewayV2HTTPEvent":                           kinds(rind.APIGatewayHTTP + "/proxy"),
	"APIGatewayV2ProxyRequestEvent":                   kinds(rind.APIGatewayHTTP, rind.APIGatewayWebSocket),
	"APIGatewayV2WebSocketEvent":                      kinds(rind.APIGatewayWebSocket),
	"APIGatewayCustomAuthorizerEvent":                 kinds(rind.APIGatewayREST+"/authorizer-token", rind.APIGatewayREST+"/authorizer-request"),
	"APIGatewayV2CustomAuthorizerEvent":               kinds(rind.APIGatewayHTTP + "/authorizer"),
	"ApplicationLoadBalancerRequestEvent":             kinds(rind.ALB),
	"AppSyncLambdaAuthorizerEvent":                    kinds(rind.AppSync + "/authorizer"),
	"CognitoEvent":                                    cognito("sync"),
	"CognitoUserPoolEvent":                            kinds(rind.Cognito),
	"CognitoUserPoolPreSignUpEvent":                   cognito("pre-sign-up"),
	"CognitoUserPoolPreAuthenticationEvent":           cognito("pre-authentication"),
	"CognitoUserPoolPostConfirmationEvent":            cognito("post-confirmation"),
	"CognitoUserPoolPostAuthenticationEvent":          cognito("post-authentication"),
	"CognitoUserPoolPreTokenGenerationEvent":          cognito("pre-token-generation"),
	"CognitoUserPoolPreTokenGenerationEventV2":        cognito("pre-token-generation"),
	"CognitoUserPoolMigrateUserEvent":                 cognito("user-migration"),
	"CognitoUserPoolCustomMessageEvent":               cognito("custom-message"),
	"CognitoUserPoolDefineAuthChallengeEvent":         cognito("define-auth-challenge"),
	"CognitoUserPoolDefineAuthChallengeResponseEvent": cognito("define-auth-challenge"),
	"CognitoUserPoolCreateAuthChallengeEvent":         cognito("create-auth-challenge"),
	"CognitoUserPoolVerifyAuthChallengeResponseEvent": cognito("verify-auth-challenge"),
	"S3Event":                   kinds(rind.S3 + "/notification"),
	"S3EventNotification":       kinds(rind.S3 + "/notification"),
	"S3EventNotificationRecord": kinds(rind.S3 + "/notification"),
	"S3ObjectLambdaEvent":       kinds(rind.S3 + "/object-lambda"),
	"S3BatchEvent":              kinds(rind.S3 + "/batch"),
	"S3BatchEventV2":            kinds(rind.S3 + "/batch"),
	"SNSEvent":                  kinds(rind.SNS),
	"SQSEvent":                  kinds(rind.SQS),
	"SQSMessage":                kinds(rind.SQS),
	"KinesisEvent":              kinds(rind.Kinesis),
	"KinesisEventRecord":        kinds(rind.Kinesis),
	"KinesisTimeWindowEvent":    kinds(rind.Kinesis),
	"KinesisFirehoseEvent":      kinds(rind.Firehose),
	"KinesisAnalyticsFirehoseInputPreprocessingEvent": kinds(rind.Firehose),
	"KinesisAnalyticsStreamsInputPreprocessingEvent":  kinds(rind.Firehose),
	"DynamodbEvent":           kinds(rind.DynamoDBStream),
	"DynamodbStreamRecord":    kinds(rind.DynamoDBStream),
	"DynamodbTimeWindowEvent": kinds(rind.DynamoDBStream),
	"ScheduledEvent":          kinds(rind.Schedule, rind.EventBridge),
	"CloudWatchLogsEvent":     kinds(rind.CloudWatchLogs),
	"SimpleEmailEvent":        kinds(rind.SES),
	"KafkaEvent":              kinds(rind.MSK, rind.Kafka),
	"ActiveMQEvent":           kinds(rind.ActiveMQ),
	"RabbitMQEvent":           kinds(rind.RabbitMQ),
	"LexEvent":                kinds(rind.Lex + "/v1"),
	"LexV2Event":              kinds(rind.Lex + "/v2"),
	"ConfigEvent":             kinds(rind.Config),
	"CodePipelineEvent":       kinds(rind.CodePipeline),
}

// pythonTypes are the data classes of Powertools for AWS Lambda (Python) 3.
var pythonTypes = map[string][]rind.TriggerKind{
	"APIGatewayProxyEvent":                    kinds(rind.APIGatewayREST + "/proxy"),
	"APIGatewayProxyEventV2":                  kinds(rind.APIGatewayHTTP + "/proxy"),
	"APIGatewayWebSocketEvent":                kinds(rind.APIGatewayWebSocket),
	"APIGatewayWebSocketConnectEvent":         kinds(rind.APIGatewayWebSocket),
	"APIGatewayWebSocketMessageEvent":         kinds(rind.APIGatewayWebSocket),
	"APIGatewayWebSocketDisconnectEvent":      kinds(rind.APIGatewayWebSocket),
	"APIGatewayAuthorizerTokenEvent":          kinds(rind.APIGatewayREST + "/authorizer-token"),
	"APIGatewayAuthorizerRequestEvent":        kinds(rind.APIGatewayREST + "/authorizer-request"),
	"APIGatewayAuthorizerEventV2":             kinds(rind.APIGatewayHTTP + "/authorizer"),
	"LambdaFunctionUrlEvent":                  kinds(rind.FunctionURL),
	"ALBEvent":                                kinds(rind.ALB),
	"VPCLatticeEvent":                         kinds(rind.ALB),
	"VPCLatticeEventV2":                       kinds(rind.ALB),
	"AppSyncResolverEvent":                    kinds(rind.AppSync + "/resolver"),
	"AppSyncAuthorizerEvent":                  kinds(rind.AppSync + "/authorizer"),
	"PreSignUpTriggerEvent":                   cognito("pre-sign-up"),
	"PostConfirmationTriggerEvent":            cognito("post-confirmation"),
	"PreAuthenticationTriggerEvent":           cognito("pre-authentication"),
	"PostAuthenticationTriggerEvent":          cognito("post-authentication"),
	"PreTokenGenerationTriggerEvent":          cognito("pre-token-generation"),
	"PreTokenGenerationV2TriggerEvent":        cognito("pre-token-generation"),
	"UserMigrationTriggerEvent":               cognito("user-migration"),
	"CustomMessageTriggerEvent":               cognito("custom-message"),
	"DefineAuthChallengeTriggerEvent":         cognito("define-auth-challenge"),
	"CreateAuthChallengeTriggerEvent":         cognito("create-auth-challenge"),
	"VerifyAuthChallengeResponseTriggerEvent": cognito("verify-auth-challenge"),
	"CustomEmailSenderTriggerEvent":           cognito("custom-sender"),
	"CustomSMSSenderTriggerEvent":             cognito("custom-sender"),
	"S3Event":                                 kinds(rind.S3 + "/notification"),
	"S3Record":                                kinds(rind.S3 + "/notification"),
	"S3EventRecord":                           kinds(rind.S3 + "/notification"),
	"S3EventBridgeNotificationEvent":          kinds(rind.EventBridge + "/aws.s3"),
	"S3ObjectLambdaEvent":                     kinds(rind.S3 + "/object-lambda"),
	"S3BatchOperationEvent":                   kinds(rind.S3 + "/batch"),
	"SNSEvent":                                kinds(rind.SNS),
	"SNSEventRecord":                          kinds(rind.SNS),
	"SQSEvent":                                kinds(rind.SQS),
	"SQSRecord":                               kinds(rind.SQS),
	"KinesisStreamEvent":                      kinds(rind.Kinesis),
	"KinesisStreamRecord":                     kinds(rind.Kinesis),
	"KinesisFirehoseEvent":                    kinds(rind.Firehose),
	"KinesisFirehoseRecord":                   kinds(rind.Firehose),
	"DynamoDBStreamEvent":                     kinds(rind.DynamoDBStream),
	"DynamoDBRecord":                          kinds(rind.DynamoDBStream),
	"EventBridgeEvent":                        kinds(rind.EventBridge, rind.Schedule),
	"CloudWatchLogsEvent":                     kinds(rind.CloudWatchLogs),
	"CloudWatchLogsDecodedData":               kinds(rind.CloudWatchLogs),
	"SESEvent":                                kinds(rind.SES),
	"SESEventRecord":                          kinds(rind.SES),
	"KafkaEvent":                              kinds(rind.MSK, rind.Kafka),
	"KafkaEventRecord":                        kinds(rind.MSK, rind.Kafka),
	"ActiveMQEvent":                           kinds(rind.ActiveMQ),
	"RabbitMQEvent":                           kinds(rind.RabbitMQ),
	"BedrockAgentEvent":                       kinds(rind.BedrockAgent),
	"BedrockAgentFunctionEvent":               kinds(rind.BedrockAgent),
	"CodePipelineJobEvent":                    kinds(rind.CodePipeline),
	"AWSConfigRuleEvent":                      kinds(rind.Config),
	"ConnectContactFlowEvent":                 kinds(rind.Direct),
	"IoTCoreThingEvent":                       kinds(rind.IoT),
}

// scriptTypes are the types of @types/aws-lambda 8.10.
var scriptTypes = map[string][]rind.TriggerKind{
	"APIGatewayProxyEvent":                         kinds(rind.APIGatewayREST+"/proxy", rind.APIGatewayHTTP+"/proxy-v1"),
	"APIGatewayEvent":                              kinds(rind.APIGatewayREST+"/proxy", rind.APIGatewayHTTP+"/proxy-v1"),
	"APIGatewayProxyHandler":                       kinds(rind.APIGatewayREST + "/proxy"),
	"APIGatewayProxyWithCognitoAuthorizerEvent":    kinds(rind.APIGatewayREST + "/proxy"),
	"APIGatewayProxyWithLambdaAuthorizerEvent":     kinds(rind.APIGatewayREST + "/proxy"),
	"APIGatewayProxyEventV2":                       kinds(rind.APIGatewayHTTP + "/proxy"),
	"APIGatewayProxyHandlerV2":                     kinds(rind.APIGatewayHTTP + "/proxy"),
	"APIGatewayProxyEventV2WithRequestContext":     kinds(rind.APIGatewayHTTP + "/proxy"),
	"APIGatewayProxyEventV2WithJWTAuthorizer":      kinds(rind.APIGatewayHTTP + "/proxy"),
	"APIGatewayProxyHandlerV2WithJWTAuthorizer":    kinds(rind.APIGatewayHTTP + "/proxy"),
	"APIGatewayProxyEventV2WithLambdaAuthorizer":   kinds(rind.APIGatewayHTTP + "/proxy"),
	"APIGatewayProxyHandlerV2WithLambdaAuthorizer": kinds(rind.APIGatewayHTTP + "/proxy"),
	"APIGatewayProxyEventV2WithIAMAuthorizer":      kinds(rind.APIGatewayHTTP + "/proxy"),
	"APIGatewayProxyWebsocketEventV2":              kinds(rind.APIGatewayWebSocket),
	"APIGatewayProxyWebsocketHandlerV2":            kinds(rind.APIGatewayWebSocket),
	"APIGatewayTokenAuthorizerEvent":               kinds(rind.APIGatewayREST + "/authorizer-token"),
	"APIGatewayRequestAuthorizerEvent":             kinds(rind.APIGatewayREST + "/authorizer-request"),
	"APIGatewayRequestAuthorizerEventV2":           kinds(rind.APIGatewayHTTP + "/authorizer"),
	"APIGatewayAuthorizerEvent":                    kinds(rind.APIGatewayREST+"/authorizer-token", rind.APIGatewayREST+"/authorizer-request"),
	"APIGatewayAuthorizerHandler":                  kinds(rind.APIGatewayREST+"/authorizer-token", rind.APIGatewayREST+"/authorizer-request"),
	"LambdaFunctionURLEvent":                       kinds(rind.FunctionURL),
	"ALBEvent":                                     kinds(rind.ALB),
	"CloudFrontRequestEvent":                       kinds(rind.CloudFront + "/request"),
	"CloudFrontResponseEvent":                      kinds(rind.CloudFront + "/response"),
	"CloudFrontEvent":                              kinds(rind.CloudFront),
	"AppSyncResolverEvent":                         kinds(rind.AppSync + "/resolver"),
	"AppSyncBatchResolverHandler":                  kinds(rind.AppSync + "/batch"),
	"AppSyncAuthorizerEvent":                       kinds(rind.AppSync + "/authorizer"),
	"PreSignUpTriggerEvent":                        cognito("pre-sign-up"),
	"PostConfirmationTriggerEvent":                 cognito("post-confirmation"),
	"PostConfirmationConfirmSignUpTriggerEvent":    cognito("post-confirmation"),
	"PreAuthenticationTriggerEvent":                cognito("pre-authentication"),
	"PostAuthenticationTriggerEvent":               cognito("post-authentication"),
	"PreTokenGenerationTriggerEvent":               cognito("pre-token-generation"),
	"PreTokenGenerationV2TriggerEvent":             cognito("pre-token-generation"),
	"UserMigrationTriggerEvent":                    cognito("user-migration"),
	"CustomMessageTriggerEvent":                    cognito("custom-message"),
	"DefineAuthChallengeTriggerEvent":              cognito("define-auth-challenge"),
	"CreateAuthChallengeTriggerEvent":              cognito("create-auth-challenge"),
	"VerifyAuthChallengeResponseTriggerEvent":      cognito("verify-auth-challenge"),
	"CustomEmailSenderTriggerEvent":                cognito("custom-sender"),
	"CustomSMSSenderTriggerEvent":                  cognito("custom-sender"),
	"CognitoUserPoolTriggerEvent":                  kinds(rind.Cognito),
	"CognitoUserPoolEvent":                         kinds(rind.Cognito),
	"S3Event":                                      kinds(rind.S3 + "/notification"),
	"S3EventRecord":                                kinds(rind.S3 + "/notification"),
	"S3NotificationEvent":                          kinds(rind.EventBridge + "/aws.s3"),
	"S3BatchEvent":                                 kinds(rind.S3 + "/batch"),
	"SNSEvent":                                     kinds(rind.SNS),
	"SNSEventRecord":                               kinds(rind.SNS),
	"SNSMessage":                                   kinds(rind.SNS),
	"SQSEvent":                                     kinds(rind.SQS),
	"SQSRecord":                                    kinds(rind.SQS),
	"KinesisStreamEvent":                           kinds(rind.Kinesis),
	"KinesisStreamRecord":                          kinds(rind.Kinesis),
	"KinesisStreamTumblingWindowEvent":             kinds(rind.Kinesis),
	"FirehoseTransformationEvent":                  kinds(rind.Firehose),
	"FirehoseTransformationEventRecord":            kinds(rind.Firehose),
	"DynamoDBStreamEvent":                          kinds(rind.DynamoDBStream),
	"DynamoDBRecord":                               kinds(rind.DynamoDBStream),
	"EventBridgeEvent":                             kinds(rind.EventBridge, rind.Schedule),
	"ScheduledEvent":                               kinds(rind.Schedule),
	"CloudWatchLogsEvent":                          kinds(rind.CloudWatchLogs),
	"CloudWatchLogsDecodedData":                    kinds(rind.CloudWatchLogs),
	"SESEvent":                                     kinds(rind.SES),
	"SESEventRecord":                               kinds(rind.SES),
	"IoTEvent":                                     kinds(rind.IoT + "/rule"),
	"IoTCustomAuthorizerEvent":                     kinds(rind.IoT + "/authorizer"),
	"IoTPreProvisioningHookEvent":                  kinds(rind.IoT + "/provisioning"),
	"MSKEvent":                                     kinds(rind.MSK),
	"MSKRecord":                                    kinds(rind.MSK),
	"SelfManagedKafkaEvent":                        kinds(rind.Kafka),
	"AmazonMQEvent":                                kinds(rind.ActiveMQ, rind.RabbitMQ),
	"ActiveMQEvent":                                kinds(rind.ActiveMQ),
	"RabbitMQEvent":                                kinds(rind.RabbitMQ),
	"LexEvent":                                     kinds(rind.Lex + "/v1"),
	"LexV2Event":                                   kinds(rind.Lex + "/v2"),
	"BedrockAgentEvent":                            kinds(rind.BedrockAgent),
	"CodePipelineEvent":                            kinds(rind.CodePipeline),
}

// recordPaths are the types that hold a part of an event, in every library.
var recordPaths = map[string]string{
	"APIGatewayProxyRequestContext":          "requestContext",
	"APIGatewayV2HTTPRequestContext":         "requestContext",
	"APIGatewayWebsocketProxyRequestContext": "requestContext",
	"LambdaFunctionURLRequestContext":        "requestContext",
	"S3EventRecord":                          "Records[]",
	"S3Record":                               "Records[]",
	"S3EventNotificationRecord":              "Records[]",
	"S3Entity":                               "Records[].s3",
	"S3Object":                               "Records[].s3.object",
	"SNSEventRecord":                         "Records[]",
	"SNSRecord":                              "Records[]",
	"SNSEntity":                              "Records[].Sns",
	"SNSMessage":                             "Records[].Sns",
	"SNS":                                    "Records[].Sns",
	"SQSMessage":                             "Records[]",
	"SQSRecord":                              "Records[]",
	"KinesisEventRecord":                     "Records[]",
	"KinesisStreamRecord":                    "Records[]",
	"KinesisRecord":                          "Records[].kinesis",
	"KinesisFirehoseEventRecord":             "records[]",
	"KinesisFirehoseRecord":                  "records[]",
	"FirehoseTransformationEventRecord":      "records[]",
	"DynamoDBEventRecord":                    "Records[]",
	"DynamodbStreamRecord":                   "Records[]",
	"DynamoDBRecord":                         "Records[]",
	"DynamoDBStreamRecord":                   "Records[].dynamodb",
	"CloudwatchLogsData":                     "awslogs.data",
	"CloudWatchLogsDecodedData":              "awslogs.data",
	"CloudwatchLogsLogEvent":                 "awslogs.data.logEvents[]",
	"SimpleEmailRecord":                      "Records[]",
	"SESEventRecord":                         "Records[]",
	"SimpleEmailService":                     "Records[].ses",
	"KafkaRecord":                            "records.*[]",
	"KafkaEventRecord":                       "records.*[]",
	"MSKRecord":                              "records.*[]",
	"ActiveMQMessage":                        "messages[]",
	"RabbitMQMessage":                        "rmqMessagesByQueue.*[]",
}
