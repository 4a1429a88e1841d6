# A small shop: what Terraform splits, in each way that it can be addressed.

variable "stage" {
  default = "dev"
}

locals {
  queues = {
    orders = 30
    mails  = 60
  }
}

data "aws_iam_policy" "basic" {
  name = "AWSLambdaBasicExecutionRole"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["${module.uploads.arn}/&{aws:username}/*"]
  }
}

data "aws_iam_policy_document" "access" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [for q in aws_sqs_queue.q : q.arn]
  }
}

resource "aws_iam_role" "fn" {
  name               = "shop-${var.stage}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "fn" {
  role   = aws_iam_role.fn.id
  policy = data.aws_iam_policy_document.access.json
}

resource "aws_iam_role_policy_attachment" "basic" {
  for_each   = toset([data.aws_iam_policy.basic.arn, "arn:aws:iam::aws:policy/AdministratorAccess"])
  role       = aws_iam_role.fn.name
  policy_arn = each.value
}

resource "aws_lambda_function" "fn" {
  function_name = "shop-${var.stage}"
  role          = aws_iam_role.fn.arn
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = data.archive_file.fn.output_path

  environment {
    variables = {
      BUCKET = module.uploads.name
      QUEUE  = aws_sqs_queue.q["orders"].url
    }
  }
}

data "archive_file" "fn" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "${path.module}/fn.zip"
}

module "uploads" {
  source = "./modules/bucket"
  name   = "shop-uploads-${var.stage}"
}

resource "aws_s3_bucket_notification" "uploads" {
  bucket = module.uploads.name
  lambda_function {
    lambda_function_arn = aws_lambda_function.fn.arn
    events              = ["s3:ObjectCreated:*"]
  }
}

resource "aws_sqs_queue" "q" {
  for_each                   = local.queues
  name                       = each.key
  visibility_timeout_seconds = each.value
}

resource "aws_sqs_queue_redrive_policy" "q" {
  for_each  = aws_sqs_queue.q
  queue_url = each.value.id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead[0].arn
    maxReceiveCount     = 3
  })
}

resource "aws_sqs_queue" "dead" {
  count = 1
  name  = "dead"
}

resource "aws_sqs_queue_policy" "dead" {
  queue_url = one(aws_sqs_queue.dead[*].id)
  policy    = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": "${aws_sqs_queue.dead[0].arn}"
      }]
    }
  JSON
}

resource "aws_api_gateway_rest_api" "api" {
  name = "shop"
}

resource "aws_api_gateway_method" "get" {
  rest_api_id   = aws_api_gateway_rest_api.api.id
  resource_id   = aws_api_gateway_rest_api.api.root_resource_id
  http_method   = "GET"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "get" {
  rest_api_id             = aws_api_gateway_rest_api.api.id
  resource_id             = aws_api_gateway_method.get.resource_id
  http_method             = aws_api_gateway_method.get.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.fn.invoke_arn
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  stage_name  = var.stage
}

resource "aws_api_gateway_method_settings" "live" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  stage_name  = var.stage
  method_path = "*/*"
  settings {
    logging_level = "INFO"
  }
}

resource "aws_wafv2_web_acl_association" "live" {
  resource_arn = aws_api_gateway_stage.live.arn
  web_acl_arn  = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/x/y"
}
