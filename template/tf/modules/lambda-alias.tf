# What terraform-aws-modules/lambda/aws//modules/alias makes.
# https://registry.terraform.io/modules/terraform-aws-modules/lambda/aws/latest/submodules/alias

variable "create" { default = true }
variable "allowed_triggers" { default = {} }
variable "event_source_mapping" { default = {} }

resource "aws_lambda_alias" "this" {
  count = var.create && !try(var.use_existing_alias == true, false) ? 1 : 0

  name             = var.name
  description      = var.description
  function_name    = var.function_name
  function_version = coalesce(var.function_version, "$LATEST")
}

resource "aws_lambda_permission" "triggers" {
  for_each = var.create ? var.allowed_triggers : {}

  function_name      = var.function_name
  qualifier          = var.name
  statement_id       = try(each.value.statement_id, each.key)
  action             = try(each.value.action, "lambda:InvokeFunction")
  principal          = try(each.value.principal, format("%s.amazonaws.com", try(each.value.service, "")))
  source_arn         = try(each.value.source_arn, null)
  source_account     = try(each.value.source_account, null)
  event_source_token = try(each.value.event_source_token, null)
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = var.create ? var.event_source_mapping : {}

  function_name     = aws_lambda_alias.this[0].arn
  event_source_arn  = try(each.value.event_source_arn, null)
  batch_size        = try(each.value.batch_size, null)
  starting_position = try(each.value.starting_position, null)
}

output "lambda_alias_name" { value = try(aws_lambda_alias.this[0].name, "") }
output "lambda_alias_arn" { value = try(aws_lambda_alias.this[0].arn, "") }
output "lambda_alias_invoke_arn" { value = try(aws_lambda_alias.this[0].invoke_arn, "") }
