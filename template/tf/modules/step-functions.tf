# What terraform-aws-modules/step-functions/aws makes from its most used
# inputs.
# https://registry.terraform.io/modules/terraform-aws-modules/step-functions/aws/latest?tab=inputs

variable "create" { default = true }
variable "create_role" { default = true }
variable "policy_statements" { default = {} }
variable "service_integrations" { default = {} }
variable "logging_configuration" { default = {} }

locals {
  role = var.create && var.create_role
  logs = length(keys(var.logging_configuration)) > 0
  # What each service integration allows, for the resources it is given.
  actions = {
    lambda        = ["lambda:InvokeFunction"]
    dynamodb      = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
    sns           = ["sns:Publish"]
    sqs           = ["sqs:SendMessage"]
    stepfunction  = ["states:StartExecution"]
    eventbridge   = ["events:PutEvents"]
    batch_Sync    = ["batch:SubmitJob", "batch:DescribeJobs", "batch:TerminateJob"]
    ecs_Sync      = ["ecs:RunTask", "ecs:StopTask", "ecs:DescribeTasks"]
    apigateway    = ["execute-api:Invoke"]
  }
  statements = concat([for k, s in var.policy_statements : merge(
    { Effect = title(try(s.effect, "Allow")) },
    try({ Action = s.actions }, {}),
    try({ Resource = s.resources }, {}),
    )], flatten([for service, sets in var.service_integrations : [for name, resources in sets : {
    Effect = "Allow", Action = local.actions[service], Resource = resources
  } if try(resources != true && resources != "", true)] if can(local.actions[service])]))
}

resource "aws_sfn_state_machine" "this" {
  count = var.create ? 1 : 0

  name       = var.name
  type       = try(upper(var.type), null)
  publish    = var.publish
  tags       = var.tags
  definition = var.definition
  role_arn   = local.role ? aws_iam_role.this[0].arn : var.role_arn

  dynamic "logging_configuration" {
    for_each = local.logs ? [true] : []
    content {
      log_destination        = try(var.logging_configuration.log_destination, "${aws_cloudwatch_log_group.sfn[0].arn}:*", null)
      include_execution_data = try(var.logging_configuration.include_execution_data, null)
      level                  = try(var.logging_configuration.level, null)
    }
  }
  dynamic "tracing_configuration" {
    for_each = try(var.service_integrations.xray.xray, false) == true ? [true] : []
    content {
      enabled = true
    }
  }
  dynamic "encryption_configuration" {
    for_each = try(length(keys(var.encryption_configuration)), 0) == 0 ? [] : [var.encryption_configuration]
    content {
      type       = try(encryption_configuration.value.type, null)
      kms_key_id = try(encryption_configuration.value.kms_key_id, null)
    }
  }
}

resource "aws_cloudwatch_log_group" "sfn" {
  count = var.create && local.logs && !try(var.use_existing_cloudwatch_log_group == true, false) ? 1 : 0

  name              = coalesce(var.cloudwatch_log_group_name, "/aws/vendedlogs/states/${var.name}")
  retention_in_days = var.cloudwatch_log_group_retention_in_days
  kms_key_id        = var.cloudwatch_log_group_kms_key_id
}

resource "aws_iam_role" "this" {
  count = local.role ? 1 : 0

  name = coalesce(var.role_name, var.name)
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "states.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "statements" {
  count = local.role && length(local.statements) > 0 ? 1 : 0

  name   = "${var.name}-inline"
  role   = aws_iam_role.this[0].name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}

resource "aws_iam_role_policy" "json" {
  count = local.role && try(var.attach_policy_json == true, false) ? 1 : 0

  name   = var.name
  role   = aws_iam_role.this[0].name
  policy = var.policy_json
}

output "state_machine_arn" { value = try(aws_sfn_state_machine.this[0].arn, "") }
output "state_machine_id" { value = try(aws_sfn_state_machine.this[0].id, "") }
output "state_machine_name" { value = try(aws_sfn_state_machine.this[0].name, "") }
output "role_arn" { value = try(aws_iam_role.this[0].arn, "") }
output "role_name" { value = try(aws_iam_role.this[0].name, "") }
