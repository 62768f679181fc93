# Who is told of what. Every line named here is a constant message in functions/, which
# tests/infra/test_observability.py checks.

locals {
  # Alerts on log lines: so many within the window, and somebody is told. `runbook` is a heading of
  # infra/README.md.
  lines = {
    callers_refused    = { message = "caller refused", count = 5, minutes = 10, severity = "WARNING", runbook = "Callers refused" }
    escrow_failed      = { message = "escrow failed", count = 0, minutes = 5, severity = "CRITICAL", runbook = "Token lost" }
    event_not_kept     = { message = "event not kept", count = 0, minutes = 5, severity = "CRITICAL", runbook = "Events not kept" }
    event_parked       = { message = "event parked", count = 0, minutes = 5, severity = "ERROR", runbook = "Parked events" }
    event_refused      = { message = "event refused", count = 50, minutes = 10, severity = "ERROR", runbook = "Webhook disabled by Zalo" }
    evidence_given_up  = { message = "evidence given up", count = 0, minutes = 5, severity = "WARNING", runbook = "Evidence given up" }
    grant_trouble      = { message = "grant not looked after", count = 10, minutes = 30, severity = "ERROR", runbook = "Token lost" }
    inbox_away         = { message = "inbox away, trying a task", count = 20, minutes = 10, severity = "ERROR", runbook = "Events not kept" }
    needs_consent      = { message = "page needs consent again", count = 0, minutes = 5, severity = "CRITICAL", runbook = "Token lost" }
    not_delivered      = { message = "follow-up not delivered", count = 20, minutes = 60, severity = "WARNING", runbook = "Held notices" }
    settled_badly      = { message = "settled with a problem", count = 5, minutes = 15, severity = "WARNING", runbook = "Work that ends in a problem" }
    sweep_fails        = { message = "not done by the sweep", count = 20, minutes = 10, severity = "ERROR", runbook = "Oldest pending" }
    swept              = { message = "swept", count = 8, minutes = 10, severity = "WARNING", runbook = "Oldest pending" }
    task_of_others     = { message = "task body is not ours", count = 0, minutes = 5, severity = "WARNING", runbook = "Work that ends in a problem" }
    token_answer_lost  = { message = "token answer lost", count = 0, minutes = 5, severity = "CRITICAL", runbook = "Token lost" }
    unexpected         = { message = "unexpected", count = 0, minutes = 5, severity = "ERROR", runbook = "Work that ends in a problem" }
    webhook_unverified = { message = "webhook cannot verify", count = 0, minutes = 5, severity = "CRITICAL", runbook = "Events not kept" }
  }

  _webhook_requests = "run_googleapis_com:request_count{monitored_resource=\"cloud_run_revision\",service_name=\"zalo-webhook\"}"
  _late_acks        = "logging_googleapis_com:user_late_acks{monitored_resource=\"cloud_run_revision\"}"
  _attempts         = "cloudtasks_googleapis_com:queue_task_attempt_count{monitored_resource=\"cloud_tasks_queue\",response_code!=\"200\"}"
  _upkeep_done      = "run_googleapis_com:request_count{monitored_resource=\"cloud_run_revision\",service_name=\"upkeep\",response_code_class=\"2xx\"}"

  # 99.95 % of events acknowledged within two seconds, over 30 days: told when the budget would be
  # spent in 2 days (14.4 times too fast), or in 5 (6 times).
  _ack_budget = 0.0005

  # Alerts on figures, in PromQL.
  figures = {
    acks_late_fast = {
      query    = "sum(increase(${local._late_acks}[1h])) / sum(increase(${local._webhook_requests}[1h])) > ${14.4 * local._ack_budget} and sum(increase(${local._late_acks}[5m])) > 1"
      minutes  = 0
      severity = "CRITICAL"
      runbook  = "Acknowledgements late"
    }
    acks_late_slow = {
      query    = "sum(increase(${local._late_acks}[6h])) / sum(increase(${local._webhook_requests}[6h])) > ${6 * local._ack_budget} and sum(increase(${local._late_acks}[30m])) > 1"
      minutes  = 0
      severity = "ERROR"
      runbook  = "Acknowledgements late"
    }
    dead_tasks = {
      query    = "sum by (queue_id) (increase(${local._attempts}[15m])) > 50"
      minutes  = 5
      severity = "ERROR"
      runbook  = "Dead tasks"
    }
    oldest_pending = {
      query    = "max by (queue_id) (cloudtasks_googleapis_com:queue_depth{monitored_resource=\"cloud_tasks_queue\",queue_id!=\"send\"}) > 200"
      minutes  = 10
      severity = "WARNING"
      runbook  = "Oldest pending"
    }
    upkeep_silent = {
      query    = "(sum(increase(${local._upkeep_done}[5m])) or vector(0)) < 1"
      minutes  = 2
      severity = "CRITICAL"
      runbook  = "Upkeep silent"
    }
  }
}

resource "google_monitoring_notification_channel" "duty" {
  for_each = var.alert_emails

  display_name = "Tin Báo ${var.environment}: ${each.value}"
  type         = "email"
  labels       = { email_address = each.value }

  depends_on = [google_project_service.this]
}

resource "google_logging_metric" "line" {
  for_each = local.lines

  name        = each.key
  description = "Log lines: ${each.value.message}"
  filter      = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"${each.value.message}\""

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
  }

  depends_on = [google_project_service.this]
}

# Counted from the request log, because the histogram of latencies has no boundary at two seconds.
resource "google_logging_metric" "late_acks" {
  name        = "late_acks"
  description = "Requests of the webhook that took longer than two seconds, or were answered 5xx"
  filter = join(" AND ", [
    "resource.type=\"cloud_run_revision\"",
    "resource.labels.service_name=\"zalo-webhook\"",
    "logName:\"run.googleapis.com%2Frequests\"",
    "(httpRequest.latency>\"2s\" OR httpRequest.status>=500)",
  ])

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
  }

  depends_on = [google_project_service.this]
}

resource "google_monitoring_alert_policy" "line" {
  for_each = local.lines

  display_name          = "${var.environment}: ${each.value.message}"
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.duty : channel.id]
  severity              = each.value.severity

  conditions {
    display_name = "more than ${each.value.count} within ${each.value.minutes} minutes"

    condition_threshold {
      filter          = "metric.type=\"logging.googleapis.com/user/${google_logging_metric.line[each.key].name}\" AND resource.type=\"cloud_run_revision\""
      comparison      = "COMPARISON_GT"
      duration        = "0s"
      threshold_value = each.value.count

      aggregations {
        alignment_period     = "${each.value.minutes * 60}s"
        cross_series_reducer = "REDUCE_SUM"
        per_series_aligner   = "ALIGN_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Runbook: infra/README.md, **${each.value.runbook}**."
  }
}

resource "google_monitoring_alert_policy" "figure" {
  for_each = local.figures

  display_name          = "${var.environment}: ${replace(each.key, "_", " ")}"
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.duty : channel.id]
  severity              = each.value.severity

  conditions {
    display_name = replace(each.key, "_", " ")

    condition_prometheus_query_language {
      query               = each.value.query
      duration            = "${each.value.minutes * 60}s"
      evaluation_interval = "60s"
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Runbook: infra/README.md, **${each.value.runbook}**."
  }

  depends_on = [google_logging_metric.late_acks]
}

# Somebody touched what nobody touches in daily work.
resource "google_monitoring_alert_policy" "guarded" {
  display_name          = "${var.environment}: a key, a lock or the escrow was touched"
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.duty : channel.id]
  severity              = "CRITICAL"

  conditions {
    display_name = "a key, a lock or the escrow was touched"

    condition_matched_log {
      filter = join(" OR ", [
        "protoPayload.methodName=~\"(DestroyCryptoKeyVersion|AsymmetricDecrypt)$\"",
        "protoPayload.methodName=\"google.firestore.admin.v1.FirestoreAdmin.DeleteDatabase\"",
        "protoPayload.methodName=\"storage.buckets.delete\"",
      ])
    }
  }

  alert_strategy {
    notification_rate_limit {
      period = "300s"
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Runbook: infra/README.md, **Incident within 72 hours**."
  }
}

# Zalo's console probes the webhook with an unsigned `{}` and wants 200; so do we.
resource "google_monitoring_uptime_check_config" "webhook" {
  display_name = "${var.environment}: webhook answers Zalo's probe"
  period       = "60s"
  timeout      = "10s"

  http_check {
    body           = base64encode("{}")
    content_type   = "USER_PROVIDED"
    path           = "/"
    port           = 443
    request_method = "POST"
    use_ssl        = true
    validate_ssl   = true

    custom_content_type = "application/json"

    accepted_response_status_codes {
      status_value = 200
    }
  }

  monitored_resource {
    type   = "uptime_url"
    labels = { host = var.webhook_domain, project_id = var.project_id }
  }

  depends_on = [google_project_service.this]
}

resource "google_monitoring_alert_policy" "webhook_away" {
  display_name          = "${var.environment}: webhook does not answer from outside"
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.duty : channel.id]
  severity              = "CRITICAL"

  conditions {
    display_name = "the probe fails from two places"

    condition_threshold {
      filter          = "metric.type=\"monitoring.googleapis.com/uptime_check/check_passed\" AND resource.type=\"uptime_url\" AND metric.label.check_id=\"${google_monitoring_uptime_check_config.webhook.uptime_check_id}\""
      comparison      = "COMPARISON_GT"
      duration        = "120s"
      threshold_value = 1

      aggregations {
        alignment_period     = "120s"
        cross_series_reducer = "REDUCE_COUNT_FALSE"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
      }
    }
  }

  conditions {
    display_name = "the certificate ends within 14 days"

    condition_threshold {
      filter          = "metric.type=\"monitoring.googleapis.com/uptime_check/time_until_ssl_cert_expires\" AND resource.type=\"uptime_url\" AND metric.label.check_id=\"${google_monitoring_uptime_check_config.webhook.uptime_check_id}\""
      comparison      = "COMPARISON_LT"
      duration        = "600s"
      threshold_value = 14

      aggregations {
        alignment_period     = "1200s"
        cross_series_reducer = "REDUCE_MIN"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Runbook: infra/README.md, **Webhook disabled by Zalo**."
  }
}

resource "google_monitoring_dashboard" "this" {
  dashboard_json = jsonencode({
    displayName = "Tin Báo ${var.environment}"
    gridLayout = {
      columns = "2"
      widgets = [
        for title, query in {
          "1 Events a minute, by answer"            = "sum by (response_code) (rate(${local._webhook_requests}[5m])) * 60"
          "2 Acknowledged within two seconds, 1 h"  = "1 - (sum(increase(${local._late_acks}[1h])) or vector(0)) / sum(increase(${local._webhook_requests}[1h]))"
          "3 Waiting in the queues"                 = "max by (queue_id) (cloudtasks_googleapis_com:queue_depth{monitored_resource=\"cloud_tasks_queue\"})"
          "4 Attempts of tasks that failed, 15 min" = "sum by (queue_id) (increase(${local._attempts}[15m]))"
          "5 Seconds a request takes, 99 of 100"    = "histogram_quantile(0.99, sum by (service_name, le) (rate(run_googleapis_com:request_latencies_bucket{monitored_resource=\"cloud_run_revision\"}[5m]))) / 1000"
          "6 Instances"                             = "sum by (service_name) (run_googleapis_com:container_instance_count{monitored_resource=\"cloud_run_revision\"})"
          "7 Upkeep's runs in 5 min"                = "sum(increase(${local._upkeep_done}[5m])) or vector(0)"
          "8 Messages not delivered, 1 h"           = "sum(increase(logging_googleapis_com:user_not_delivered{monitored_resource=\"cloud_run_revision\"}[1h])) or vector(0)"
          } : {
          title = title
          xyChart = {
            dataSets = [{ plotType = "LINE", timeSeriesQuery = { prometheusQuery = query } }]
          }
        }
      ]
    }
  })

  depends_on = [google_project_service.this]
}
