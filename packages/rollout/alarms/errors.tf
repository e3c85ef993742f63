# An alarm for each cell, and the environments that AppConfig rolls back for it.

variable "application" {
  description = "The name of the application, as clients have it."
  type        = string
  default     = "api"
}

variable "application_id" {
  type = string
}

variable "profile" {
  type    = string
  default = "default"
}

variable "cells" {
  description = "The environments."
  type        = set(string)
  default     = ["dev", "staging", "prod-01", "prod-02", "prod-03"]
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = var.cells

  alarm_name          = "${var.application}-${each.key}-${var.profile}-errors"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"

  metric_query {
    id          = "percent"
    label       = "failed requests, percent"
    expression  = "IF(requests >= 20, 100 * failed / requests, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = ["requests", "failed"]

    content {
      id = metric_query.value

      metric {
        namespace   = "appconfig-kit"
        metric_name = metric_query.value
        period      = 60
        stat        = "Sum"

        dimensions = {
          application = var.application
          environment = each.key
          profile     = var.profile
        }
      }
    }
  }
}

# AppConfig looks at the alarms with this role.
resource "aws_iam_role" "monitor" {
  name = "${var.application}-appconfig-monitor"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "appconfig.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "monitor" {
  name = "describe-alarms"
  role = aws_iam_role.monitor.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "cloudwatch:DescribeAlarms"
      Resource = "*"
    }]
  })
}

resource "aws_appconfig_environment" "cell" {
  for_each = var.cells

  name           = each.key
  application_id = var.application_id

  monitor {
    alarm_arn      = aws_cloudwatch_metric_alarm.errors[each.key].arn
    alarm_role_arn = aws_iam_role.monitor.arn
  }
}
