# What is deployed: an allow-list, packed, in an object named by its hash.

locals {
  _repository = "${path.module}/.."

  bundled = toset(concat(
    ["main.py", "requirements.txt"],
    [
      for file in fileset(local._repository, "functions/**/*.{css,html,js,json,po,py,svg}") :
      file if !strcontains(file, "__pycache__") && !strcontains(file, "/.")
    ],
  ))
}

data "archive_file" "source" {
  type             = "zip"
  output_path      = "${path.root}/.terraform/source-${var.environment}.zip"
  output_file_mode = "0644"

  dynamic "source" {
    for_each = local.bundled

    content {
      filename = source.value
      content  = file("${local._repository}/${source.value}")
    }
  }
}

resource "google_storage_bucket_object" "source" {
  name   = "source/${data.archive_file.source.output_sha256}.zip"
  bucket = google_storage_bucket.source.name
  source = data.archive_file.source.output_path
}

# The images that are built from it.
resource "google_artifact_registry_repository" "functions" {
  repository_id = "functions"
  description   = "Images of the functions, built from the source bundle."
  format        = "DOCKER"
  location      = var.region

  cleanup_policies {
    id     = "keep-ten"
    action = "KEEP"

    most_recent_versions {
      keep_count = 10
    }
  }

  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"

    condition {
      older_than = "7776000s" # 90 days
    }
  }

  depends_on = [google_project_service.this]
}
