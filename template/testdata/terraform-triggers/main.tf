# One function for each way to start one.

resource "aws_lambda_function" "f" {
  for_each = toset([
    "cognito", "ses", "iot", "logs", "msk", "kafka", "mq", "rabbit", "docdb", "sfn", "lex", "bedrock", "cf", "cp", "config", "appsync", "alb", "secrets", "firehose", "sns", "ddb", "kin", "sched", "pipes", "url", "ws", "alias",
  ])
  function_name = each.key
  role          = "arn:aws:iam::1:role/x"
  handler       = "a.h"
  runtime       = "python3.13"
  filename      = "x.zip"
}

resource "aws_cognito_user_pool" "u" {
  name = "u"
  lambda_config { pre_sign_up = aws_lambda_function.f["cognito"].arn }
}

resource "aws_ses_receipt_rule" "r" {
  name          = "r"
  rule_set_name = "s"
  lambda_action {
    function_arn = aws_lambda_function.f["ses"].arn
    position     = 1
  }
}

resource "aws_iot_topic_rule" "r" {
  name        = "r"
  sql         = "SELECT * FROM 'x'"
  sql_version = "2016-03-23"
  enabled     = true
  lambda { function_arn = aws_lambda_function.f["iot"].arn }
}

resource "aws_cloudwatch_log_group" "g" { name = "g" }
resource "aws_cloudwatch_log_subscription_filter" "s" {
  name            = "s"
  log_group_name  = aws_cloudwatch_log_group.g.name
  filter_pattern  = ""
  destination_arn = aws_lambda_function.f["logs"].arn
}

resource "aws_msk_cluster" "m" { cluster_name = "m" }
resource "aws_lambda_event_source_mapping" "msk" {
  event_source_arn = aws_msk_cluster.m.arn
  function_name    = aws_lambda_function.f["msk"].arn
  topics           = ["t"]
}

resource "aws_lambda_event_source_mapping" "kafka" {
  function_name = aws_lambda_function.f["kafka"].arn
  topics        = ["t"]
  self_managed_event_source { endpoints = { KAFKA_BOOTSTRAP_SERVERS = "a:9092" } }
}

resource "aws_mq_broker" "a" {
  broker_name = "a"
  engine_type = "ActiveMQ"
}

resource "aws_lambda_event_source_mapping" "mq" {
  event_source_arn = aws_mq_broker.a.arn
  function_name    = aws_lambda_function.f["mq"].arn
  queues           = ["q"]
}

resource "aws_docdb_cluster" "d" { cluster_identifier = "d" }
resource "aws_lambda_event_source_mapping" "doc" {
  event_source_arn = aws_docdb_cluster.d.arn
  function_name    = aws_lambda_function.f["docdb"].arn
  document_db_event_source_config { database_name = "x" }
}

resource "aws_sfn_state_machine" "m" {
  name       = "m"
  role_arn   = "x"
  definition = jsonencode({ StartAt = "A", States = { A = { Type = "Task", Resource = "arn:aws:states:::lambda:invoke", Parameters = { FunctionName = aws_lambda_function.f["sfn"].arn }, End = true } } })
}

resource "aws_lambda_permission" "lex" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f["lex"].function_name
  principal     = "lexv2.amazonaws.com"
  source_arn    = "arn:aws:lex:eu-central-1:1:bot-alias/x/y"
}

resource "aws_bedrockagent_agent" "a" {
  agent_name              = "a"
  agent_resource_role_arn = "x"
  foundation_model        = "m"
}

resource "aws_bedrockagent_agent_action_group" "g" {
  action_group_name = "g"
  agent_id          = aws_bedrockagent_agent.a.agent_id
  agent_version     = "DRAFT"
  action_group_executor { lambda = aws_lambda_function.f["bedrock"].arn }
}

resource "aws_cloudfront_distribution" "d" {
  enabled = true
  default_cache_behavior {
    target_origin_id       = "x"
    viewer_protocol_policy = "https-only"
    lambda_function_association {
      event_type = "viewer-request"
      lambda_arn = aws_lambda_function.f["cf"].qualified_arn
    }
  }
}

resource "aws_codepipeline" "p" {
  name     = "p"
  role_arn = "x"
  stage {
    name = "s"
    action {
      name          = "a"
      category      = "Invoke"
      owner         = "AWS"
      provider      = "Lambda"
      version       = "1"
      configuration = { FunctionName = aws_lambda_function.f["cp"].function_name }
    }
  }
}

resource "aws_config_config_rule" "r" {
  name = "r"
  source {
    owner             = "CUSTOM_LAMBDA"
    source_identifier = aws_lambda_function.f["config"].arn
    source_detail { message_type = "ConfigurationItemChangeNotification" }
  }
}

resource "aws_appsync_graphql_api" "g" {
  name                = "g"
  authentication_type = "AWS_IAM"
}

resource "aws_appsync_datasource" "d" {
  api_id = aws_appsync_graphql_api.g.id
  name   = "d"
  type   = "AWS_LAMBDA"
  lambda_config { function_arn = aws_lambda_function.f["appsync"].arn }
}

resource "aws_lb" "l" { name = "l" }
resource "aws_lb_target_group" "t" {
  name        = "t"
  target_type = "lambda"
}

resource "aws_lb_target_group_attachment" "t" {
  target_group_arn = aws_lb_target_group.t.arn
  target_id        = aws_lambda_function.f["alb"].arn
}

resource "aws_lb_listener" "l" {
  load_balancer_arn = aws_lb.l.arn
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.t.arn
  }
}

resource "aws_secretsmanager_secret" "s" { name = "s" }
resource "aws_secretsmanager_secret_rotation" "s" {
  secret_id           = aws_secretsmanager_secret.s.id
  rotation_lambda_arn = aws_lambda_function.f["secrets"].arn
  rotation_rules { automatically_after_days = 30 }
}

resource "aws_kinesis_firehose_delivery_stream" "f" {
  name        = "f"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn   = "x"
    bucket_arn = "y"
    processing_configuration {
      enabled = true
      processors {
        type = "Lambda"
        parameters {
          parameter_name  = "LambdaArn"
          parameter_value = "${aws_lambda_function.f["firehose"].arn}:$LATEST"
        }
      }
    }
  }
}

resource "aws_sns_topic" "t" { name = "t" }
resource "aws_sns_topic_subscription" "s" {
  topic_arn = aws_sns_topic.t.arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.f["sns"].arn
}

resource "aws_dynamodb_table" "t" {
  name             = "t"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_IMAGE"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_lambda_event_source_mapping" "ddb" {
  event_source_arn  = aws_dynamodb_table.t.stream_arn
  function_name     = aws_lambda_function.f["ddb"].arn
  starting_position = "LATEST"
}

resource "aws_kinesis_stream" "k" { name = "k" }
resource "aws_lambda_event_source_mapping" "kin" {
  event_source_arn  = aws_kinesis_stream.k.arn
  function_name     = aws_lambda_function.f["kin"].function_name
  starting_position = "LATEST"
}

resource "aws_scheduler_schedule" "s" {
  name                = "s"
  schedule_expression = "rate(1 hour)"
  flexible_time_window { mode = "OFF" }
  target {
    arn      = aws_lambda_function.f["sched"].arn
    role_arn = "x"
  }
}

resource "aws_sqs_queue" "q" { name = "q" }
resource "aws_pipes_pipe" "p" {
  name     = "p"
  source   = aws_sqs_queue.q.arn
  target   = aws_lambda_function.f["pipes"].arn
  role_arn = "x"
}

resource "aws_lambda_function_url" "u" {
  function_name      = aws_lambda_function.f["url"].arn
  authorization_type = "NONE"
}

resource "aws_apigatewayv2_api" "w" {
  name          = "w"
  protocol_type = "WEBSOCKET"
}

resource "aws_apigatewayv2_integration" "w" {
  api_id           = aws_apigatewayv2_api.w.id
  integration_type = "AWS_PROXY"
  integration_uri  = aws_lambda_function.f["ws"].invoke_arn
}

resource "aws_apigatewayv2_route" "w" {
  api_id    = aws_apigatewayv2_api.w.id
  route_key = "$connect"
  target    = "integrations/${aws_apigatewayv2_integration.w.id}"
}

resource "aws_lambda_alias" "a" {
  name             = "live"
  function_name    = aws_lambda_function.f["alias"].function_name
  function_version = "1"
}

resource "aws_sns_topic_subscription" "alias" {
  topic_arn = aws_sns_topic.t.arn
  protocol  = "lambda"
  endpoint  = aws_lambda_alias.a.arn
}

resource "aws_mq_broker" "r" {
  broker_name = "r"
  engine_type = "RabbitMQ"
}

resource "aws_lambda_event_source_mapping" "rabbit" {
  event_source_arn = aws_mq_broker.r.arn
  function_name    = aws_lambda_function.f["rabbit"].arn
  queues           = ["q"]
}
