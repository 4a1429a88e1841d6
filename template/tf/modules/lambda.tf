# What terraform-aws-modules/lambda/aws makes from its most used inputs.
# https://registry.terraform.io/modules/terraform-aws-modules/lambda/aws/latest?tab=inputs

variable "create" { default = true }
variable "create_function" { default = true }
variable "create_layer" { default = false }
variable "create_role" { default = true }
variable "timeout" { default = 3 }
variable "memory_size" { default = 128 }
variable "package_type" { default = "Zip" }
variable "authorization_type" { default = "NONE" }
variable "allowed_triggers" { default = {} }
variable "event_source_mapping" { default = {} }
variable "policy_statements" { default = {} }
variable "environment_variables" { default = {} }
variable "attach_cloudwatch_logs_policy" { default = true }
variable "attach_create_log_group_permission" { default = true }
variable "create_current_version_allowed_triggers" { default = true }
variable "create_unqualified_alias_allowed_triggers" { default = true }
variable "use_existing_cloudwatch_log_group" { default = false }

locals {
  function = var.create && var.create_function && !var.create_layer
  role     = local.function && var.create_role
  # The folder or file the package is made of: text, or the first of a list of
  # texts and objects with a path.
  sources = try(flatten([var.source_path]), [])
  source  = try(coalesce(var.local_existing_package, try(local.sources[0].path, local.sources[0])), null)

  statements = [for k, s in var.policy_statements : merge(
    { Effect = title(try(s.effect, "Allow")) },
    try({ Sid = s.sid }, {}),
    try({ Action = s.actions }, {}),
    try({ NotAction = s.not_actions }, {}),
    try({ Resource = s.resources }, {}),
    try({ NotResource = s.not_resources }, {}),
    try({ Condition = { for t in distinct([for c in s.condition : c.test]) : t => { for c in s.condition : c.variable => c.values if c.test == t } } }, {}),
  )]
  trusted = [for e in try(var.trusted_entities, null) == null ? [] : var.trusted_entities : e]
}

resource "aws_lambda_function" "this" {
  count = local.function ? 1 : 0

  function_name                  = var.function_name
  description                    = var.description
  role                           = local.role ? aws_iam_role.lambda[0].arn : var.lambda_role
  handler                        = var.package_type != "Zip" ? null : var.handler
  runtime                        = var.package_type != "Zip" ? null : var.runtime
  layers                         = var.layers
  timeout                        = var.timeout
  memory_size                    = var.memory_size
  package_type                   = var.package_type
  image_uri                      = var.image_uri
  architectures                  = var.architectures
  publish                        = var.publish
  kms_key_arn                    = var.kms_key_arn
  reserved_concurrent_executions = var.reserved_concurrent_executions
  code_signing_config_arn        = var.code_signing_config_arn
  filename                       = var.package_type != "Zip" ? null : var.local_existing_package
  s3_bucket                      = try(var.s3_existing_package.bucket, null)
  s3_key                         = try(var.s3_existing_package.key, null)
  tags                           = merge(var.tags, var.function_tags)
  rind_source_path               = local.source

  dynamic "environment" {
    for_each = length(keys(var.environment_variables)) == 0 ? [] : [true]
    content {
      variables = var.environment_variables
    }
  }
  dynamic "dead_letter_config" {
    for_each = var.dead_letter_target_arn == null ? [] : [true]
    content {
      target_arn = var.dead_letter_target_arn
    }
  }
  dynamic "tracing_config" {
    for_each = var.tracing_mode == null ? [] : [true]
    content {
      mode = var.tracing_mode
    }
  }
  dynamic "vpc_config" {
    for_each = var.vpc_subnet_ids != null && var.vpc_security_group_ids != null ? [true] : []
    content {
      subnet_ids         = var.vpc_subnet_ids
      security_group_ids = var.vpc_security_group_ids
    }
  }
  dynamic "file_system_config" {
    for_each = var.file_system_arn == null ? [] : [true]
    content {
      arn              = var.file_system_arn
      local_mount_path = var.file_system_local_mount_path
    }
  }
  dynamic "ephemeral_storage" {
    for_each = var.ephemeral_storage_size == null ? [] : [true]
    content {
      size = var.ephemeral_storage_size
    }
  }
  dynamic "logging_config" {
    for_each = var.logging_log_format == null && var.logging_log_group == null ? [] : [true]
    content {
      log_group             = var.logging_log_group
      log_format            = coalesce(var.logging_log_format, "Text")
      application_log_level = var.logging_application_log_level
      system_log_level      = var.logging_system_log_level
    }
  }
}

resource "aws_lambda_layer_version" "this" {
  count = var.create && var.create_layer ? 1 : 0

  layer_name          = var.layer_name
  description         = var.description
  compatible_runtimes = var.compatible_runtimes
  filename            = var.local_existing_package
  rind_source_path    = local.source
}

resource "aws_cloudwatch_log_group" "lambda" {
  count = local.function && !var.use_existing_cloudwatch_log_group ? 1 : 0

  name              = coalesce(var.logging_log_group, "/aws/lambda/${var.function_name}")
  retention_in_days = var.cloudwatch_logs_retention_in_days
  kms_key_id        = var.cloudwatch_logs_kms_key_id
}

resource "aws_iam_role" "lambda" {
  count = local.role ? 1 : 0

  name                 = coalesce(var.role_name, var.function_name)
  permissions_boundary = var.role_permissions_boundary
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = distinct(concat(["lambda.amazonaws.com"], [for e in local.trusted : e if can(regex("", e))])) }
      }], [for e in local.trusted : {
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { (e.type) = e.identifiers }
    } if can(e.type)])
  })
}

resource "aws_iam_role_policy" "logs" {
  count = local.role && var.attach_cloudwatch_logs_policy ? 1 : 0

  name = "${var.function_name}-logs"
  role = aws_iam_role.lambda[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = concat(["logs:CreateLogStream", "logs:PutLogEvents"], var.use_existing_cloudwatch_log_group && var.attach_create_log_group_permission ? ["logs:CreateLogGroup"] : [])
      Resource = ["arn:aws:logs:*:*:log-group:/aws/lambda/${var.function_name}:*", "arn:aws:logs:*:*:log-group:/aws/lambda/${var.function_name}:*:*"]
    }]
  })
}

resource "aws_iam_role_policy" "dead_letter" {
  count = local.role && try(var.attach_dead_letter_policy == true, false) ? 1 : 0

  name = "${var.function_name}-dl"
  role = aws_iam_role.lambda[0].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sns:Publish", "sqs:SendMessage"], Resource = [var.dead_letter_target_arn] }]
  })
}

resource "aws_iam_role_policy" "async" {
  count = local.role && try(var.attach_async_event_policy == true, false) ? 1 : 0

  name = "${var.function_name}-async"
  role = aws_iam_role.lambda[0].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sns:Publish", "sqs:SendMessage", "events:PutEvents", "lambda:InvokeFunction"], Resource = compact(distinct([var.destination_on_failure, var.destination_on_success])) }]
  })
}

resource "aws_iam_role_policy_attachment" "vpc" {
  count = local.role && try(var.attach_network_policy == true, false) ? 1 : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"
}

resource "aws_iam_role_policy_attachment" "tracing" {
  count = local.role && try(var.attach_tracing_policy == true, false) ? 1 : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
}

resource "aws_iam_role_policy_attachment" "one" {
  count = local.role && try(var.attach_policy == true, false) ? 1 : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = var.policy
}

resource "aws_iam_role_policy_attachment" "many" {
  count = local.role && try(var.attach_policies == true, false) ? try(length(var.policies), 1) : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = try(var.policies[count.index], var.policies)
}

resource "aws_iam_role_policy" "json" {
  count = local.role && try(var.attach_policy_json == true, false) ? 1 : 0

  name   = var.function_name
  role   = aws_iam_role.lambda[0].name
  policy = var.policy_json
}

resource "aws_iam_role_policy" "jsons" {
  count = local.role && try(var.attach_policy_jsons == true, false) ? try(length(var.policy_jsons), 1) : 0

  name   = "${var.function_name}-${count.index}"
  role   = aws_iam_role.lambda[0].name
  policy = try(var.policy_jsons[count.index], var.policy_jsons)
}

resource "aws_iam_role_policy" "statements" {
  count = local.role && try(var.attach_policy_statements == true, false) ? 1 : 0

  name   = "${var.function_name}-inline"
  role   = aws_iam_role.lambda[0].name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}

resource "aws_lambda_permission" "triggers" {
  for_each = local.function && (var.create_current_version_allowed_triggers || var.create_unqualified_alias_allowed_triggers) ? var.allowed_triggers : {}

  function_name          = aws_lambda_function.this[0].function_name
  statement_id           = try(each.value.statement_id, each.key)
  action                 = try(each.value.action, "lambda:InvokeFunction")
  principal              = try(each.value.principal, format("%s.amazonaws.com", try(each.value.service, "")))
  principal_org_id       = try(each.value.principal_org_id, null)
  source_arn             = try(each.value.source_arn, null)
  source_account         = try(each.value.source_account, null)
  event_source_token     = try(each.value.event_source_token, null)
  function_url_auth_type = try(each.value.function_url_auth_type, null)
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = local.function ? var.event_source_mapping : {}

  function_name                      = aws_lambda_function.this[0].arn
  event_source_arn                   = try(each.value.event_source_arn, null)
  enabled                            = try(each.value.enabled, null)
  batch_size                         = try(each.value.batch_size, null)
  maximum_batching_window_in_seconds = try(each.value.maximum_batching_window_in_seconds, null)
  starting_position                  = try(each.value.starting_position, null)
  parallelization_factor             = try(each.value.parallelization_factor, null)
  maximum_retry_attempts             = try(each.value.maximum_retry_attempts, null)
  maximum_record_age_in_seconds      = try(each.value.maximum_record_age_in_seconds, null)
  bisect_batch_on_function_error     = try(each.value.bisect_batch_on_function_error, null)
  function_response_types            = try(each.value.function_response_types, null)
  topics                             = try(each.value.topics, null)
  queues                             = try(each.value.queues, null)

  dynamic "destination_config" {
    for_each = try(each.value.destination_arn_on_failure, null) == null ? [] : [true]
    content {
      on_failure {
        destination_arn = each.value.destination_arn_on_failure
      }
    }
  }
  dynamic "source_access_configuration" {
    for_each = try(each.value.source_access_configuration, [])
    content {
      type = source_access_configuration.value["type"]
      uri  = source_access_configuration.value["uri"]
    }
  }
  dynamic "filter_criteria" {
    for_each = try(each.value.filter_criteria, null) == null ? [] : [true]
    content {
      dynamic "filter" {
        for_each = try(flatten([each.value.filter_criteria]), [])
        content {
          pattern = try(filter.value.pattern, null)
        }
      }
    }
  }
}

resource "aws_lambda_function_url" "this" {
  count = local.function && try(var.create_lambda_function_url == true, false) ? 1 : 0

  function_name      = aws_lambda_function.this[0].function_name
  authorization_type = var.authorization_type
  invoke_mode        = var.invoke_mode

  dynamic "cors" {
    for_each = try(length(keys(var.cors)), 0) == 0 ? [] : [var.cors]
    content {
      allow_credentials = try(cors.value.allow_credentials, null)
      allow_headers     = try(cors.value.allow_headers, null)
      allow_methods     = try(cors.value.allow_methods, null)
      allow_origins     = try(cors.value.allow_origins, null)
      expose_headers    = try(cors.value.expose_headers, null)
      max_age           = try(cors.value.max_age, null)
    }
  }
}

resource "aws_lambda_function_event_invoke_config" "this" {
  count = local.function && try(var.create_async_event_config == true, false) ? 1 : 0

  function_name                = aws_lambda_function.this[0].function_name
  maximum_event_age_in_seconds = var.maximum_event_age_in_seconds
  maximum_retry_attempts       = var.maximum_retry_attempts

  dynamic "destination_config" {
    for_each = var.destination_on_failure != null || var.destination_on_success != null ? [true] : []
    content {
      dynamic "on_failure" {
        for_each = var.destination_on_failure != null ? [true] : []
        content {
          destination = var.destination_on_failure
        }
      }
      dynamic "on_success" {
        for_each = var.destination_on_success != null ? [true] : []
        content {
          destination = var.destination_on_success
        }
      }
    }
  }
}

output "lambda_function_arn" { value = try(aws_lambda_function.this[0].arn, "") }
output "lambda_function_arn_static" { value = try(aws_lambda_function.this[0].arn, "") }
output "lambda_function_name" { value = try(aws_lambda_function.this[0].function_name, "") }
output "lambda_function_invoke_arn" { value = try(aws_lambda_function.this[0].invoke_arn, "") }
output "lambda_function_qualified_arn" { value = try(aws_lambda_function.this[0].qualified_arn, "") }
output "lambda_function_version" { value = try(aws_lambda_function.this[0].version, "") }
output "lambda_function_url" { value = try(aws_lambda_function_url.this[0].function_url, "") }
output "lambda_role_arn" { value = try(aws_iam_role.lambda[0].arn, "") }
output "lambda_role_name" { value = try(aws_iam_role.lambda[0].name, "") }
output "lambda_cloudwatch_log_group_arn" { value = try(aws_cloudwatch_log_group.lambda[0].arn, "") }
output "lambda_cloudwatch_log_group_name" { value = try(aws_cloudwatch_log_group.lambda[0].name, "") }
output "lambda_layer_arn" { value = try(aws_lambda_layer_version.this[0].arn, "") }
