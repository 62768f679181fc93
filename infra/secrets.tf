# Secrets. Terraform makes the vessels; their contents are added outside (README), so that no value
# is ever in a plan or in the state.

locals {
  secrets = {
    app-secrets        = "ZALO_APP_SECRETS_FILE: {\"<app id>\": \"<secret key>\"}"
    citizen-key        = "CITIZEN_KEY_SECRET: 32 random bytes, base64. Never changes: pseudonyms follow from it."
    inbox-seal         = "INBOX_SEAL_SECRET: 32 random bytes, base64."
    oidc-client-secret = "OIDC_CLIENT_SECRET: from the issuer of sign-ins; empty without one."
    page-secrets       = "ZALO_SECRETS_FILE: {\"pages\": {\"<page id>\": {\"app_id\", \"secrets\": [present, previous]}}}"
    search-key         = "SEARCH_KEY_SECRET: 32 random bytes, base64. Never changes: what reports are found by is hashed with it."
    session-secret     = "SESSION_SECRET: 32 random bytes, base64. A new one signs everybody out."
  }

  grant_secrets = { for id, page in var.pages : "zalo-grant-${id}" => "Grant of the page ${page.name}." }
}

resource "google_secret_manager_secret" "this" {
  for_each = merge(local.secrets, local.grant_secrets, { escrow-key = "The escrow's public key." })

  secret_id           = each.key
  annotations         = { content = each.value }
  deletion_protection = true
  # Zalo's tokens cannot be had again: a destroyed version can be called back for a week.
  version_destroy_ttl = "604800s"

  replication {
    user_managed {
      replicas {
        location = var.region

        customer_managed_encryption {
          kms_key_name = google_kms_crypto_key.data["secrets"].id
        }
      }
    }
  }

  depends_on = [google_kms_crypto_key_iam_member.data, google_project_service.this]
}

# Public, and a secret only because that is how a function is given a file.
resource "google_secret_manager_secret_version" "escrow_key" {
  secret                 = google_secret_manager_secret.this["escrow-key"].id
  secret_data_wo         = data.google_kms_crypto_key_version.escrow.public_key[0].pem
  secret_data_wo_version = "1"
}
