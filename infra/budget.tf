# Costs, told before they hurt.

resource "google_billing_budget" "this" {
  count = var.budget == null ? 0 : 1

  billing_account = var.budget.billing_account
  display_name    = "Tin Báo ${var.environment}"

  amount {
    specified_amount {
      units = tostring(var.budget.units)
    }
  }

  budget_filter {
    projects = ["projects/${local.project_number}"]
  }

  dynamic "threshold_rules" {
    for_each = [0.5, 0.9, 1.0]

    content {
      threshold_percent = threshold_rules.value
    }
  }

  threshold_rules {
    threshold_percent = 1.0
    spend_basis       = "FORECASTED_SPEND"
  }

  all_updates_rule {
    disable_default_iam_recipients   = false
    monitoring_notification_channels = [for channel in google_monitoring_notification_channel.duty : channel.id]
  }
}
