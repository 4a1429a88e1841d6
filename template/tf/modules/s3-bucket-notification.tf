# What terraform-aws-modules/s3-bucket/aws//modules/notification makes.
# https://registry.terraform.io/modules/terraform-aws-modules/s3-bucket/aws/latest/submodules/notification

variable "create" { default = true }
variable "lambda_notifications" { default = {} }
variable "sqs_notifications" { default = {} }
variable "sns_notifications" { default = {} }

locals {
  bucket_arn = coalesce(var.bucket_arn, "arn:aws:s3:::${var.bucket}")
}

resource "aws_s3_bucket_notification" "this" {
  count = var.create ? 1 : 0

  bucket      = var.bucket
  eventbridge = var.eventbridge

  dynamic "lambda_function" {
    for_each = var.lambda_notifications
    content {
      id                  = try(lambda_function.value.id, lambda_function.key)
      lambda_function_arn = lambda_function.value.function_arn
      events              = lambda_function.value.events
      filter_prefix       = try(lambda_function.value.filter_prefix, null)
      filter_suffix       = try(lambda_function.value.filter_suffix, null)
    }
  }
  dynamic "queue" {
    for_each = var.sqs_notifications
    content {
      id        = try(queue.value.id, queue.key)
      queue_arn = queue.value.queue_arn
      events    = queue.value.events
    }
  }
  dynamic "topic" {
    for_each = var.sns_notifications
    content {
      id        = try(topic.value.id, topic.key)
      topic_arn = topic.value.topic_arn
      events    = topic.value.events
    }
  }
}

resource "aws_lambda_permission" "allow" {
  for_each = var.create ? var.lambda_notifications : {}

  statement_id   = "AllowLambdaS3BucketNotification"
  action         = "lambda:InvokeFunction"
  function_name  = each.value.function_name
  qualifier      = try(each.value.qualifier, null)
  principal      = "s3.amazonaws.com"
  source_arn     = local.bucket_arn
  source_account = try(each.value.source_account, null)
}
