# Who may do what. Each function is an account of its own, with the least that its code needs, on
# the narrowest thing that takes a role.

locals {
  _create_only  = "projects/${var.project_id}/roles/${google_project_iam_custom_role.create_only.role_id}"
  _vault_keeper = "projects/${var.project_id}/roles/${google_project_iam_custom_role.vault_keeper.role_id}"

  # Rights in a database: a role on the project, under the condition that it is that database.
  database_roles = {
    admin_core             = { function = "admin", database = "core", role = "roles/datastore.user" }
    send_followup_core     = { function = "send_followup", database = "core", role = "roles/datastore.user" }
    send_followup_identity = { function = "send_followup", database = "identity", role = local._vault_keeper }
    store_report_core      = { function = "store_report", database = "core", role = "roles/datastore.user" }
    store_report_identity  = { function = "store_report", database = "identity", role = local._vault_keeper }
    store_report_inbox     = { function = "store_report", database = "inbox", role = "roles/datastore.user" }
    upkeep_core            = { function = "upkeep", database = "core", role = "roles/datastore.user" }
    upkeep_inbox           = { function = "upkeep", database = "inbox", role = "roles/datastore.viewer" }
    upload_media_core      = { function = "upload_media", database = "core", role = "roles/datastore.user" }
    zalo_webhook_inbox     = { function = "zalo_webhook", database = "inbox", role = local._create_only }
  }

  # Creating refuses to overwrite: that would take storage.objects.delete, which nobody has.
  bucket_roles = {
    admin_sees_derived         = { function = "admin", bucket = "derived", role = "roles/storage.objectViewer" }
    admin_sees_evidence        = { function = "admin", bucket = "evidence", role = "roles/storage.objectViewer" }
    upkeep_adds_roots          = { function = "upkeep", bucket = "roots", role = "roles/storage.objectCreator" }
    upload_media_adds_derived  = { function = "upload_media", bucket = "derived", role = "roles/storage.objectCreator" }
    upload_media_adds_evidence = { function = "upload_media", bucket = "evidence", role = "roles/storage.objectCreator" }
    upload_media_sees_derived  = { function = "upload_media", bucket = "derived", role = "roles/storage.objectViewer" }
    upload_media_sees_evidence = { function = "upload_media", bucket = "evidence", role = "roles/storage.objectViewer" }
  }

  # Which queues a function may put wake-ups into.
  queues_of = {
    admin         = ["send"]
    send_followup = ["send"]
    store_report  = ["inbox", "media", "send"]
    upkeep        = ["inbox", "media", "send"]
    upload_media  = ["send"]
    zalo_webhook  = ["inbox"]
  }

  # The secrets that Cloud Run hands to a function, from the map in functions.tf.
  _secrets_of = merge([
    for name, function in local.functions : {
      for secret in toset(concat(values(function.secrets), values(function.secrets_files))) :
      "${name}-${secret}" => { function = name, secret = secret }
    }
  ]...)

  # The grants are read through the API, so new pages need no new rights.
  grant_roles = {
    send_followup_access = { function = "send_followup", role = "roles/secretmanager.secretAccessor" }
    upkeep_access        = { function = "upkeep", role = "roles/secretmanager.secretAccessor" }
    # Adds versions, and destroys those of long ago.
    upkeep_manage = { function = "upkeep", role = "roles/secretmanager.secretVersionManager" }
  }
}

resource "google_service_account" "function" {
  for_each = local.functions

  account_id   = "${replace(each.key, "_", "-")}-function"
  display_name = "The function ${each.key}"

  depends_on = [google_project_service.this]
}

# Who calls the workers: the queues, and the clock.
resource "google_service_account" "caller" {
  for_each = {
    scheduler = "The clock calls upkeep as this account"
    tasks     = "The queues call the workers as this account"
  }

  account_id   = "${each.key}-caller"
  display_name = each.value

  depends_on = [google_project_service.this]
}

resource "google_service_account" "build" {
  account_id   = "image-builder"
  display_name = "Builds the functions' images"

  depends_on = [google_project_service.this]
}

# May put something in, may not even read it again.
resource "google_project_iam_custom_role" "create_only" {
  role_id     = "firestoreCreateOnly"
  title       = "Firestore: create only"
  description = "Adds documents; cannot read, change or remove any."
  permissions = ["datastore.entities.create"]
}

# Keeps one person at a time: puts them in, completes what they shared, erases them again, and reads
# whom a message goes to. Nobody may list the vault.
resource "google_project_iam_custom_role" "vault_keeper" {
  role_id     = "firestoreVaultKeeper"
  title       = "Firestore: one document at a time"
  description = "Adds, reads, changes and removes documents by name; cannot list or search them."
  permissions = [
    "datastore.entities.create",
    "datastore.entities.delete",
    "datastore.entities.get",
    "datastore.entities.update",
  ]
}

resource "google_project_iam_member" "database" {
  for_each = local.database_roles

  project = var.project_id
  role    = each.value.role
  member  = google_service_account.function[each.value.function].member

  condition {
    title = "database ${each.value.database}"
    expression = format(
      "resource.name == \"projects/%s/databases/%s\"", var.project_id, local.databases[each.value.database]
    )
  }
}

resource "google_project_iam_member" "grant" {
  for_each = local.grant_roles

  project = var.project_id
  role    = each.value.role
  member  = google_service_account.function[each.value.function].member

  condition {
    title = "grants of pages"
    expression = format(
      "resource.name.startsWith(\"projects/%s/secrets/zalo-grant-\")", local.project_number
    )
  }
}

resource "google_storage_bucket_iam_member" "function" {
  for_each = local.bucket_roles

  bucket = google_storage_bucket.this[each.value.bucket].name
  role   = each.value.role
  member = google_service_account.function[each.value.function].member
}

resource "google_cloud_tasks_queue_iam_member" "enqueuer" {
  for_each = merge([
    for name, queues in local.queues_of : {
      for queue in queues : "${name}-${queue}" => { function = name, queue = queue }
    }
  ]...)

  name     = google_cloud_tasks_queue.this[each.value.queue].name
  location = var.region
  role     = "roles/cloudtasks.enqueuer"
  member   = google_service_account.function[each.value.function].member
}

# Whoever makes a task that runs as an account must be allowed to act as it.
resource "google_service_account_iam_member" "tasks_user" {
  for_each = local.queues_of

  service_account_id = google_service_account.caller["tasks"].name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.function[each.key].member
}

resource "google_secret_manager_secret_iam_member" "function" {
  for_each = local._secrets_of

  secret_id = google_secret_manager_secret.this[each.value.secret].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.value.function].member
}

resource "google_project_iam_member" "build" {
  project = var.project_id
  role    = "roles/logging.logWriter"
  member  = google_service_account.build.member
}

resource "google_storage_bucket_iam_member" "build" {
  bucket = google_storage_bucket.source.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.build.member
}

resource "google_artifact_registry_repository_iam_member" "build" {
  repository = google_artifact_registry_repository.functions.name
  location   = var.region
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}

resource "google_iap_web_backend_service_iam_member" "officer" {
  for_each = var.officer_members

  web_backend_service = google_compute_backend_service.this["admin"].name
  role                = "roles/iap.httpsResourceAccessor"
  member              = each.value
}
