resource "aws_backup_vault" "copies" {
  name = local.name
}

resource "aws_iam_role" "copies" {
  name               = "${local.name}-backup"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "backup.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "copies" {
  role       = aws_iam_role.copies.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
}

# A second account in the same cloud, so that a lost key deletes only one of the two.
resource "aws_backup_plan" "copies" {
  name = local.name
  rule {
    rule_name         = "nightly"
    target_vault_name = aws_backup_vault.copies.name
    schedule          = "cron(0 4 * * ? *)"
    lifecycle {
      delete_after = 30
    }
    copy_action {
      destination_vault_arn = var.second_account_vault
      lifecycle {
        delete_after = 30
      }
    }
  }
}

resource "aws_backup_selection" "copies" {
  name         = local.name
  iam_role_arn = aws_iam_role.copies.arn
  plan_id      = aws_backup_plan.copies.id
  resources    = [aws_db_instance.database.arn]
}

