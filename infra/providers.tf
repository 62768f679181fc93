provider "google" {
  project = var.project_id
  region  = var.region
  # Budgets are asked of the billing account, and paid for by this project's quota.
  billing_project       = var.project_id
  user_project_override = true

  default_labels = {
    environment = var.environment
    system      = "tin-bao"
  }
}
