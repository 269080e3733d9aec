locals {
  secret_settings = [
    "DATABASE_URL",
    "JWT_PRIVATE_KEY",
    "MAIL_URL",
    "ERROR_TRACKING_DSN",
    "REDIS_URL",
    "QUEUE_URL",
    "VENUE_ACCESS",
    "MARKET_DATA_ACCESS",
    "IDENTITY_CHECK_ACCESS",
    "BANK_ACCESS",
    "CUSTODIAN_ACCESS",
  ]
}

# Names only: a value in the code would be in its history and in the state.
resource "aws_secretsmanager_secret" "setting" {
  for_each                = toset(local.secret_settings)
  name                    = "${local.name}/${each.key}"
  recovery_window_in_days = 7
}

# Data_sensitivity = Financial: deleting the key makes every backup of PostgreSQL 17 on Amazon RDS unreadable, and each use of it is logged.
resource "aws_kms_key" "data" {
  description             = "data of ${local.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

