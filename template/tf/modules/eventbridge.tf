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

locals {
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

  name                = each.key
  description         = try(each.value.description, null)
  event_bus_name      = local.bus
  event_pattern       = try(each.value.event_pattern, null)
  schedule_expression = try(each.value.schedule_expression, null)
  state               = try(each.value.enabled ? "ENABLED" : "DISABLED", each.value.state, null)
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = var.create && var.create_targets ? local.targets : {}

  rule           = try(aws_cloudwatch_event_rule.this[each.value.rule].name, each.value.rule)
  event_bus_name = local.bus
  arn            = each.value.arn
  target_id      = try(each.value.name, null)
  role_arn       = try(each.value.role_arn, null)
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
output "eventbridge_rule_arns" { value = { for k, v in aws_cloudwatch_event_rule.this : k => v.arn } }
output "eventbridge_rule_ids" { value = { for k, v in aws_cloudwatch_event_rule.this : k => v.id } }
