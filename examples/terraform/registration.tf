# Only if the bundle does not register itself. From here on the access key and the console password are in Terraform's
# state, whatever is marked as sensitive: see README.md.
data "aws_secretsmanager_secret_version" "bundle" {
  count     = local.registers_itself ? 0 : 1
  secret_id = aws_cloudformation_stack.bundle.outputs["SecretArn"]
}

locals {
  credentials = try(jsondecode(data.aws_secretsmanager_secret_version.bundle[0].secret_string), {})
}

resource "rediscloud_cloud_account" "bundle" {
  count             = local.registers_itself ? 0 : 1
  name              = local.credentials.name
  provider_type     = local.credentials.provider
  access_key_id     = local.credentials.accessKeyId
  access_secret_key = local.credentials.accessSecretKey
  console_username  = local.credentials.consoleUsername
  console_password  = local.credentials.consolePassword
  sign_in_login_url = local.credentials.signInLoginUrl
}
