# What terraform-aws-modules/sqs/aws makes from its most used inputs.
# https://registry.terraform.io/modules/terraform-aws-modules/sqs/aws/latest?tab=inputs

variable "create" { default = true }
variable "create_dlq" { default = false }
variable "create_dlq_redrive_allow_policy" { default = true }
variable "create_queue_policy" { default = false }
variable "create_dlq_queue_policy" { default = false }
variable "sqs_managed_sse_enabled" { default = true }
variable "dlq_sqs_managed_sse_enabled" { default = true }
variable "queue_policy_statements" { default = {} }
variable "dlq_queue_policy_statements" { default = {} }
variable "source_queue_policy_documents" { default = [] }
variable "override_queue_policy_documents" { default = [] }

locals {
  fifo = try(var.fifo_queue == true, false)
  name = local.fifo ? "${trimsuffix(var.name, ".fifo")}.fifo" : var.name
}

resource "aws_sqs_queue" "this" {
  count = var.create ? 1 : 0

  name                              = local.name
  fifo_queue                        = var.fifo_queue
  content_based_deduplication       = var.content_based_deduplication
  kms_master_key_id                 = var.kms_master_key_id
  kms_data_key_reuse_period_seconds = var.kms_data_key_reuse_period_seconds
  sqs_managed_sse_enabled           = var.kms_master_key_id != null ? null : var.sqs_managed_sse_enabled
  message_retention_seconds         = var.message_retention_seconds
  visibility_timeout_seconds        = var.visibility_timeout_seconds
  receive_wait_time_seconds         = var.receive_wait_time_seconds
  delay_seconds                     = var.delay_seconds
  max_message_size                  = var.max_message_size
  redrive_policy = var.create_dlq ? jsonencode(merge({ maxReceiveCount = 5 }, var.redrive_policy, { deadLetterTargetArn = aws_sqs_queue.dlq[0].arn })) : (
    try(length(keys(var.redrive_policy)), 0) == 0 ? null : jsonencode(var.redrive_policy)
  )
  tags = var.tags
}

resource "aws_sqs_queue" "dlq" {
  count = var.create && var.create_dlq ? 1 : 0

  name                      = coalesce(var.dlq_name, "${trimsuffix(var.name, ".fifo")}-dlq${local.fifo ? ".fifo" : ""}")
  fifo_queue                = var.fifo_queue
  kms_master_key_id         = try(coalesce(var.dlq_kms_master_key_id, var.kms_master_key_id), null)
  sqs_managed_sse_enabled   = try(coalesce(var.dlq_kms_master_key_id, var.kms_master_key_id), null) != null ? null : var.dlq_sqs_managed_sse_enabled
  message_retention_seconds = try(coalesce(var.dlq_message_retention_seconds, var.message_retention_seconds), null)
  tags                      = merge(var.tags, var.dlq_tags)
}

resource "aws_sqs_queue_redrive_allow_policy" "dlq" {
  count = var.create && var.create_dlq && var.create_dlq_redrive_allow_policy ? 1 : 0

  queue_url            = aws_sqs_queue.dlq[0].url
  redrive_allow_policy = jsonencode({ redrivePermission = "byQueue", sourceQueueArns = [aws_sqs_queue.this[0].arn] })
}

data "aws_iam_policy_document" "this" {
  count = var.create && var.create_queue_policy ? 1 : 0

  source_policy_documents   = var.source_queue_policy_documents
  override_policy_documents = var.override_queue_policy_documents

  dynamic "statement" {
    for_each = var.queue_policy_statements
    content {
      sid         = try(statement.value.sid, null)
      effect      = try(statement.value.effect, null)
      actions     = try(statement.value.actions, null)
      not_actions = try(statement.value.not_actions, null)
      resources   = try(statement.value.resources, [aws_sqs_queue.this[0].arn])
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

resource "aws_sqs_queue_policy" "this" {
  count = var.create && var.create_queue_policy ? 1 : 0

  queue_url = aws_sqs_queue.this[0].url
  policy    = data.aws_iam_policy_document.this[0].json
}

data "aws_iam_policy_document" "dlq" {
  count = var.create && var.create_dlq && var.create_dlq_queue_policy ? 1 : 0

  source_policy_documents   = var.source_dlq_queue_policy_documents
  override_policy_documents = var.override_dlq_queue_policy_documents

  dynamic "statement" {
    for_each = var.dlq_queue_policy_statements
    content {
      sid         = try(statement.value.sid, null)
      effect      = try(statement.value.effect, null)
      actions     = try(statement.value.actions, null)
      not_actions = try(statement.value.not_actions, null)
      resources   = try(statement.value.resources, [aws_sqs_queue.dlq[0].arn])
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

resource "aws_sqs_queue_policy" "dlq" {
  count = var.create && var.create_dlq && var.create_dlq_queue_policy ? 1 : 0

  queue_url = aws_sqs_queue.dlq[0].url
  policy    = data.aws_iam_policy_document.dlq[0].json
}

output "queue_arn" { value = try(aws_sqs_queue.this[0].arn, null) }
output "queue_id" { value = try(aws_sqs_queue.this[0].id, null) }
output "queue_url" { value = try(aws_sqs_queue.this[0].url, null) }
output "queue_name" { value = try(aws_sqs_queue.this[0].name, null) }
output "dead_letter_queue_arn" { value = try(aws_sqs_queue.dlq[0].arn, null) }
output "dead_letter_queue_id" { value = try(aws_sqs_queue.dlq[0].id, null) }
output "dead_letter_queue_url" { value = try(aws_sqs_queue.dlq[0].url, null) }
output "dead_letter_queue_name" { value = try(aws_sqs_queue.dlq[0].name, null) }
