# What is made: rights, public access, retention, alerts.

mock_provider "google" {
  override_during = plan

  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
  mock_data "google_kms_crypto_key_version" {
    defaults = { public_key = [{ algorithm = "RSA_DECRYPT_OAEP_3072_SHA256", pem = "-----BEGIN PUBLIC KEY-----" }] }
  }
  mock_resource "google_service_account" {
    defaults = {
      email  = "an-account@tin-bao-pilot.iam.gserviceaccount.com"
      member = "serviceAccount:an-account@tin-bao-pilot.iam.gserviceaccount.com"
    }
  }
}

variables {
  admin_domain       = "canbo.example.vn"
  alert_emails       = ["truc-ban@example.vn"]
  environment        = "pilot"
  oidc               = { issuer = "https://dang-nhap.example.vn", client_id = "tin-bao" }
  officer_members    = ["group:canbo@example.vn"]
  pages              = { "2100000000000000001" = { name = "CSGT" } }
  project_id         = "tin-bao-pilot"
  secrets_are_filled = true
  webhook_domain     = "zalo.example.vn"
}

run "before_the_secrets_are_filled" {
  command = plan

  variables {
    secrets_are_filled = false
  }

  assert {
    condition     = length(google_cloudfunctions2_function.this) == 0 && length(google_cloud_scheduler_job.upkeep) == 0
    error_message = "A function whose secrets are empty cannot start: none may be made."
  }
  assert {
    condition     = contains(keys(google_secret_manager_secret.this), "zalo-grant-2100000000000000001")
    error_message = "The secrets are made first."
  }
}

run "everything" {
  command = plan

  assert {
    condition = alltrue([
      for name, binding in google_cloud_run_v2_service_iam_binding.invoker :
      contains(binding.members, "allUsers") == (name == "zalo_webhook")
    ])
    error_message = "The webhook, and nothing else, is open to the world."
  }
  assert {
    condition = alltrue([
      for name, function in google_cloudfunctions2_function.this :
      function.service_config[0].ingress_settings == (
        contains(["admin", "zalo_webhook"], name) ? "ALLOW_INTERNAL_AND_GCLB" : "ALLOW_INTERNAL_ONLY"
      )
    ])
    error_message = "From outside, functions are reached through the load balancer or not at all."
  }
  assert {
    condition = alltrue([
      for name, function in google_cloudfunctions2_function.this :
      lookup(function.service_config[0].environment_variables, "CALLER_SIGNATURE_CHECKED_BY_PLATFORM", "false") == "false"
      || !contains(google_cloud_run_v2_service_iam_binding.invoker[name].members, "allUsers")
    ])
    error_message = "A token without a signature is believed only where run.invoker guards the function."
  }
  assert {
    condition     = google_cloudfunctions2_function.this["zalo_webhook"].service_config[0].min_instance_count == 1
    error_message = "A cold start eats most of Zalo's two seconds."
  }
  assert {
    condition     = google_project_iam_custom_role.create_only.permissions == toset(["datastore.entities.create"])
    error_message = "The webhook may create, and nothing else."
  }
  assert {
    condition     = google_project_iam_member.database["zalo_webhook_inbox"].condition[0].expression == "resource.name == \"projects/tin-bao-pilot/databases/inbox\""
    error_message = "The webhook may create in the inbox only."
  }
  assert {
    condition     = length([for key, role in local.database_roles : key if role.function == "zalo_webhook"]) == 1
    error_message = "The webhook has one right in one database."
  }
  assert {
    condition     = google_compute_backend_service.this["admin"].iap[0].enabled && length(google_compute_backend_service.this["webhook"].iap) == 0
    error_message = "Officers come through the identity-aware proxy; Zalo could not."
  }
  assert {
    condition = alltrue([
      for bucket in google_storage_bucket.this : bucket.public_access_prevention == "enforced" && bucket.uniform_bucket_level_access
    ])
    error_message = "No bucket may ever become public."
  }
  assert {
    condition     = google_storage_bucket.this["evidence"].default_event_based_hold && google_storage_bucket.this["evidence"].retention_policy[0].retention_period == tostring(730 * 86400)
    error_message = "Evidence is held while its report is open, then kept."
  }
  assert {
    condition = alltrue([
      for database in google_firestore_database.this :
      database.delete_protection_state == "DELETE_PROTECTION_ENABLED"
      && database.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
      && length(database.cmek_config) == 1
    ]) && length(google_firestore_database.this) == 3
    error_message = "Three databases, protected, recoverable, under our own key."
  }
  assert {
    condition = alltrue(concat(
      [for policy in google_monitoring_alert_policy.line : length(policy.notification_channels) == 1],
      [for policy in google_monitoring_alert_policy.figure : length(policy.notification_channels) == 1],
    ))
    error_message = "An alert that tells nobody is none."
  }
  assert {
    condition     = alltrue([for key in ["event_not_kept", "needs_consent", "token_answer_lost", "event_parked", "not_delivered"] : contains(keys(google_monitoring_alert_policy.line), key)])
    error_message = "Lost events, tokens, parked events and held notices are told of."
  }
  assert {
    condition     = length(google_storage_bucket.verifiers) == 0
    error_message = "Nothing is public before Zalo's console asks for its file."
  }
  assert {
    condition     = output.webhook_address == "https://zalo.example.vn/" && startswith(output.banner, "pilot")
    error_message = "The outputs tell what to do next, and that the data are invented."
  }
}

run "before_the_proxys_audience_is_known" {
  command = plan

  variables {
    oidc               = null
    secrets_are_filled = false
  }

  assert {
    condition     = google_compute_backend_service.this["admin"].iap[0].enabled && !contains(output.empty_secrets, "oidc-client-secret")
    error_message = "Without an issuer there is a first apply too, and nothing to fill in for one."
  }
}

run "with_the_proxy_alone" {
  command = plan

  variables {
    iap_audience = "/projects/123456789012/global/backendServices/1"
    oidc         = null
  }

  assert {
    condition = alltrue([
      for name in keys(google_cloudfunctions2_function.this["admin"].service_config[0].environment_variables) :
      !startswith(name, "OIDC_") && name != "ALLOWED_ACR"
    ])
    error_message = "Something of an issuer would make the officers' page ask for all of it."
  }
  assert {
    condition     = google_cloudfunctions2_function.this["admin"].service_config[0].environment_variables.IAP_AUDIENCE == "/projects/123456789012/global/backendServices/1"
    error_message = "The officers' page checks whom the proxy names."
  }
  assert {
    condition     = toset([for secret in google_cloudfunctions2_function.this["admin"].service_config[0].secret_environment_variables : secret.key]) == toset(["SEARCH_KEY_SECRET", "SESSION_SECRET"])
    error_message = "There is no secret of an issuer."
  }
}

run "with_zalos_proof_and_a_locked_retention" {
  command = plan

  variables {
    compliance_ack      = "Công văn số 123/CAT-PV01 ngày 01/12/2026"
    data_mode           = "real"
    retention_is_locked = true
    zalo_verifiers      = { "zalo_verifierAbC123.html" = "<html></html>" }
  }

  assert {
    condition = alltrue([
      for matcher in google_compute_url_map.this.path_matcher :
      anytrue([for rule in matcher.path_rule : contains(rule.paths, "/zalo_verifierAbC123.html")])
    ])
    error_message = "Zalo's file lies at the root of both domains."
  }
  assert {
    condition     = google_storage_bucket.this["roots"].retention_policy[0].is_locked && google_logging_project_bucket_config.audit.locked
    error_message = "What is written about the work cannot be taken back."
  }
}
