# How upkeep calls the workers, and the officers' page upkeep, which take calls from inside only:
# Cloud Tasks and Cloud Scheduler of the same project count as inside, another function only if it
# comes through a network.

resource "google_compute_network" "functions" {
  name                    = "functions"
  auto_create_subnetworks = false

  depends_on = [google_project_service.this]
}

resource "google_compute_subnetwork" "functions" {
  name                     = "functions"
  network                  = google_compute_network.functions.id
  region                   = var.region
  ip_cidr_range            = "10.8.0.0/26"
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
    flow_sampling        = 0.1
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

# run.app by Google's private addresses (private.googleapis.com): all else, Zalo too, goes the
# usual way.
resource "google_dns_managed_zone" "run" {
  name       = "run-app"
  dns_name   = "run.app."
  visibility = "private"

  private_visibility_config {
    networks {
      network_url = google_compute_network.functions.id
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_dns_record_set" "run" {
  managed_zone = google_dns_managed_zone.run.name
  name         = "*.run.app."
  type         = "A"
  ttl          = 3600
  rrdatas      = [for number in range(8, 12) : "199.36.153.${number}"]
}

# Nothing comes in.
resource "google_compute_firewall" "no_ingress" {
  name          = "no-ingress"
  network       = google_compute_network.functions.id
  direction     = "INGRESS"
  priority      = 65534
  source_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }
}
