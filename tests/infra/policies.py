"""What a plan must not contain, whatever else changes. Pure: a plan in, sentences out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.infra.terraform import Plan

EVERYBODY = {"allUsers", "allAuthenticatedUsers"}
PUBLIC = {
    'google_cloud_run_v2_service_iam_binding.invoker["zalo_webhook"]': "roles/run.invoker",
    # Zalo's proof of our domains: its objects can be read, not listed.
    "google_storage_bucket_iam_member.verifiers[0]": "roles/storage.legacyObjectReader",
}
ROLES = {
    "roles/artifactregistry.writer",
    "roles/cloudkms.cryptoKeyEncrypterDecrypter",
    "roles/cloudtasks.enqueuer",
    "roles/datastore.user",
    "roles/datastore.viewer",
    "roles/iam.serviceAccountUser",
    "roles/iap.httpsResourceAccessor",
    "roles/logging.logWriter",
    "roles/run.invoker",
    "roles/secretmanager.secretAccessor",
    "roles/secretmanager.secretVersionManager",
    "roles/storage.legacyObjectReader",
    "roles/storage.objectCreator",
    "roles/storage.objectViewer",
}
"""Every role that anything is given. A new one is added here by somebody who thought about it."""
OF_THE_PROJECT = {"roles/logging.logWriter"}
"""Roles that may be given on the whole project without a condition."""

Resource = Mapping[str, Any]


def resources(plan: Plan, kind: str | None = None) -> Iterator[tuple[str, Resource]]:
    """The resources that the plan will make: address and values, of one type or of all."""
    for change in plan["resource_changes"]:
        is_made = change["mode"] == "managed" and change["change"]["after"] is not None
        if is_made and kind in {None, change["type"]}:
            yield change["address"], change["change"]["after"]


def violations(plan: Plan) -> list[str]:
    """Everything in the plan that may not be, one sentence each."""
    return [*_roles(plan), *_openings(plan), *_accounts(plan), *_protection(plan), *_secrets(plan)]


def _grants(plan: Plan) -> Iterator[tuple[str, Resource, list[str]]]:
    for address, values in resources(plan):
        if "_iam_member." in address or "_iam_binding." in address:
            yield address, values, values.get("members") or [values.get("member") or ""]


def _roles(plan: Plan) -> Iterator[str]:
    for address, values, _ in _grants(plan):
        role = values.get("role") or ""
        is_own = role.startswith("projects/")
        if not is_own and role not in ROLES:
            yield f"{address} gives {role or 'an unknown role'}"
        on_project = address.startswith("google_project_iam_")
        if on_project and not values["condition"] and role not in OF_THE_PROJECT:
            yield f"{address} gives {role} on the whole project"
    for address, values in resources(plan, "google_project_iam_custom_role"):
        wide = {it for it in values["permissions"] if it.endswith(("setIamPolicy", ".*"))}
        if wide:
            yield f"{address} holds {sorted(wide)}"


def _openings(plan: Plan) -> Iterator[str]:
    for address, values, members in _grants(plan):
        if EVERYBODY & set(members) and PUBLIC.get(address) != values["role"]:
            yield f"{address} is open to the world"
    for address, values in resources(plan, "google_storage_bucket"):
        is_public = values["public_access_prevention"] != "enforced"
        if is_public and address != "google_storage_bucket.verifiers[0]":
            yield f"{address} may become public"
    for address, values in resources(plan, "google_cloudfunctions2_function"):
        service = values["service_config"][0]
        if service["ingress_settings"] == "ALLOW_ALL":
            yield f"{address} is reached past the load balancer"


def _accounts(plan: Plan) -> Iterator[str]:
    used = Counter(
        values["service_config"][0].get("service_account_email")
        for _, values in resources(plan, "google_cloudfunctions2_function")
    )
    for account, functions in used.items():
        if not account or functions > 1:
            yield f"{functions} functions run as {account}"


def _protection(plan: Plan) -> Iterator[str]:
    for address, values in resources(plan, "google_firestore_database"):
        if values["delete_protection_state"] != "DELETE_PROTECTION_ENABLED":
            yield f"{address} can be deleted"
        if values["point_in_time_recovery_enablement"] != "POINT_IN_TIME_RECOVERY_ENABLED":
            yield f"{address} cannot be read as it was"
        if not values["cmek_config"]:
            yield f"{address} is not under our own key"
    for address, values in resources(plan, "google_storage_bucket"):
        if not values["encryption"] and address != "google_storage_bucket.verifiers[0]":
            yield f"{address} is not under our own key"
        if not values["uniform_bucket_level_access"]:
            yield f"{address} has rights for each object"
    for address, values in resources(plan, "google_secret_manager_secret"):
        replica = values["replication"][0]["user_managed"][0]["replicas"][0]
        if not replica["customer_managed_encryption"]:
            yield f"{address} is not under our own key"
        if values["deletion_protection"] is not True:
            yield f"{address} can be deleted"


def _secrets(plan: Plan) -> Iterator[str]:
    for address, values in resources(plan, "google_secret_manager_secret_version"):
        if values.get("secret_data") is not None:
            yield f"{address} puts a secret into the state"
    for address, values in resources(plan, "google_cloudfunctions2_function"):
        told = values["service_config"][0]["environment_variables"]
        for name in told:
            if name.endswith(("_SECRET", "_KEY", "_TOKEN", "_PASSWORD")):
                yield f"{address} is told {name} in the open"
