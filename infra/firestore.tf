# Three databases: the record, the inbox (the webhook can only create there), the vault.

locals {
  databases = {
    core     = "(default)"
    identity = "identity"
    inbox    = "inbox"
  }

  # Every query of functions/**/store.py; tests/infra/test_indexes.py compares.
  # What needs one field alone is served by the indexes that Firestore makes by itself, and so is
  # what asks several fields to be equal and goes by the document's name: `search`, `access_log`.
  # A field that ends in [] is a list that has to contain a value, one after - goes down.
  indexes = {
    conversations_by_silence     = { database = "core", collection = "conversations", fields = ["pending_shard", "close_at"] }
    evidence_by_due              = { database = "core", collection = "evidence", fields = ["pending_shard", "next_at"] }
    evidence_by_report           = { database = "core", collection = "evidence", fields = ["report_id", "sent_at"] }
    followups_by_citizen         = { database = "core", collection = "followups", fields = ["citizen", "-created_at"] }
    followups_by_due             = { database = "core", collection = "followups", fields = ["pending_shard", "next_at"] }
    followups_by_report          = { database = "core", collection = "followups", fields = ["report_id", "created_at"] }
    identity_openings_by_asker   = { database = "core", collection = "identity_openings", fields = ["pending_for", "-asked_at"] }
    identity_openings_by_waiting = { database = "core", collection = "identity_openings", fields = ["waiting_for[]", "-asked_at"] }
    inbox_by_arrival             = { database = "inbox", collection = "inbox", fields = ["pending_shard", "received_at"] }
    inbox_by_citizen             = { database = "inbox", collection = "inbox", fields = ["pending_for", "sent_at"] }
    items_by_time                = { database = "core", collection = "items", fields = ["at", "id"] }
    open_by_due                  = { database = "core", collection = "open", fields = ["shelves[]", "due_at", "report_id"] }
    open_by_time                 = { database = "core", collection = "open", fields = ["shelves[]", "-opened_at", "-report_id"] }
    reports_by_citizen           = { database = "core", collection = "reports", fields = ["citizen", "-opened_at"] }
  }

  # Fields that no query asks for alone: long ones, and times, which would hold a collection to
  # 500 writes a second. Composite indexes are not touched by this.
  unindexed = {
    core = {
      # Not `marks`, as with `search`.
      access_log = [
        "at", "code", "count", "is_restricted", "kept_until", "kind", "lineage", "name", "officer",
        "reason", "report_id", "sha256", "subject", "unit_id",
      ]
      alerts        = ["at", "code", "officer", "reason", "seen"]
      audit         = ["at", "changes", "hash", "previous"]
      bulks         = ["rows"]
      conversations = ["close_at", "finished_at", "folded", "gathering", "last_in_at", "previous"]
      evidence = [
        "address", "checksum", "crc32c", "name", "next_at", "object_name", "preview_name",
        "received_at", "sent_at", "sha256",
      ]
      followups = [
        "attempt", "created_at", "due_at", "next_at", "sent_at", "sentence_for_officer", "text",
        "values",
      ]
      # Not `case`: the openings of one report are asked for by the report in it.
      identity_openings = ["answer", "decided_at", "decided_by", "read_at", "reading", "reason"]
      items             = ["at", "latitude", "longitude", "text"]
      # All but the shelves.
      open = [
        "accepted_at", "asked_at", "assignee", "assignee_name", "code", "due_at", "evidence",
        "gaps", "is_restricted", "is_urgent", "latitude", "located", "longitude", "messages",
        "opened_at", "plate", "proposed_at", "received_at", "report_id", "source", "state",
        "summary", "track", "transfer_to", "unit_id", "unseen", "updated_at", "version",
      ]
      outcomes  = ["decided_at", "note", "reason", "tell_at"]
      presences = ["officers"]
      proposals = ["note", "text", "word"]
      reports = [
        "accepted_at", "account", "asked_at", "assignee_name", "audit_hash", "contact",
        "evidence", "extension_reason", "last_operation", "latitude", "lineage", "linked",
        "longitude", "opened_at", "outcome", "proposed_at", "received_at", "reopened_at",
        "shared_with", "summary", "transfer", "updated_at", "verify_until",
        "withdrawal_asked_at",
      ]
      saved_views = ["views"]
      # Not `terms` and `seen`: every term in them is asked for alone.
      search   = ["row"]
      sessions = ["created_at", "last_seen_at"]
      texts    = ["text"]
      units    = ["area", "history"]
      # Not `about` and `operation`.
      units_log = ["act", "at", "changed", "name", "officer", "reason"]
    }
    identity = {
      farewells = ["known_since", "page_id", "user_id"]
      people    = ["address", "known_since", "name", "page_id", "phone", "shared_at", "user_id"]
    }
    inbox = {
      inbox = ["event_name", "page_id", "raw", "received_at", "sent_at"]
    }
  }

  # When Firestore itself removes a document, a day later or so.
  expiry = {
    bulks     = { database = "core", collection = "bulks", field = "expire_at" }
    consents  = { database = "core", collection = "consents", field = "expires_at" }
    farewells = { database = "identity", collection = "farewells", field = "expire_at" }
    inbox     = { database = "inbox", collection = "inbox", field = "expire_at" }
    presences = { database = "core", collection = "presences", field = "expires_at" }
    sessions  = { database = "core", collection = "sessions", field = "expires_at" }
  }

  _unindexed = merge([
    for database, collections in local.unindexed : merge([
      for collection, fields in collections : {
        for field in fields : "${collection}.${field}" => {
          database = database, collection = collection, field = field
        }
      }
    ]...)
  ]...)
}

resource "google_firestore_database" "this" {
  for_each = local.databases

  name                              = each.value
  location_id                       = var.region
  type                              = "FIRESTORE_NATIVE"
  delete_protection_state           = "DELETE_PROTECTION_ENABLED"
  deletion_policy                   = "ABANDON"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"

  cmek_config {
    kms_key_name = google_kms_crypto_key.data["firestore"].id
  }

  depends_on = [google_kms_crypto_key_iam_member.data, google_project_service.this]
}

resource "google_firestore_backup_schedule" "daily" {
  for_each = google_firestore_database.this

  database  = each.value.name
  retention = "${14 * 86400}s"

  daily_recurrence {}
}

resource "google_firestore_backup_schedule" "weekly" {
  for_each = google_firestore_database.this

  database  = each.value.name
  retention = "${var.backup_weeks * 7 * 86400}s"

  weekly_recurrence {
    day = "SUNDAY"
  }
}

resource "google_firestore_index" "this" {
  for_each = local.indexes

  database   = google_firestore_database.this[each.value.database].name
  collection = each.value.collection

  dynamic "fields" {
    for_each = each.value.fields

    content {
      field_path   = trimsuffix(trimprefix(fields.value, "-"), "[]")
      array_config = endswith(fields.value, "[]") ? "CONTAINS" : null
      order = (
        endswith(fields.value, "[]") ? null : startswith(fields.value, "-") ? "DESCENDING" : "ASCENDING"
      )
    }
  }
}

resource "google_firestore_field" "unindexed" {
  for_each = local._unindexed

  database   = google_firestore_database.this[each.value.database].name
  collection = each.value.collection
  field      = each.value.field

  index_config {}
}

resource "google_firestore_field" "expiry" {
  for_each = local.expiry

  database   = google_firestore_database.this[each.value.database].name
  collection = each.value.collection
  field      = each.value.field

  index_config {}
  ttl_config {}
}
