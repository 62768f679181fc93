# Where evidence lies. Names are the world's, so they carry the project's.

locals {
  _day = 86400

  buckets = {
    # Previews: made again from the originals at any time.
    derived = {
      retention_days = null
      is_held        = false
      is_locked      = false
    }
    # Originals, under a hold while their report is open; the retention begins when it is released.
    evidence = {
      retention_days = var.evidence_retention_days
      is_held        = true
      is_locked      = false
    }
    # Roots of the audit chains.
    roots = {
      retention_days = var.root_retention_days
      is_held        = false
      is_locked      = var.retention_is_locked
    }
  }
}

resource "google_storage_bucket" "this" {
  for_each = local.buckets

  name                        = "${var.project_id}-${each.key}"
  location                    = var.region
  default_event_based_hold    = each.value.is_held
  deletion_policy             = "PREVENT"
  force_destroy               = false
  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true

  encryption {
    default_kms_key_name = google_kms_crypto_key.data["storage"].id
  }

  dynamic "retention_policy" {
    for_each = each.value.retention_days == null ? [] : [each.value.retention_days]

    content {
      retention_period = retention_policy.value * local._day
      is_locked        = each.value.is_locked
    }
  }

  soft_delete_policy {
    retention_duration_seconds = 30 * local._day
  }

  versioning {
    enabled = true
  }

  depends_on = [google_kms_crypto_key_iam_member.data]
}

# The source of the functions. Old bundles stay, so that a rollback finds its own.
resource "google_storage_bucket" "source" {
  name                        = "${var.project_id}-source"
  location                    = var.region
  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true

  encryption {
    default_kms_key_name = google_kms_crypto_key.data["storage"].id
  }

  lifecycle_rule {
    condition {
      age                = 365
      num_newer_versions = 1
    }
    action {
      type = "Delete"
    }
  }

  versioning {
    enabled = true
  }

  depends_on = [google_kms_crypto_key_iam_member.data]
}
