# The project, and the Google APIs that it uses.

data "google_project" "this" {
  project_id = var.project_id
}

locals {
  project_number = data.google_project.this.number

  # Google's own accounts, which encrypt and fetch for us. Made before the first apply (README).
  service_agents = {
    firestore      = "service-${local.project_number}@gcp-sa-firestore.iam.gserviceaccount.com"
    iap            = "service-${local.project_number}@gcp-sa-iap.iam.gserviceaccount.com"
    secret_manager = "service-${local.project_number}@gcp-sa-secretmanager.iam.gserviceaccount.com"
    storage        = "service-${local.project_number}@gs-project-accounts.iam.gserviceaccount.com"
  }
}

resource "google_project_service" "this" {
  for_each = toset([
    "artifactregistry.googleapis.com",
    "billingbudgets.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudfunctions.googleapis.com",
    "cloudkms.googleapis.com",
    "cloudscheduler.googleapis.com",
    "cloudtasks.googleapis.com",
    "compute.googleapis.com",
    "dns.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "iap.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
  ])

  service            = each.key
  disable_on_destroy = false
}
