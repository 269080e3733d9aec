# What every process is told beside its secrets: the names of .env.template.
locals {
  settings = merge(var.settings, {
    APP_ENV = terraform.workspace
    PORT = "8080"
    PUBLIC_URL = format("https://%s", var.domain)
    DATABASE_POOL_SIZE = "10"
    DATABASE_STATEMENT_TIMEOUT_MS = "5000"
    OTEL_EXPORTER_OTLP_ENDPOINT = "http://localhost:4318"
    LOG_LEVEL = "info"
    OBJECT_STORE_URL = format("https://s3.%s.amazonaws.com", var.region)
    OBJECT_STORE_BUCKET = aws_s3_bucket.objects.bucket
    MEDIA_STORE = format("%s/public", aws_s3_bucket.objects.bucket)
  })
}

