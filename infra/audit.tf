# Who looked at what. Functions do their work thousands of times a day and log it themselves; every
# other reader of the data is written down by the platform.

locals {
  _functions_accounts = [for account in google_service_account.function : account.member]

  audited = {
    "cloudkms.googleapis.com"      = []
    "datastore.googleapis.com"     = local._functions_accounts
    "iap.googleapis.com"           = []
    "secretmanager.googleapis.com" = []
    "storage.googleapis.com"       = local._functions_accounts
  }
}

resource "google_project_iam_audit_config" "this" {
  for_each = local.audited

  project = var.project_id
  service = each.key

  dynamic "audit_log_config" {
    for_each = ["ADMIN_READ", "DATA_READ", "DATA_WRITE"]

    content {
      log_type         = audit_log_config.value
      exempted_members = each.value
    }
  }
}

resource "google_logging_project_bucket_config" "audit" {
  project        = var.project_id
  bucket_id      = "audit"
  location       = var.region
  retention_days = var.audit_log_days
  locked         = var.retention_is_locked
  description    = "Audit logs, and what officers did"

  depends_on = [google_project_service.this]
}

resource "google_logging_project_sink" "audit" {
  name        = "audit"
  description = "Audit logs of the platform, and the lines of the officers' page"
  destination = "logging.googleapis.com/${google_logging_project_bucket_config.audit.id}"
  filter = join(" OR ", [
    "logName:\"cloudaudit.googleapis.com\"",
    "(resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"admin\" AND jsonPayload.message:*)",
  ])
  unique_writer_identity = true
}
