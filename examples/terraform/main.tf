# The stack is what has the bundle: Terraform sees its outputs, in which nothing is secret.
locals {
  registers_itself = var.redis_cloud_api_secret_arn != ""
}

resource "aws_s3_object" "template" {
  bucket = var.bucket
  key    = "rv-access-bundle/${filemd5(var.template)}/rv-access-bundle.yaml"
  source = var.template
}

resource "aws_cloudformation_stack" "bundle" {
  name         = "rv-access-bundle"
  template_url = "https://${var.bucket}.s3.amazonaws.com/${aws_s3_object.template.key}"
  capabilities = ["CAPABILITY_IAM"]
  on_failure   = "DELETE"

  parameters = merge(var.parameters, {
    RedisCloudApiSecretArn = var.redis_cloud_api_secret_arn
  })

  timeouts {
    create = "30m"
    update = "30m"
    delete = "30m"
  }
}

output "cloud_account_id" {
  description = "Id of the cloud account at Redis Cloud, for cloud_account_id of a subscription."
  value = (
    local.registers_itself
    ? aws_cloudformation_stack.bundle.outputs["CloudAccountId"]
    : one(rediscloud_cloud_account.bundle[*].id)
  )
}

output "secret_arn" {
  description = "Secret that holds the keys."
  value       = aws_cloudformation_stack.bundle.outputs["SecretArn"]
}

output "warnings" {
  description = "What the last operation warned of."
  value       = aws_cloudformation_stack.bundle.outputs["Warnings"]
}
