terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
  }
}

resource "aws_vpc" "main" {
  cidr_blok = "10.0.0.0/16"
  arn       = "arn:aws:ec2:::vpc/x"
}

resource "aws_subnet" "main" {
  cidr_block = ["10.0.0.0/24"]
  lifecycle {
    ignore_changes = [tagz]
  }
}

resource "helm_release" "entry" {
  name  = "entry"
  chart = "entry"
  set {
    name  = "replicas"
    value = aws_vpc.main.number
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_vpc.main.arn
  default_action = [{ type = "forward" }]
}

resource "aws_db_instanse" "database" {}
