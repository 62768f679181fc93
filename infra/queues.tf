# The queues, from the file that the local task server reads too; and what the clock starts.

locals {
  queues = jsondecode(file("${path.module}/queues.json"))
}

resource "google_cloud_tasks_queue" "this" {
  for_each = local.queues

  name     = each.key
  location = var.region

  rate_limits {
    max_concurrent_dispatches = each.value.max_concurrent_dispatches
    max_dispatches_per_second = each.value.max_dispatches_per_second
  }

  retry_config {
    # No end: a task that used up its attempts would vanish in silence.
    max_attempts  = -1
    max_backoff   = "${each.value.max_backoff_seconds}s"
    max_doublings = each.value.max_doublings
    min_backoff   = "${each.value.min_backoff_seconds}s"
  }

  stackdriver_logging_config {
    sampling_ratio = 0.1
  }

  depends_on = [google_project_service.this]
}

resource "google_cloud_scheduler_job" "upkeep" {
  count = var.secrets_are_filled ? 1 : 0

  name             = "upkeep"
  description      = "The timed work: grants, then the sweep."
  schedule         = "* * * * *"
  time_zone        = "Asia/Ho_Chi_Minh"
  attempt_deadline = "300s"

  retry_config {
    # The next minute is the retry.
    retry_count = 0
  }

  http_target {
    http_method = "POST"
    uri         = local.addresses.upkeep
    body        = base64encode("{}")
    headers     = { "Content-Type" = "application/json" }

    oidc_token {
      audience              = local.addresses.upkeep
      service_account_email = google_service_account.caller["scheduler"].email
    }
  }

  depends_on = [google_cloud_run_v2_service_iam_binding.invoker]
}
