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
  })
}

