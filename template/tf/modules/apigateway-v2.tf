# What terraform-aws-modules/apigateway-v2/aws makes from its most used
# inputs: routes as of version 5, integrations as of the versions before.
# https://registry.terraform.io/modules/terraform-aws-modules/apigateway-v2/aws/latest?tab=inputs

variable "create" { default = true }
variable "protocol_type" { default = "HTTP" }
variable "routes" { default = {} }
variable "integrations" { default = {} }
variable "authorizers" { default = {} }
variable "create_stage" { default = true }
variable "stage_name" { default = "$default" }

locals {
  routes = merge(
    { for k, v in var.integrations : k => merge(v, { integration = { type = try(v.integration_type, "AWS_PROXY"), uri = try(v.lambda_arn, v.integration_uri, null) } }) },
    var.routes,
  )
  # Version 5 made access logs and throttling the default.
  before5    = try(tonumber(regex("[0-9]+", var.version)) < 5, false) || length(keys(var.integrations)) > 0
  own_log    = var.create && var.create_stage && !local.before5 && try(var.stage_access_log_settings.create_log_group, true)
  log_arn    = local.own_log ? aws_cloudwatch_log_group.this[0].arn : try(var.stage_access_log_settings.destination_arn, var.default_stage_access_log_destination_arn, null)
  log_format = try(coalesce(try(var.stage_access_log_settings.format, null), var.default_stage_access_log_format), local.before5 ? null : jsonencode({ requestId = "$context.requestId", sourceIP = "$context.identity.sourceIp", status = "$context.status" }))
  throttle = local.before5 ? try(coalesce(var.default_route_settings, {}), {}) : merge(
    { detailed_metrics_enabled = true, throttling_burst_limit = 500, throttling_rate_limit = 1000 },
    var.stage_default_route_settings,
  )
}

resource "aws_apigatewayv2_api" "this" {
  count = var.create ? 1 : 0

  name                         = var.name
  description                  = var.description
  protocol_type                = var.protocol_type
  route_selection_expression   = var.route_selection_expression
  disable_execute_api_endpoint = try(coalesce(var.disable_execute_api_endpoint, local.before5 || var.domain_name == null || var.create_domain_name == false ? null : true), null)
  body                         = var.body
  tags                         = var.tags

  dynamic "cors_configuration" {
    for_each = try(length(keys(var.cors_configuration)), 0) == 0 ? [] : [var.cors_configuration]
    content {
      allow_credentials = try(cors_configuration.value.allow_credentials, null)
      allow_headers     = try(cors_configuration.value.allow_headers, null)
      allow_methods     = try(cors_configuration.value.allow_methods, null)
      allow_origins     = try(cors_configuration.value.allow_origins, null)
      expose_headers    = try(cors_configuration.value.expose_headers, null)
      max_age           = try(cors_configuration.value.max_age, null)
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  count = local.own_log ? 1 : 0

  name              = try(coalesce(var.stage_access_log_settings.log_group_name), "/aws/apigateway/${var.name}/${replace(var.stage_name, "$", "")}")
  retention_in_days = try(var.stage_access_log_settings.log_group_retention_in_days, 30)
  kms_key_id        = try(var.stage_access_log_settings.log_group_kms_key_id, null)
}

resource "aws_apigatewayv2_authorizer" "this" {
  for_each = var.create ? var.authorizers : {}

  api_id           = aws_apigatewayv2_api.this[0].id
  name             = try(each.value.name, each.key)
  authorizer_type  = try(each.value.authorizer_type, "REQUEST")
  authorizer_uri   = try(each.value.authorizer_uri, null)
  identity_sources = try(each.value.identity_sources, null)

  dynamic "jwt_configuration" {
    for_each = try(each.value.jwt_configuration, null) == null && try(each.value.audience, null) == null ? [] : [true]
    content {
      audience = try(each.value.jwt_configuration.audience, each.value.audience)
      issuer   = try(each.value.jwt_configuration.issuer, each.value.issuer, null)
    }
  }
}

resource "aws_apigatewayv2_integration" "this" {
  for_each = var.create ? local.routes : {}

  api_id                 = aws_apigatewayv2_api.this[0].id
  integration_type       = try(each.value.integration.type, "AWS_PROXY")
  integration_subtype    = try(each.value.integration.subtype, null)
  integration_method     = try(each.value.integration.method, null)
  integration_uri        = try(each.value.integration.uri, null)
  connection_type        = try(each.value.integration.connection_type, null)
  credentials_arn        = try(each.value.integration.credentials_arn, null)
  payload_format_version = try(each.value.integration.payload_format_version, null)
  timeout_milliseconds   = try(each.value.integration.timeout_milliseconds, null)

  dynamic "tls_config" {
    for_each = try([each.value.integration.tls_config], [])
    content {
      server_name_to_verify = try(tls_config.value.server_name_to_verify, null)
    }
  }
}

resource "aws_apigatewayv2_route" "this" {
  for_each = var.create ? local.routes : {}

  api_id               = aws_apigatewayv2_api.this[0].id
  route_key            = each.key
  api_key_required     = try(each.value.api_key_required, null)
  authorization_scopes = try(each.value.authorization_scopes, null)
  authorization_type   = try(each.value.authorization_type, null)
  authorizer_id        = try(aws_apigatewayv2_authorizer.this[each.value.authorizer_key].id, each.value.authorizer_id, null)
  target               = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
}

resource "aws_apigatewayv2_stage" "this" {
  count = var.create && var.create_stage ? 1 : 0

  api_id      = aws_apigatewayv2_api.this[0].id
  name        = var.stage_name
  auto_deploy = var.protocol_type == "HTTP"

  dynamic "route_settings" {
    for_each = { for k, v in local.routes : k => v if try(v.throttling_burst_limit, v.throttling_rate_limit, null) != null }
    content {
      route_key              = route_settings.key
      throttling_burst_limit = try(route_settings.value.throttling_burst_limit, null)
      throttling_rate_limit  = try(route_settings.value.throttling_rate_limit, null)
      data_trace_enabled     = try(route_settings.value.data_trace_enabled, null)
      logging_level          = try(route_settings.value.logging_level, null)
    }
  }

  dynamic "access_log_settings" {
    for_each = local.log_arn == null ? [] : [true]
    content {
      destination_arn = local.log_arn
      format          = local.log_format
    }
  }
  dynamic "default_route_settings" {
    for_each = try(length(keys(local.throttle)), 0) == 0 ? [] : [true]
    content {
      data_trace_enabled       = try(local.throttle.data_trace_enabled, null)
      detailed_metrics_enabled = try(local.throttle.detailed_metrics_enabled, null)
      logging_level            = try(local.throttle.logging_level, null)
      throttling_burst_limit   = try(local.throttle.throttling_burst_limit, null)
      throttling_rate_limit    = try(local.throttle.throttling_rate_limit, null)
    }
  }
}

output "api_id" { value = try(aws_apigatewayv2_api.this[0].id, "") }
output "api_arn" { value = try(aws_apigatewayv2_api.this[0].arn, "") }
output "api_endpoint" { value = try(aws_apigatewayv2_api.this[0].api_endpoint, "") }
output "api_execution_arn" { value = try(aws_apigatewayv2_api.this[0].execution_arn, "") }
output "apigatewayv2_api_id" { value = try(aws_apigatewayv2_api.this[0].id, "") }
output "apigatewayv2_api_arn" { value = try(aws_apigatewayv2_api.this[0].arn, "") }
output "apigatewayv2_api_api_endpoint" { value = try(aws_apigatewayv2_api.this[0].api_endpoint, "") }
output "apigatewayv2_api_execution_arn" { value = try(aws_apigatewayv2_api.this[0].execution_arn, "") }
output "default_apigatewayv2_stage_execution_arn" { value = try(aws_apigatewayv2_stage.this[0].execution_arn, "") }
output "stage_execution_arn" { value = try(aws_apigatewayv2_stage.this[0].execution_arn, "") }
