# What is refused before anything is made.

mock_provider "google" {
  override_during = plan

  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
}

variables {
  admin_domain   = "canbo.example.vn"
  alert_emails   = ["truc-ban@example.vn"]
  environment    = "pilot"
  oidc           = { issuer = "https://dang-nhap.example.vn", client_id = "tin-bao" }
  pages          = { "2100000000000000001" = { name = "CSGT" } }
  project_id     = "tin-bao-pilot"
  webhook_domain = "zalo.example.vn"
}

run "values_out_of_range_and_real_data_without_an_approval" {
  command = plan

  variables {
    admin_domain            = "https://canbo.example.vn"
    alert_emails            = []
    audit_log_days          = 30
    backup_weeks            = 15
    data_mode               = "real"
    environment             = "Pilot"
    evidence_retention_days = 1
    officer_members         = ["allUsers"]
    oidc                    = { issuer = "http://dang-nhap.example.vn", client_id = "tin-bao" }
    pages                   = { csgt = { name = "CSGT" } }
    worker_ingress          = "ANY"
    zalo_verifiers          = { "../index.html" = "" }
  }

  expect_failures = [
    var.admin_domain,
    var.alert_emails,
    var.audit_log_days,
    var.backup_weeks,
    var.data_mode,
    var.environment,
    var.evidence_retention_days,
    var.officer_members,
    var.oidc,
    var.pages,
    var.worker_ingress,
    var.zalo_verifiers,
  ]
}

run "officers_sign_in_somehow" {
  command = plan

  variables {
    oidc               = null
    secrets_are_filled = true
  }

  expect_failures = [var.oidc]
}

run "an_approval_has_a_number_and_a_domain_has_a_dot" {
  command = plan

  variables {
    compliance_ack = "yes"
    data_mode      = "real"
    webhook_domain = "zalo"
  }

  expect_failures = [var.data_mode, var.webhook_domain]
}

run "synthetic_data_is_not_locked_away_and_each_has_its_domain" {
  command = plan

  variables {
    admin_domain        = "zalo.example.vn"
    retention_is_locked = true
  }

  expect_failures = [var.admin_domain, var.retention_is_locked]
}
