resource "aws_db_instance" "main" {
  identifier = "orders"
  multi_az   = yes
}
