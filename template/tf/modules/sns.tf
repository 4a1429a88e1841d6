# What terraform-aws-modules/sns/aws makes from its most used inputs.
# https://registry.terraform.io/modules/terraform-aws-modules/sns/aws/latest?tab=inputs

variable "create" { default = true }
variable "create_topic_policy" { default = true }
variable "enable_default_topic_policy" { default = true }
variable "topic_policy_statements" { default = {} }
variable "subscriptions" { default = {} }
variable "source_topic_policy_documents" { default = [] }
variable "override_topic_policy_documents" { default = [] }

data "aws_caller_identity" "current" {}

resource "aws_sns_topic" "this" {
  count = var.create ? 1 : 0

  name                        = var.name
  display_name                = var.display_name
  fifo_topic                  = var.fifo_topic
  content_based_deduplication = var.content_based_deduplication
  kms_master_key_id           = var.kms_master_key_id
  signature_version           = var.signature_version
  tracing_config              = var.tracing_config
  policy                      = var.create_topic_policy ? null : var.topic_policy
  tags                        = var.tags

  application_failure_feedback_role_arn = try(var.application_feedback.failure_role_arn, null)
  application_success_feedback_role_arn = try(var.application_feedback.success_role_arn, null)
  firehose_failure_feedback_role_arn = try(var.firehose_feedback.failure_role_arn, null)
  firehose_success_feedback_role_arn = try(var.firehose_feedback.success_role_arn, null)
  http_failure_feedback_role_arn = try(var.http_feedback.failure_role_arn, null)
  http_success_feedback_role_arn = try(var.http_feedback.success_role_arn, null)
  lambda_failure_feedback_role_arn = try(var.lambda_feedback.failure_role_arn, null)
  lambda_success_feedback_role_arn = try(var.lambda_feedback.success_role_arn, null)
  sqs_failure_feedback_role_arn = try(var.sqs_feedback.failure_role_arn, null)
  sqs_success_feedback_role_arn = try(var.sqs_feedback.success_role_arn, null)
}

resource "aws_sns_topic_data_protection_policy" "this" {
  count = var.create && var.data_protection_policy != null ? 1 : 0

  arn    = aws_sns_topic.this[0].arn
  policy = var.data_protection_policy
}

data "aws_iam_policy_document" "this" {
  count = var.create && var.create_topic_policy ? 1 : 0

  source_policy_documents   = var.source_topic_policy_documents
  override_policy_documents = var.override_topic_policy_documents

  dynamic "statement" {
    for_each = var.enable_default_topic_policy ? [1] : []
    content {
      sid       = "DefaultStatementID"
      actions   = ["sns:Subscribe", "sns:SetTopicAttributes", "sns:RemovePermission", "sns:Publish", "sns:ListSubscriptionsByTopic", "sns:GetTopicAttributes", "sns:DeleteTopic", "sns:AddPermission"]
      resources = [aws_sns_topic.this[0].arn]
      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
      condition {
        test     = "StringEquals"
        variable = "AWS:SourceAccount"
        values   = [data.aws_caller_identity.current.account_id]
      }
    }
  }
  dynamic "statement" {
    for_each = var.topic_policy_statements
    content {
      sid         = try(statement.value.sid, statement.key)
      effect      = try(statement.value.effect, null)
      actions     = try(statement.value.actions, null)
      not_actions = try(statement.value.not_actions, null)
      resources   = try(statement.value.resources, [aws_sns_topic.this[0].arn])
      dynamic "principals" {
        for_each = try(statement.value.principals, [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }
      dynamic "condition" {
        for_each = try(coalesce(try(statement.value.conditions, null), try(statement.value.condition, null)), [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_sns_topic_policy" "this" {
  count = var.create && var.create_topic_policy ? 1 : 0

  arn    = aws_sns_topic.this[0].arn
  policy = data.aws_iam_policy_document.this[0].json
}

resource "aws_sns_topic_subscription" "this" {
  for_each = var.create ? var.subscriptions : {}

  topic_arn            = aws_sns_topic.this[0].arn
  protocol             = each.value.protocol
  endpoint             = each.value.endpoint
  filter_policy        = try(each.value.filter_policy, null)
  raw_message_delivery = try(each.value.raw_message_delivery, null)
  redrive_policy       = try(each.value.redrive_policy, null)
}

output "topic_arn" { value = try(aws_sns_topic.this[0].arn, null) }
output "topic_id" { value = try(aws_sns_topic.this[0].id, null) }
output "topic_name" { value = try(aws_sns_topic.this[0].name, null) }
