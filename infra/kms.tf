# The keys that data at rest is encrypted with, and the escrow's key pair.

resource "google_kms_key_ring" "this" {
  name     = "tin-bao"
  location = var.region

  depends_on = [google_project_service.this]
}

resource "google_kms_crypto_key" "data" {
  for_each = toset(["firestore", "secrets", "storage"])

  name            = each.key
  key_ring        = google_kms_key_ring.this.id
  rotation_period = "7776000s" # 90 days

  lifecycle {
    # Without its key, what it encrypts is lost.
    prevent_destroy = true
  }
}

resource "google_kms_crypto_key_iam_member" "data" {
  for_each = {
    firestore = local.service_agents.firestore
    secrets   = local.service_agents.secret_manager
    storage   = local.service_agents.storage
  }

  crypto_key_id = google_kms_crypto_key.data[each.key].id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${each.value}"
}

# Answers with new tokens are sealed to its public half before anything else is done with them
# (functions/zalo/escrow.py). Nobody may use the private half until an incident (README).
resource "google_kms_crypto_key" "escrow" {
  name     = "escrow"
  key_ring = google_kms_key_ring.this.id
  purpose  = "ASYMMETRIC_DECRYPT"

  version_template {
    algorithm        = "RSA_DECRYPT_OAEP_3072_SHA256"
    protection_level = "HSM"
  }

  lifecycle {
    prevent_destroy = true
  }
}

data "google_kms_crypto_key_version" "escrow" {
  crypto_key = google_kms_crypto_key.escrow.id
  version    = 1
}
