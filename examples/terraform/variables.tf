variable "template" {
  description = "The one-file template of a release, or of npm run build."
  type        = string
  default     = "../../dist/rv-access-bundle.yaml"
}

variable "bucket" {
  description = "Bucket for the template, which is larger than what a call of CloudFormation may carry."
  type        = string
}

variable "parameters" {
  description = "Further parameters of the template, such as { RotationDays = \"45\" }."
  type        = map(string)
  default     = {}
}

variable "redis_cloud_api_secret_arn" {
  description = "Secret with the Redis Cloud API key: the bundle registers itself. Empty: Terraform registers it."
  type        = string
  default     = ""
}
