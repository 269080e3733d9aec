output "database_host" {
  value = aws_db_instance.database.address
}

output "redis_host" {
  value = aws_elasticache_replication_group.redis.primary_endpoint_address
}

