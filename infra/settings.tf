# What each function is told: exactly what the classes of functions/settings.py that it reads
# demand (tests/infra/test_settings.py compares). Whatever has a good default is left out.

locals {
  _buckets = {
    DERIVED_BUCKET  = google_storage_bucket.this["derived"].name
    EVIDENCE_BUCKET = google_storage_bucket.this["evidence"].name
  }

  # The platform has checked a caller's token before the function sees it, because run.invoker is
  # given to named accounts only; then it removes the signature (functions/cloud/callers.py).
  _callers_of = {
    for name, function in local.functions : name => {
      CALLER_ACCOUNTS = join(",", [
        for caller in function.callers : trimprefix(local.members[caller], "serviceAccount:")
      ])
      CALLER_ISSUER                        = "https://accounts.google.com"
      CALLER_JWKS_URL                      = "https://www.googleapis.com/oauth2/v3/certs"
      CALLER_SIGNATURE_CHECKED_BY_PLATFORM = tostring(!contains(function.callers, "everybody"))
    }
  }

  _process = {
    for name, function in local.functions : name => {
      GOOGLE_CLOUD_PROJECT = var.project_id
      THREADS              = tostring(function.concurrency)
      WORKERS              = "1"
    }
  }

  _secrets_files = {
    for name, function in local.functions : name => {
      for setting, secret in function.secrets_files : setting => "/secrets/${secret}/${secret}"
    }
  }

  _consent_settings = var.zalo_consent_has_challenge ? {} : { ZALO_CHALLENGE_CONSENT = "false" }

  _identity_settings = var.identity_opens_in_emergency ? { IDENTITY_EMERGENCY_OPENING = "true" } : {}

  _tasks_settings = {
    SEND_FOLLOWUP_URL     = local.addresses.send_followup
    STORE_REPORT_URL      = local.addresses.store_report
    TASKS_LOCATION        = var.region
    TASKS_SERVICE_ACCOUNT = google_service_account.caller["tasks"].email
    UPLOAD_MEDIA_URL      = local.addresses.upload_media
  }

  _own = {
    admin = merge(local._buckets, local._tasks_settings, local._consent_settings, local._identity_settings, {
      ADMIN_URL  = "https://${var.admin_domain}"
      UPKEEP_URL = local.addresses.upkeep
      }, var.oidc == null ? {} : {
      OIDC_CLIENT_ID = var.oidc.client_id
      OIDC_ISSUER    = var.oidc.issuer
      }, try(length(var.oidc.allowed_acrs), 0) == 0 ? {} : {
      ALLOWED_ACR = join(",", var.oidc.allowed_acrs)
      }, var.iap_audience == "" ? {} : {
      IAP_AUDIENCE = var.iap_audience
      }, var.map_tiles == null ? {} : {
      TILE_ATTRIBUTION = var.map_tiles.attribution
      TILE_URL         = var.map_tiles.url
    })
    send_followup = merge(local._callers_of.send_followup, local._tasks_settings, local._identity_settings, var.app_secret_is_proved ? {
      ZALO_PROVE_APP_SECRET = "true"
      } : {}, var.zalo_form_picture == null ? {} : {
      ZALO_FORM_PICTURE = var.zalo_form_picture
    })
    store_report = merge(local._callers_of.store_report, local._tasks_settings, {
      for name, value in var.intake : "INTAKE_${name}" => value
      }, {
      # It reads the class of settings, never the file, so the file is not given to it.
      ZALO_SECRETS_FILE = "/dev/null"
    })
    upkeep = merge(local._callers_of.upkeep, local._tasks_settings, {
      UPKEEP_URL = local.addresses.upkeep
    })
    upload_media = merge(local._buckets, local._callers_of.upload_media, local._tasks_settings,
      length(var.media_origins) == 0 ? {} : {
        ZALO_MEDIA_ORIGINS = join(",", var.media_origins)
    })
    zalo_webhook = local._tasks_settings
  }

  settings = {
    for name in keys(local.functions) :
    name => merge(local._process[name], local._secrets_files[name], local._own[name])
  }
}
