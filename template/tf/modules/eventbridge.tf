# What terraform-aws-modules/eventbridge/aws makes from its most used inputs.
# https://registry.terraform.io/modules/terraform-aws-modules/eventbridge/aws/latest?tab=inputs

variable "create" { default = true }
variable "create_bus" { default = true }
variable "create_rules" { default = true }
variable "create_targets" { default = true }
variable "create_schedules" { default = true }
variable "bus_name" { default = "default" }
variable "rules" { default = {} }
variable "targets" { default = {} }
variable "schedules" { default = {} }
variable "create_role" { default = true }
variable "append_rule_postfix" { default = true }
variable "policy_statements" { default = {} }

locals {
  role    = var.create && var.create_role
  # What the module lets its role do for each kind of target it is told of.
  grants = { for k, g in {
    lambda   = { on = var.attach_lambda_policy, actions = ["lambda:InvokeFunction"], resources = var.lambda_target_arns }
    sqs      = { on = var.attach_sqs_policy, actions = ["sqs:SendMessage*", "kms:Decrypt", "kms:GenerateDataKey"], resources = var.sqs_target_arns }
    sns      = { on = var.attach_sns_policy, actions = ["sns:Publish"], resources = var.sns_target_arns }
    sfn      = { on = var.attach_sfn_policy, actions = ["states:StartExecution"], resources = var.sfn_target_arns }
    kinesis  = { on = var.attach_kinesis_policy, actions = ["kinesis:PutRecord"], resources = var.kinesis_target_arns }
    firehose = { on = var.attach_kinesis_firehose_policy, actions = ["firehose:PutRecord"], resources = var.kinesis_firehose_target_arns }
    ecs      = { on = var.attach_ecs_policy, actions = ["ecs:RunTask"], resources = var.ecs_target_arns }
  } : k => g if try(g.on == true, false) }
  statements = concat(
    [for k, g in local.grants : { Effect = "Allow", Action = g.actions, Resource = g.resources }],
    [for k, s in try(var.attach_policy_statements == true, false) ? var.policy_statements : {} : merge(
      { Effect = title(try(s.effect, "Allow")) },
      try({ Action = s.actions }, {}),
      try({ Resource = s.resources }, {}),
    )],
  )
  bus     = try(var.create_bus ? aws_cloudwatch_event_bus.this[0].name : var.bus_name, var.bus_name)
  targets = merge([for rule, list in var.targets : { for t in list : "${rule}/${try(t.name, "")}" => merge(t, { rule = rule }) }]...)
}

resource "aws_cloudwatch_event_bus" "this" {
  count = var.create && var.create_bus ? 1 : 0

  name               = var.bus_name
  kms_key_identifier = var.kms_key_identifier
  tags               = var.tags
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = var.create && var.create_rules ? var.rules : {}

  name                = var.append_rule_postfix ? "${replace(each.key, "_", "-")}-rule" : each.key
  description         = try(each.value.description, null)
  event_bus_name      = local.bus
  event_pattern       = try(each.value.event_pattern, null)
  schedule_expression = try(each.value.schedule_expression, null)
  state               = try(each.value.enabled ? "ENABLED" : "DISABLED", each.value.state, null)
}

resource "aws_iam_role" "eventbridge" {
  count = local.role ? 1 : 0

  name = coalesce(var.role_name, var.bus_name)
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = distinct(concat(["events.amazonaws.com", "scheduler.amazonaws.com"], try(var.trusted_entities, null) == null ? [] : var.trusted_entities)) } }]
  })
}

resource "aws_iam_role_policy" "statements" {
  count = local.role && length(local.statements) > 0 ? 1 : 0

  name   = var.bus_name
  role   = aws_iam_role.eventbridge[0].name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}

resource "aws_iam_role_policy" "json" {
  count = local.role && try(var.attach_policy_json == true, false) ? 1 : 0

  name   = "${var.bus_name}-json"
  role   = aws_iam_role.eventbridge[0].name
  policy = var.policy_json
}

resource "aws_cloudwatch_event_connection" "this" {
  for_each = var.create && try(var.create_connections == true, false) ? var.connections : {}

  name               = each.key
  authorization_type = each.value.authorization_type

  auth_parameters {
    dynamic "api_key" {
      for_each = try([each.value.auth_parameters.api_key], [])
      content {
        key   = api_key.value.key
        value = api_key.value.value
      }
    }
    dynamic "basic" {
      for_each = try([each.value.auth_parameters.basic], [])
      content {
        username = basic.value.username
        password = basic.value.password
      }
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "this" {
  for_each = var.create && try(var.create_api_destinations == true, false) ? var.api_destinations : {}

  name                             = each.key
  invocation_endpoint              = each.value.invocation_endpoint
  http_method                      = each.value.http_method
  invocation_rate_limit_per_second = try(each.value.invocation_rate_limit_per_second, null)
  connection_arn                   = try(aws_cloudwatch_event_connection.this[try(each.value.connection_name, each.key)].arn, each.value.connection_arn, null)
}

resource "aws_cloudwatch_event_archive" "this" {
  for_each = var.create && try(var.create_archives == true, false) ? var.archives : {}

  name             = each.key
  event_source_arn = try(each.value.event_source_arn, aws_cloudwatch_event_bus.this[0].arn, null)
  event_pattern    = try(each.value.event_pattern, null)
  retention_days   = try(each.value.retention_days, null)
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = var.create && var.create_targets ? local.targets : {}

  rule           = try(aws_cloudwatch_event_rule.this[each.value.rule].name, each.value.rule)
  event_bus_name = local.bus
  arn            = try(each.value.arn, aws_cloudwatch_event_api_destination.this[each.value.destination].arn, null)
  target_id      = try(each.value.name, null)
  role_arn       = try(each.value.role_arn, each.value.attach_role_arn == true ? aws_iam_role.eventbridge[0].arn : each.value.attach_role_arn, null)
  input          = try(each.value.input, null)

  dynamic "dead_letter_config" {
    for_each = try(each.value.dead_letter_arn, null) == null ? [] : [true]
    content {
      arn = each.value.dead_letter_arn
    }
  }
}

resource "aws_scheduler_schedule" "this" {
  for_each = var.create && var.create_schedules ? var.schedules : {}

  name                = each.key
  schedule_expression = each.value.schedule_expression
  kms_key_arn         = try(each.value.kms_key_arn, null)
  state               = try(each.value.state, null)
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = each.value.arn
    role_arn = try(each.value.role_arn, null)
    input    = try(each.value.input, null)
  }
}

output "eventbridge_bus_name" { value = local.bus }
output "eventbridge_bus_arn" { value = try(aws_cloudwatch_event_bus.this[0].arn, "") }
output "eventbridge_role_arn" { value = try(aws_iam_role.eventbridge[0].arn, "") }
output "eventbridge_role_name" { value = try(aws_iam_role.eventbridge[0].name, "") }
output "eventbridge_rule_arns" { value = { for k, v in aws_cloudwatch_event_rule.this : k => v.arn } }
output "eventbridge_rule_ids" { value = { for k, v in aws_cloudwatch_event_rule.this : k => v.id } }
