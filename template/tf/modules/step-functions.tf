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
  statements = concat([for k, s in var.policy_statements : merge(
    { Effect = title(try(s.effect, "Allow")) },
    try({ Action = s.actions }, {}),
    try({ Resource = s.resources }, {}),
    )], [for s in try([var.service_integrations.lambda.lambda], []) : {
    Effect = "Allow", Action = "lambda:InvokeFunction", Resource = s
  }])
}

resource "aws_sfn_state_machine" "this" {
  count = var.create ? 1 : 0

  name       = var.name
  type       = var.type
  definition = var.definition
  role_arn   = local.role ? aws_iam_role.this[0].arn : var.role_arn

  dynamic "logging_configuration" {
    for_each = length(keys(var.logging_configuration)) == 0 ? [] : [true]
    content {
      log_destination        = try(var.logging_configuration.log_destination, null)
      include_execution_data = try(var.logging_configuration.include_execution_data, null)
      level                  = try(var.logging_configuration.level, null)
    }
  }
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
