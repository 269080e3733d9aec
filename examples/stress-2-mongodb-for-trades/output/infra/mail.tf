resource "aws_ses_domain_identity" "mail" {
  domain = var.domain
}

resource "aws_ses_domain_dkim" "mail" {
  domain = aws_ses_domain_identity.mail.domain
}

