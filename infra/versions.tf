terraform {
  required_version = ">= 1.11"

  required_providers {
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.7"
    }
    google = {
      source  = "hashicorp/google"
      version = "~> 8.0"
    }
  }

  # Bucket and prefix come from environments/NAME.gcs.tfbackend.
  backend "gcs" {}
}
