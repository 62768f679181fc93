# The way in: one address, one certificate; Zalo comes to the webhook, officers to their page
# through the identity-aware proxy.

locals {
  _edge = {
    admin   = { function = "admin", domain = var.admin_domain, is_behind_iap = true }
    webhook = { function = "zalo_webhook", domain = var.webhook_domain, is_behind_iap = false }
  }

  # A certificate cannot change; a new one gets a new name and takes over.
  _certificate = "tin-bao-${substr(sha256("${var.admin_domain} ${var.webhook_domain}"), 0, 8)}"
}

resource "google_compute_global_address" "this" {
  name = "tin-bao"

  depends_on = [google_project_service.this]
}

resource "google_compute_managed_ssl_certificate" "this" {
  name = local._certificate

  managed {
    domains = [var.admin_domain, var.webhook_domain]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_ssl_policy" "this" {
  name            = "tin-bao"
  min_tls_version = "TLS_1_2"
  profile         = "MODERN"

  depends_on = [google_project_service.this]
}

resource "google_compute_region_network_endpoint_group" "this" {
  for_each = local._edge

  name                  = each.key
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = replace(each.value.function, "_", "-")
  }

  depends_on = [google_project_service.this]
}

resource "google_compute_backend_service" "this" {
  for_each = local._edge

  name                  = each.key
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.this[each.key].id

  backend {
    group = google_compute_region_network_endpoint_group.this[each.key].id
  }

  dynamic "iap" {
    for_each = each.value.is_behind_iap ? [""] : []

    content {
      enabled = true
    }
  }

  log_config {
    enable      = true
    sample_rate = each.value.is_behind_iap ? 1.0 : 0.1
  }
}

# No rule looks into a body: a citizen may write anything, and Zalo switches a webhook off that
# keeps refusing what is truly Zalo's. The signature is the guard, this stops floods.
resource "google_compute_security_policy" "this" {
  for_each = {
    admin   = { per_minute = 1200, description = "The officers' page" }
    webhook = { per_minute = 30000, description = "Zalo's events: few addresses send many" }
  }

  name        = each.key
  description = each.value.description

  rule {
    action      = "throttle"
    priority    = 1000
    description = "No address may flood us"

    match {
      versioned_expr = "SRC_IPS_V1"

      config {
        src_ip_ranges = ["*"]
      }
    }

    rate_limit_options {
      conform_action = "allow"
      enforce_on_key = "IP"
      exceed_action  = "deny(429)"

      rate_limit_threshold {
        count        = each.value.per_minute
        interval_sec = 60
      }
    }
  }

  dynamic "rule" {
    for_each = each.key == "admin" ? [""] : []

    content {
      action      = "deny(403)"
      priority    = 900
      description = "Log4Shell and its kin"

      match {
        expr {
          expression = "evaluatePreconfiguredWaf('cve-canary', {'sensitivity': 1})"
        }
      }
    }
  }

  rule {
    action      = "allow"
    priority    = 2147483647
    description = "Everybody else"

    match {
      versioned_expr = "SRC_IPS_V1"

      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_compute_url_map" "this" {
  name            = "tin-bao"
  default_service = google_compute_backend_service.this["webhook"].id

  host_rule {
    hosts        = [var.admin_domain]
    path_matcher = "admin"
  }

  host_rule {
    hosts        = [var.webhook_domain]
    path_matcher = "webhook"
  }

  dynamic "path_matcher" {
    for_each = local._edge

    content {
      name            = path_matcher.key
      default_service = google_compute_backend_service.this[path_matcher.key].id

      # Past the identity-aware proxy too: Zalo asks for its proof on both domains.
      dynamic "path_rule" {
        for_each = google_compute_backend_bucket.verifiers

        content {
          paths   = [for name in keys(var.zalo_verifiers) : "/${name}"]
          service = path_rule.value.id
        }
      }
    }
  }
}

resource "google_compute_target_https_proxy" "this" {
  name             = "tin-bao"
  ssl_certificates = [google_compute_managed_ssl_certificate.this.id]
  ssl_policy       = google_compute_ssl_policy.this.id
  url_map          = google_compute_url_map.this.id
}

resource "google_compute_global_forwarding_rule" "https" {
  name                  = "tin-bao-https"
  ip_address            = google_compute_global_address.this.id
  load_balancing_scheme = "EXTERNAL_MANAGED"
  port_range            = "443"
  target                = google_compute_target_https_proxy.this.id
}

# An officer who types the name alone is led to https.
resource "google_compute_url_map" "to_https" {
  name = "tin-bao-to-https"

  default_url_redirect {
    https_redirect = true
    strip_query    = false
  }
}

resource "google_compute_target_http_proxy" "this" {
  name    = "tin-bao"
  url_map = google_compute_url_map.to_https.id
}

resource "google_compute_global_forwarding_rule" "http" {
  name                  = "tin-bao-http"
  ip_address            = google_compute_global_address.this.id
  load_balancing_scheme = "EXTERNAL_MANAGED"
  port_range            = "80"
  target                = google_compute_target_http_proxy.this.id
}

# Zalo's proof that the domains are ours: its files, in a bucket that holds nothing else, readable by
# all because a load balancer can show a bucket no other way.
resource "google_storage_bucket" "verifiers" {
  count = length(var.zalo_verifiers) == 0 ? 0 : 1

  name                        = "${var.project_id}-verifiers"
  location                    = var.region
  uniform_bucket_level_access = true

  versioning {
    enabled = true
  }
}

resource "google_storage_bucket_object" "verifier" {
  for_each = var.zalo_verifiers

  name         = each.key
  bucket       = google_storage_bucket.verifiers[0].name
  content      = each.value
  content_type = "text/html; charset=utf-8"
}

resource "google_storage_bucket_iam_member" "verifiers" {
  count = length(google_storage_bucket.verifiers)

  bucket = google_storage_bucket.verifiers[0].name
  role   = "roles/storage.legacyObjectReader"
  member = "allUsers"
}

resource "google_compute_backend_bucket" "verifiers" {
  count = length(google_storage_bucket.verifiers)

  name        = "verifiers"
  bucket_name = google_storage_bucket.verifiers[0].name
}
