terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
    random = {
      source  = "hashicorp/random"
      version = "~> 3.7"
    }
  }
  backend "s3" {
    bucket       = "agora-terraform"
    key          = "infra.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = {
      product     = "agora"
      environment = terraform.workspace
    }
  }
}


# staging and production are workspaces of this folder: the same code, each with a state of its own.
locals {
  name       = "agora-${terraform.workspace}"
  production = terraform.workspace == "production"
}
