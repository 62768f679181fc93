# The deployed functions, in one map: the key is the name in main.py. What each is told stands in
# settings.tf, what each may do in iam.tf.

locals {
  # Without an issuer the identity-aware proxy alone says who an officer is.
  _issuer_secrets = var.oidc == null ? {} : { OIDC_CLIENT_SECRET = "oidc-client-secret" }

  functions = {
    admin = {
      description   = "The officers' page."
      callers       = ["iap"]
      concurrency   = 16
      ingress       = "ALLOW_INTERNAL_AND_GCLB"
      instances     = [var.warm_admin_instances, 5]
      memory        = "1Gi"
      network       = true # it hands consents to upkeep, and has identities opened by send_followup
      seconds       = 60
      secrets       = merge(local._issuer_secrets, { SEARCH_KEY_SECRET = "search-key", SESSION_SECRET = "session-secret" })
      secrets_files = {}
    }
    send_followup = {
      description   = "One message that we owe a citizen is sent, one approved identity is told, or one contact is kept."
      callers       = ["admin", "tasks", "upkeep"]
      concurrency   = 4
      ingress       = var.worker_ingress
      instances     = [0, 4]
      memory        = "512Mi"
      network       = false
      seconds       = 120
      secrets       = {}
      secrets_files = var.app_secret_is_proved ? { ZALO_APP_SECRETS_FILE = "app-secrets" } : {}
    }
    store_report = {
      description   = "A citizen's pending messages become a report."
      callers       = ["tasks", "upkeep"]
      concurrency   = 8
      ingress       = var.worker_ingress
      instances     = [0, 10]
      memory        = "512Mi"
      network       = false
      seconds       = 60
      secrets       = { CITIZEN_KEY_SECRET = "citizen-key", INBOX_SEAL_SECRET = "inbox-seal", SEARCH_KEY_SECRET = "search-key" }
      secrets_files = {}
    }
    upkeep = {
      description = "Timed work, every minute."
      callers     = ["admin", "scheduler"]
      concurrency = 1
      ingress     = var.worker_ingress
      # Two runs may overlap, and a consent may come meanwhile; leases and guards keep them apart.
      instances = [0, 3]
      memory    = "512Mi"
      # It calls the workers itself, and they take calls from inside only.
      network       = true
      seconds       = 300
      secrets       = { SEARCH_KEY_SECRET = "search-key" }
      secrets_files = { ZALO_APP_SECRETS_FILE = "app-secrets", ZALO_ESCROW_KEY_FILE = "escrow-key" }
    }
    upload_media = {
      description = "One attachment is fetched and kept."
      callers     = ["tasks", "upkeep"]
      # A picture may unpack to 120 MB.
      concurrency   = 4
      ingress       = var.worker_ingress
      instances     = [0, 5]
      memory        = "1Gi"
      network       = false
      seconds       = 180
      secrets       = { SEARCH_KEY_SECRET = "search-key" }
      secrets_files = {}
    }
    zalo_webhook = {
      description = "Zalo's events: verify, keep, answer within two seconds."
      # Open to the world: Zalo's signature is the guard. The only one that is.
      callers     = ["everybody"]
      concurrency = 40
      ingress     = "ALLOW_INTERNAL_AND_GCLB"
      # One is always warm: a cold start would eat most of the two seconds.
      instances     = [1, 20]
      memory        = "512Mi"
      network       = false
      seconds       = 10
      secrets       = { CITIZEN_KEY_SECRET = "citizen-key", INBOX_SEAL_SECRET = "inbox-seal" }
      secrets_files = { ZALO_SECRETS_FILE = "page-secrets" }
    }
  }

  # Known before anything is made, so that the functions can be told of each other.
  addresses = {
    for name in keys(local.functions) : name => join("", [
      "https://", replace(name, "_", "-"), "-", local.project_number, ".", var.region, ".run.app",
    ])
  }

  members = {
    admin     = google_service_account.function["admin"].member
    everybody = "allUsers"
    iap       = "serviceAccount:${local.service_agents.iap}"
    scheduler = google_service_account.caller["scheduler"].member
    tasks     = google_service_account.caller["tasks"].member
    upkeep    = google_service_account.function["upkeep"].member
  }
}

resource "google_cloudfunctions2_function" "this" {
  for_each = { for name, function in local.functions : name => function if var.secrets_are_filled }

  name        = replace(each.key, "_", "-")
  description = each.value.description
  location    = var.region

  build_config {
    docker_repository = google_artifact_registry_repository.functions.id
    entry_point       = each.key
    runtime           = "python313"
    service_account   = google_service_account.build.id

    automatic_update_policy {}

    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.source.name
      }
    }
  }

  service_config {
    available_cpu                    = "1"
    available_memory                 = each.value.memory
    all_traffic_on_latest_revision   = true
    direct_vpc_egress                = each.value.network ? "VPC_EGRESS_PRIVATE_RANGES_ONLY" : null
    environment_variables            = local.settings[each.key]
    ingress_settings                 = each.value.ingress
    max_instance_count               = each.value.instances[1]
    max_instance_request_concurrency = each.value.concurrency
    min_instance_count               = each.value.instances[0]
    service_account_email            = google_service_account.function[each.key].email
    timeout_seconds                  = each.value.seconds

    dynamic "direct_vpc_network_interface" {
      for_each = each.value.network ? [google_compute_subnetwork.functions] : []

      content {
        network    = direct_vpc_network_interface.value.network
        subnetwork = direct_vpc_network_interface.value.id
      }
    }

    dynamic "secret_environment_variables" {
      for_each = each.value.secrets

      content {
        key        = secret_environment_variables.key
        project_id = var.project_id
        secret     = google_secret_manager_secret.this[secret_environment_variables.value].secret_id
        version    = "latest"
      }
    }

    dynamic "secret_volumes" {
      for_each = each.value.secrets_files

      content {
        mount_path = "/secrets/${secret_volumes.value}"
        project_id = var.project_id
        secret     = google_secret_manager_secret.this[secret_volumes.value].secret_id
      }
    }
  }

  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_firestore_database.this,
    google_project_iam_member.build,
    google_secret_manager_secret_iam_member.function,
    google_secret_manager_secret_version.escrow_key,
    google_storage_bucket_iam_member.build,
  ]
}

# The whole list of who may call each: an account that is not on it is taken off.
resource "google_cloud_run_v2_service_iam_binding" "invoker" {
  for_each = google_cloudfunctions2_function.this

  name     = each.value.name
  location = var.region
  role     = "roles/run.invoker"
  members  = [for caller in local.functions[each.key].callers : local.members[caller]]

  lifecycle {
    # A function that is made anew has lost its callers.
    replace_triggered_by = [google_cloudfunctions2_function.this[each.key].id]
  }
}
