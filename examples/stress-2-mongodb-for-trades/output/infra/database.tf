resource "aws_db_subnet_group" "database" {
  name       = local.name
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_db_parameter_group" "database" {
  name   = local.name
  family = "postgres17"
  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

# Made once, known to the database and to the secret store, in no state. A password that the service manages would be
# simpler and admits no replica. A version one higher at both places makes another.
ephemeral "random_password" "database" {
  length  = 40
  special = false
}

resource "aws_secretsmanager_secret" "database" {
  name                    = "${local.name}/database"
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id                = aws_secretsmanager_secret.database.id
  secret_string_wo         = jsonencode({ username = "app", password = ephemeral.random_password.database.result })
  secret_string_wo_version = 1
}

resource "aws_db_instance" "database" {
  identifier                   = local.name
  engine                       = "postgres"
  engine_version               = "17"
  instance_class               = "db.t4g.small"
  allocated_storage            = 23
  max_allocated_storage        = 230
  storage_type                 = "gp3"
  storage_encrypted            = true
  kms_key_id = aws_kms_key.data.arn
  db_name                      = "tradebook"
  username                     = "app"
  password_wo                  = ephemeral.random_password.database.result
  password_wo_version          = 1
  multi_az                     = local.production
  db_subnet_group_name         = aws_db_subnet_group.database.name
  parameter_group_name         = aws_db_parameter_group.database.name
  vpc_security_group_ids       = [aws_security_group.stores.id]
  backup_retention_period      = 30
  backup_window                = "02:00-03:00"
  copy_tags_to_snapshot        = true
  deletion_protection          = true
  performance_insights_enabled = true
  auto_minor_version_upgrade   = true
}

