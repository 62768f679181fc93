# One environment is one Google Cloud project. Sorted by name.

variable "admin_domain" {
  description = "Host name of the officers' page, such as canbo.example.gov.vn."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.admin_domain))
    error_message = "admin_domain is a host name in lower case, without https://."
  }
  validation {
    condition     = var.admin_domain != var.webhook_domain
    error_message = "The officers' page and the webhook need host names of their own."
  }
}

variable "alert_emails" {
  description = "Who is told when something is wrong; at least one person on duty."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.alert_emails) > 0
    error_message = "Somebody must be told: give at least one address in alert_emails."
  }
}

variable "app_secret_is_proved" {
  description = "Send appsecret_proof with every call to Zalo, where its console demands it."
  type        = bool
  default     = false
  nullable    = false
}

variable "zalo_form_picture" {
  description = "Address (https) of the picture over Zalo's form for name and telephone; without it no form is sent."
  type        = string
  default     = null
}

variable "audit_log_days" {
  description = "How long access and audit logs are kept (NĐ 333/2026 Đ16.6: at least 12 months)."
  type        = number
  default     = 400
  nullable    = false

  validation {
    condition     = var.audit_log_days >= 366
    error_message = "Access and audit logs are kept for 12 months at least."
  }
}

variable "backup_weeks" {
  description = "How long weekly backups of the databases are kept; Firestore allows 14 weeks."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.backup_weeks >= 1 && var.backup_weeks <= 14
    error_message = "Firestore keeps a backup for 1 to 14 weeks."
  }
}

variable "budget" {
  description = "Monthly budget in the billing account's currency; null where another team watches the costs."
  type = object({
    billing_account = string
    units           = number
  })
  default = null
}

variable "compliance_ack" {
  description = "Number and date of the authority's written approval to keep citizens' data in this region (NĐ 163/2024 Đ30.1)."
  type        = string
  default     = null
}

variable "data_mode" {
  description = "\"synthetic\": invented persons only. \"real\": citizens may write; needs compliance_ack."
  type        = string
  default     = "synthetic"
  nullable    = false

  validation {
    condition     = contains(["real", "synthetic"], var.data_mode)
    error_message = "data_mode is \"synthetic\" or \"real\"."
  }
  validation {
    condition     = var.data_mode == "synthetic" || length(trimspace(coalesce(var.compliance_ack, " "))) >= 10
    error_message = "Google Cloud has no region in Viet Nam: real data needs compliance_ack, the number and date of the authority's written approval."
  }
}

variable "environment" {
  description = "Name of the environment, shown in labels and alerts."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.environment))
    error_message = "environment is a short lower-case name such as pilot or province."
  }
}

variable "evidence_retention_days" {
  description = "How long an original is kept after its hold is released."
  type        = number
  default     = 730
  nullable    = false

  validation {
    condition     = var.evidence_retention_days >= 30
    error_message = "Evidence is kept for 30 days at least: the time in which a reporter may object."
  }
}

variable "iap_audience" {
  description = "The admin backend's audience at Identity-Aware Proxy, /projects/NUMBER/global/backendServices/ID, known after the first apply; with it the page itself checks the proxy's signature, and without oidc it goes by whom the proxy names."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(|/projects/[0-9]+/global/backendServices/[0-9]+)$", var.iap_audience))
    error_message = "The form is /projects/NUMBER/global/backendServices/ID."
  }
}

variable "identity_opens_in_emergency" {
  description = "Whether one officer alone may open a reporter's identity when life is in danger; the heads of the unit are told at once."
  type        = bool
  default     = false
  nullable    = false
}

variable "map_tiles" {
  description = "The map's pictures, such as https://tiles.example.vn/{z}/{x}/{y}.png; without them it shows a grid. Borders and islands must be drawn as the law wants them."
  type        = object({ url = string, attribution = string })
  default     = null

  validation {
    condition     = var.map_tiles == null ? true : startswith(var.map_tiles.url, "https://")
    error_message = "The map's pictures come from an https address."
  }
}

variable "intake" {
  description = "How messages are gathered, where it differs from functions/settings.py: names without INTAKE_, such as { NOTICE_VERSION = \"2\" }."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = length(setsubtract(keys(var.intake), [
      "GATHERING_SECONDS", "GRACE_SECONDS", "NOTICE_VERSION", "MOST_MESSAGES", "MOST_MESSAGES_MINUTES",
      "SLOW_DOWN_AGAIN_MINUTES", "REPEATED_HOURS", "BLOCKED_AGAIN_HOURS",
    ])) == 0
    error_message = "An intake setting that functions/settings.py does not know."
  }
}

variable "media_origins" {
  description = "Host suffixes that attachments may be fetched from, where Zalo's differ from functions/settings.py."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "officer_members" {
  description = "Who passes the identity-aware proxy, as IAM members such as group:canbo@example.gov.vn."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.officer_members : can(regex("^(group|user|domain|principal|principalSet):.+", member))])
    error_message = "Each officer member is an IAM member with its kind, and never everybody."
  }
}

variable "oidc" {
  description = "Where officers sign in (OpenID Connect), and how the officers' page is called there. Without it Identity-Aware Proxy alone says who an officer is."
  type = object({
    issuer       = string
    client_id    = string
    allowed_acrs = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.oidc == null ? true : startswith(var.oidc.issuer, "https://")
    error_message = "The issuer of sign-ins is an https address."
  }
  validation {
    condition     = var.oidc != null || var.iap_audience != "" || !var.secrets_are_filled
    error_message = "Nobody could sign in: without oidc the officers' page needs iap_audience."
  }
}

variable "pages" {
  description = "The Zalo Official Accounts, by their id; one secret is made for the grant of each."
  type        = map(object({ name = string }))
  nullable    = false

  validation {
    condition     = alltrue([for id in keys(var.pages) : can(regex("^[0-9]{10,20}$", id))])
    error_message = "A page's id is Zalo's number of the account, in quotation marks."
  }
}

variable "project_id" {
  description = "The Google Cloud project; it holds this environment and nothing else."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Where everything runs and is kept. Google Cloud has none in Viet Nam; the nearest is Singapore."
  type        = string
  default     = "asia-southeast1"
  nullable    = false
}

variable "retention_is_locked" {
  description = "Lock the retention of the roots and of the audit log, for ever. True once the periods are decided in writing."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.retention_is_locked || var.data_mode == "real"
    error_message = "A lock cannot be undone: not with synthetic data."
  }
}

variable "root_retention_days" {
  description = "How long the roots of the audit chains are kept."
  type        = number
  default     = 3650
  nullable    = false
}

variable "secrets_are_filled" {
  description = "True once every secret has a version. Before, no function is made: Cloud Run refuses to start one whose secret is empty."
  type        = bool
  default     = false
  nullable    = false
}

variable "warm_admin_instances" {
  description = "Instances of the officers' page that are kept ready at night too."
  type        = number
  default     = 0
  nullable    = false
}

variable "webhook_domain" {
  description = "Host name that Zalo delivers to, such as zalo.example.gov.vn."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.webhook_domain))
    error_message = "webhook_domain is a host name in lower case, without https://."
  }
}

variable "worker_ingress" {
  description = "Who reaches the workers' addresses at all; who may call them is run.invoker's affair in any case."
  type        = string
  default     = "ALLOW_INTERNAL_ONLY"
  nullable    = false

  validation {
    condition     = contains(["ALLOW_INTERNAL_ONLY", "ALLOW_ALL"], var.worker_ingress)
    error_message = "worker_ingress is ALLOW_INTERNAL_ONLY or ALLOW_ALL."
  }
}

variable "zalo_consent_has_challenge" {
  description = "Bind each page's consent by a PKCE challenge; false where Zalo's console has a fixed one."
  type        = bool
  default     = true
  nullable    = false
}

variable "zalo_verifiers" {
  description = "Contents of the files that Zalo's console asks for to prove our domains, by their names."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.zalo_verifiers) : can(regex("^zalo_verifier[A-Za-z0-9_-]+\\.html$", name))])
    error_message = "A file is named zalo_verifier….html."
  }
}
