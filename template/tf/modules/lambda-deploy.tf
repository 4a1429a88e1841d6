# What terraform-aws-modules/lambda/aws//modules/deploy makes.
# https://registry.terraform.io/modules/terraform-aws-modules/lambda/aws/latest/submodules/deploy

resource "aws_codedeploy_app" "this" {
  count = try(var.create_app == true, false) ? 1 : 0

  name             = var.app_name
  compute_platform = "Lambda"
}

resource "aws_codedeploy_deployment_group" "this" {
  count = try(var.create_deployment_group == true, false) ? 1 : 0

  app_name               = var.app_name
  deployment_group_name  = var.deployment_group_name
  deployment_config_name = var.deployment_config_name
}
