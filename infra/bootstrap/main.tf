# Once for each environment, before everything else, by a person who owns the project: the bucket
# for Terraform's state, and the account that deploys. Its own state stays with that person.

terraform {
  required_version = ">= 1.11"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 8.0"
    }
  }
}

variable "deployers" {
  description = "Who may act as the deployer, as IAM members such as group:van-hanh@example.vn."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.deployers) > 0 && alltrue([for member in var.deployers : can(regex("^(group|user|principal|principalSet):.+", member))])
    error_message = "Each deployer is an IAM member with its kind, and never everybody."
  }
}

variable "project_id" {
  description = "The Google Cloud project of the environment."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Where the state is kept."
  type        = string
  default     = "asia-southeast1"
  nullable    = false
}

provider "google" {
  project = var.project_id
  region  = var.region
}

data "google_project" "this" {
  project_id = var.project_id
}

locals {
  # What infra/*.tf makes takes these, and no more; nobody deploys as an owner.
  deployer_roles = toset([
    "roles/artifactregistry.admin",
    "roles/cloudfunctions.admin",
    "roles/cloudkms.admin",
    "roles/cloudscheduler.admin",
    "roles/cloudtasks.admin",
    "roles/compute.loadBalancerAdmin",
    "roles/compute.networkAdmin",
    "roles/compute.securityAdmin",
    "roles/datastore.owner",
    "roles/dns.admin",
    "roles/iam.roleAdmin",
    "roles/iam.serviceAccountAdmin",
    "roles/iam.serviceAccountUser",
    "roles/iap.admin",
    "roles/logging.admin",
    "roles/monitoring.admin",
    "roles/resourcemanager.projectIamAdmin",
    "roles/run.admin",
    "roles/secretmanager.admin",
    "roles/serviceusage.serviceUsageAdmin",
    "roles/storage.admin",
  ])
}

resource "google_project_service" "this" {
  for_each = toset([
    "cloudkms.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "serviceusage.googleapis.com",
    "storage.googleapis.com",
  ])

  service            = each.key
  disable_on_destroy = false
}

resource "google_kms_key_ring" "state" {
  name     = "state"
  location = var.region

  depends_on = [google_project_service.this]
}

resource "google_kms_crypto_key" "state" {
  name            = "state"
  key_ring        = google_kms_key_ring.state.id
  rotation_period = "7776000s" # 90 days

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_kms_crypto_key_iam_member" "state" {
  crypto_key_id = google_kms_crypto_key.state.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${data.google_project.this.number}@gs-project-accounts.iam.gserviceaccount.com"
}

resource "google_storage_bucket" "state" {
  name                        = "${var.project_id}-state"
  location                    = var.region
  deletion_policy             = "PREVENT"
  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true

  encryption {
    default_kms_key_name = google_kms_crypto_key.state.id
  }

  versioning {
    enabled = true
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_kms_crypto_key_iam_member.state]
}

resource "google_service_account" "deployer" {
  account_id   = "deployer"
  display_name = "Applies infra/"

  depends_on = [google_project_service.this]
}

resource "google_project_iam_member" "deployer" {
  for_each = local.deployer_roles

  project = var.project_id
  role    = each.key
  member  = google_service_account.deployer.member
}

resource "google_service_account_iam_member" "deployer" {
  for_each = var.deployers

  service_account_id = google_service_account.deployer.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = each.key
}

output "deployer" {
  description = "To be set as GOOGLE_IMPERSONATE_SERVICE_ACCOUNT before make plan and make deploy."
  value       = google_service_account.deployer.email
}

output "state_bucket" {
  description = "To be written into environments/NAME.gcs.tfbackend."
  value       = google_storage_bucket.state.name
}
