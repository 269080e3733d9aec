resource "aws_ecs_cluster" "main" {
  name = local.name
  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

resource "aws_iam_role" "task" {
  name               = "${local.name}-task"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

# What the code calls, and nothing else.
resource "aws_iam_role_policy" "task_use" {
  name   = "use"
  role   = aws_iam_role.task.id
  policy = data.aws_iam_policy_document.use.json
}

resource "aws_iam_role_policy_attachment" "task_start" {
  role       = aws_iam_role.task.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_cloudwatch_log_group" "api" {
  name              = "/tradebook/${terraform.workspace}/api"
  retention_in_days = 365
}

resource "aws_ecs_task_definition" "api" {
  family                   = "${local.name}-api"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = aws_iam_role.task.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions = jsonencode([
    {
      name         = "api"
      image        = var.image
      command      = split(" ", "node dist/api.js")
      user         = "10001:10001"
      essential    = true
      portMappings = [{ containerPort = 8080 }]
      environment  = [for k, v in local.settings : { name = k, value = v }]
      secrets      = [for k, s in aws_secretsmanager_secret.setting : { name = k, valueFrom = s.arn }]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.api.name
          awslogs-region        = var.region
          awslogs-stream-prefix = "api"
        }
      }
    },
    # Takes metrics and traces on the task's loopback and sends them to Amazon CloudWatch; it may die without the process.
    {
      name        = "collector"
      image       = "otel/opentelemetry-collector-contrib:0.119.0"
      command     = ["--config=env:COLLECTOR_CONFIG"]
      essential   = false
      memory      = 256
      environment = [
        { name = "APP_ENV", value = terraform.workspace },
        { name = "AWS_REGION", value = var.region },
        { name = "COLLECTOR_CONFIG", value = file("${path.module}/../monitoring/otel-collector.yaml") },
      ]
      secrets = [for k in [] : { name = k, valueFrom = aws_secretsmanager_secret.setting[k].arn }]
    }
  ])
}

resource "aws_lb_target_group" "api" {
  name                 = "api-${terraform.workspace}"
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = aws_vpc.main.id
  deregistration_delay = 30
  health_check {
    path                = "/health/ready"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_ecs_service" "api" {
  name            = "api"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.api.arn
  desired_count   = local.production ? 2 : 1
  launch_type     = "FARGATE"
  network_configuration {
    subnets          = aws_subnet.private[*].id
    security_groups  = [aws_security_group.processes.id]
    assign_public_ip = false
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.api.arn
    container_name   = "api"
    container_port   = 8080
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  # A target group no listener names yet takes no service.
  depends_on = [aws_lb_listener.https]
  # The pipeline rolls out images, the load sets their number: neither is drift.
  lifecycle {
    ignore_changes = [task_definition, desired_count]
  }
}

resource "aws_appautoscaling_target" "api" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.api.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = local.production ? 2 : 1
  max_capacity       = 3
}

resource "aws_appautoscaling_policy" "api" {
  name               = "api-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.api.service_namespace
  resource_id        = aws_appautoscaling_target.api.resource_id
  scalable_dimension = aws_appautoscaling_target.api.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value = 70
    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "api_latency" {
  name               = "api-latency"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.api.service_namespace
  resource_id        = aws_appautoscaling_target.api.resource_id
  scalable_dimension = aws_appautoscaling_target.api.scalable_dimension
  step_scaling_policy_configuration {
    adjustment_type = "ChangeInCapacity"
    cooldown        = 180
    step_adjustment {
      scaling_adjustment          = 1
      metric_interval_lower_bound = 0
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "api_latency" {
  alarm_name          = "${local.name}-api-scale-latency"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  extended_statistic  = "p95"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0.1
  period              = 60
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
  dimensions = {
    LoadBalancer = aws_lb.entry.arn_suffix
    TargetGroup  = aws_lb_target_group.api.arn_suffix
  }
  alarm_actions = [aws_appautoscaling_policy.api_latency.arn]
}

resource "aws_cloudwatch_log_group" "worker" {
  name              = "/tradebook/${terraform.workspace}/worker"
  retention_in_days = 365
}

resource "aws_ecs_task_definition" "worker" {
  family                   = "${local.name}-worker"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = aws_iam_role.task.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions = jsonencode([
    {
      name         = "worker"
      image        = var.image
      command      = split(" ", "node dist/worker.js")
      user         = "10001:10001"
      essential    = true
      portMappings = [{ containerPort = 8080 }]
      environment  = [for k, v in local.settings : { name = k, value = v }]
      secrets      = [for k, s in aws_secretsmanager_secret.setting : { name = k, valueFrom = s.arn }]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.worker.name
          awslogs-region        = var.region
          awslogs-stream-prefix = "worker"
        }
      }
    },
    # Takes metrics and traces on the task's loopback and sends them to Amazon CloudWatch; it may die without the process.
    {
      name        = "collector"
      image       = "otel/opentelemetry-collector-contrib:0.119.0"
      command     = ["--config=env:COLLECTOR_CONFIG"]
      essential   = false
      memory      = 256
      environment = [
        { name = "APP_ENV", value = terraform.workspace },
        { name = "AWS_REGION", value = var.region },
        { name = "COLLECTOR_CONFIG", value = file("${path.module}/../monitoring/otel-collector.yaml") },
      ]
      secrets = [for k in [] : { name = k, valueFrom = aws_secretsmanager_secret.setting[k].arn }]
    }
  ])
}

resource "aws_ecs_service" "worker" {
  name            = "worker"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.worker.arn
  desired_count   = 1
  launch_type     = "FARGATE"
  network_configuration {
    subnets          = aws_subnet.private[*].id
    security_groups  = [aws_security_group.processes.id]
    assign_public_ip = false
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  # The pipeline rolls out images, the load sets their number: neither is drift.
  lifecycle {
    ignore_changes = [task_definition, desired_count]
  }
}

resource "aws_appautoscaling_target" "worker" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.worker.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 1
  max_capacity       = 2
}

resource "aws_appautoscaling_policy" "worker_waiting" {
  name               = "worker-waiting"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.worker.service_namespace
  resource_id        = aws_appautoscaling_target.worker.resource_id
  scalable_dimension = aws_appautoscaling_target.worker.scalable_dimension
  step_scaling_policy_configuration {
    adjustment_type = "ChangeInCapacity"
    cooldown        = 180
    step_adjustment {
      scaling_adjustment          = 1
      metric_interval_lower_bound = 0
    }
  }
}

resource "aws_appautoscaling_policy" "worker_idle" {
  name               = "worker-idle"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.worker.service_namespace
  resource_id        = aws_appautoscaling_target.worker.resource_id
  scalable_dimension = aws_appautoscaling_target.worker.scalable_dimension
  step_scaling_policy_configuration {
    adjustment_type = "ChangeInCapacity"
    cooldown        = 600
    step_adjustment {
      scaling_adjustment          = -1
      metric_interval_upper_bound = 0
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "worker_waiting" {
  alarm_name          = "${local.name}-worker-scale-waiting"
  namespace           = "tradebook"
  metric_name         = "queue_oldest_message_seconds"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 60
  period              = 60
  evaluation_periods  = 3
  treat_missing_data  = "ignore"
  alarm_actions       = [aws_appautoscaling_policy.worker_waiting.arn]
}

resource "aws_cloudwatch_metric_alarm" "worker_idle" {
  alarm_name          = "${local.name}-worker-scale-idle"
  namespace           = "tradebook"
  metric_name         = "queue_oldest_message_seconds"
  statistic           = "Maximum"
  comparison_operator = "LessThanThreshold"
  threshold           = 5
  period              = 60
  evaluation_periods  = 15
  treat_missing_data  = "ignore"
  alarm_actions       = [aws_appautoscaling_policy.worker_idle.arn]
}

resource "aws_cloudwatch_log_group" "realtime" {
  name              = "/tradebook/${terraform.workspace}/realtime"
  retention_in_days = 365
}

resource "aws_ecs_task_definition" "realtime" {
  family                   = "${local.name}-realtime"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = aws_iam_role.task.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions = jsonencode([
    {
      name         = "realtime"
      image        = var.image
      command      = split(" ", "node dist/realtime.js")
      user         = "10001:10001"
      essential    = true
      portMappings = [{ containerPort = 8080 }]
      environment  = [for k, v in local.settings : { name = k, value = v }]
      secrets      = [for k, s in aws_secretsmanager_secret.setting : { name = k, valueFrom = s.arn }]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.realtime.name
          awslogs-region        = var.region
          awslogs-stream-prefix = "realtime"
        }
      }
    },
    # Takes metrics and traces on the task's loopback and sends them to Amazon CloudWatch; it may die without the process.
    {
      name        = "collector"
      image       = "otel/opentelemetry-collector-contrib:0.119.0"
      command     = ["--config=env:COLLECTOR_CONFIG"]
      essential   = false
      memory      = 256
      environment = [
        { name = "APP_ENV", value = terraform.workspace },
        { name = "AWS_REGION", value = var.region },
        { name = "COLLECTOR_CONFIG", value = file("${path.module}/../monitoring/otel-collector.yaml") },
      ]
      secrets = [for k in [] : { name = k, valueFrom = aws_secretsmanager_secret.setting[k].arn }]
    }
  ])
}

resource "aws_lb_target_group" "realtime" {
  name                 = "realtime-${terraform.workspace}"
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = aws_vpc.main.id
  deregistration_delay = 60
  health_check {
    path                = "/health/ready"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
  stickiness {
    type            = "lb_cookie"
    cookie_duration = 86400
  }
}

resource "aws_ecs_service" "realtime" {
  name            = "realtime"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.realtime.arn
  desired_count   = local.production ? 2 : 1
  launch_type     = "FARGATE"
  network_configuration {
    subnets          = aws_subnet.private[*].id
    security_groups  = [aws_security_group.processes.id]
    assign_public_ip = false
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.realtime.arn
    container_name   = "realtime"
    container_port   = 8080
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  # A target group no listener names yet takes no service.
  depends_on = [aws_lb_listener.https, aws_lb_listener_rule.live]
  # The pipeline rolls out images, the load sets their number: neither is drift.
  lifecycle {
    ignore_changes = [task_definition, desired_count]
  }
}

resource "aws_appautoscaling_target" "realtime" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.realtime.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = local.production ? 2 : 1
  max_capacity       = 3
}

resource "aws_appautoscaling_policy" "realtime" {
  name               = "realtime-connections"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.realtime.service_namespace
  resource_id        = aws_appautoscaling_target.realtime.resource_id
  scalable_dimension = aws_appautoscaling_target.realtime.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value     = 4000
    # The mean over its processes, as each of them reports it once a minute.
    customized_metric_specification {
      metric_name = "live_connections_open"
      namespace   = "tradebook"
      statistic   = "Average"
      dimensions {
        name  = "service"
        value = "tradebook-realtime"
      }
    }
  }
}

data "aws_iam_policy_document" "use" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [for s in aws_secretsmanager_secret.setting : s.arn]
  }
  statement {
    actions   = ["ses:SendEmail", "ses:SendRawEmail"]
    resources = [aws_ses_domain_identity.mail.arn]
  }
  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.data.arn]
  }
  statement {
    actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "cloudwatch:PutMetricData", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents", "logs:PutRetentionPolicy"]
    resources = ["*"]
  }
}

