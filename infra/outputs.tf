# What a person needs next. Sorted by name.

output "admin_address" {
  description = "The officers' page; its /sign-in/callback is registered at the issuer of sign-ins, if there is one."
  value       = "https://${var.admin_domain}/"
}

output "banner" {
  description = "What may be kept here."
  value = (
    var.data_mode == "real"
    ? "real data, approved: ${var.compliance_ack}"
    : "pilot – synthetic data only"
  )
}

output "consent_callback" {
  description = "To be pasted in Zalo's console as the Official Account Callback Url."
  value       = "https://${var.admin_domain}/connections/callback"
}

output "dns_record" {
  description = "The address that both domains' A records must name before the certificate is made."
  value       = google_compute_global_address.this.address
}

output "empty_secrets" {
  description = "Secrets that a person fills (README), before secrets_are_filled is set."
  value       = [for name in keys(local.secrets) : name if name != "oidc-client-secret" || var.oidc != null]
}

output "functions" {
  description = "The functions, by their names in Google Cloud."
  value       = [for name in keys(local.functions) : replace(name, "_", "-")]
}

output "pages" {
  description = "Pages whose consent is needed once."
  value       = { for id, page in var.pages : id => page.name }
}

output "project" {
  description = "The Google Cloud project."
  value       = var.project_id
}

output "queues" {
  description = "The queues, by name."
  value       = keys(google_cloud_tasks_queue.this)
}

output "region" {
  description = "Where everything is."
  value       = var.region
}

output "webhook_address" {
  description = "To be pasted in Zalo's console as the webhook's address."
  value       = "https://${var.webhook_domain}/"
}
