locals {
  secret_settings = [
    "DATABASE_URL",
    "JWT_PRIVATE_KEY",
    "MAIL_URL",
    "ERROR_TRACKING_DSN",
    "REDIS_URL",
    "QUEUE_URL",
    "PUSH_KEY",
    "BOT_CHECK_ACCESS",
    "HASH_LISTS_ACCESS",
  ]
}

# Names only: a value in the code would be in its history and in the state.
resource "aws_secretsmanager_secret" "setting" {
  for_each                = toset(local.secret_settings)
  name                    = "${local.name}/${each.key}"
  recovery_window_in_days = 7
}

# Wraps the data keys of second_factors.totp_seed.
resource "aws_kms_key" "data" {
  description             = "data of ${local.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

