variable "second_account_vault" {
  description = "ARN of the backup vault in the second account, whose policy lets this account copy into it"
  type        = string
}

variable "settings" {
  description = "what else a process is told: JWT_PUBLIC_KEY"
  type        = map(string)
}

variable "domain" {
  description = "domain of the product, whose zone exists"
  type        = string
  default     = "tradebook.example"
}

variable "region" {
  description = "where the data stays: one region of AWS; backups in the same jurisdiction"
  type        = string
  default     = "eu-central-1"
}

variable "image" {
  description = "image of the release, with its digest"
  type        = string
}

variable "alert_email" {
  description = "who is written to when an alarm rings"
  type        = string
}

