resource "aws_sns_topic" "chat" {
  name = "${local.name}-chat"
}

resource "aws_sns_topic" "pager" {
  name = "${local.name}-pager"
}

resource "aws_sns_topic_subscription" "pager" {
  topic_arn = aws_sns_topic.pager.arn
  protocol  = "email"
  endpoint  = var.alert_email
}

# 32 alerts with two thresholds each, from one file with the runbooks.
resource "aws_cloudformation_stack" "alarms" {
  name          = "${local.name}-alarms"
  template_body = file("${path.module}/../monitoring/cloudwatch-alarms.json")
  parameters = {
    ChatTopic  = aws_sns_topic.chat.arn
    PagerTopic = aws_sns_topic.pager.arn
  }
}

resource "aws_cloudwatch_dashboard" "board" {
  dashboard_name = local.name
  dashboard_body = templatefile("${path.module}/../monitoring/cloudwatch-dashboard.json", {
    region        = var.region
    load_balancer = aws_lb.entry.arn_suffix
  })
}

