"""What 1,000 reports cost, and a month without any: `python -m infra.operations.costs`.

Counts come from `measured.json` (`make bench` prints the Firestore ones), prices from
`prices.json`. Both carry their date; the first month's bill replaces them. Free quotas are not
counted.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPORTS = 1000
PAGES = 127

RUNNING = ("Firestore operations", "Cloud Run", "Cloud Tasks", "logs")
"""What doing the work costs; the rest is for keeping and showing media."""

_MIB_IN_GIB, _KIB_IN_GIB = 1024, 1024**2
_RUNS_A_MONTH = 30 * 24 * 60

Values = Mapping[str, Any]


def read(name: str) -> Values:
    """One of the two files."""
    values: Values = json.loads((HERE / name).read_text(encoding="utf-8"))
    return values


def for_reports(measured: Values, prices: Values, reports: int = REPORTS) -> dict[str, float]:
    """What so many reports cost, by the thing paid for."""
    seconds = sum(measured["vcpu_seconds"].values())
    media = measured["media_mib"] / _MIB_IN_GIB
    shown = measured["previews_shown"] * measured["preview_kib"] / _KIB_IN_GIB
    one = {
        "Firestore operations": sum(
            measured[kind] * prices["firestore_per_100k"][kind] / 100_000
            for kind in ("reads", "writes", "deletes")
        ),
        "Cloud Run": seconds
        * (prices["run_vcpu_second"] + measured["instance_gib"] * prices["run_gib_second"])
        + sum(measured["requests"].values()) * prices["run_million_requests"] / 1_000_000,
        # A call to make it and one to deliver it.
        "Cloud Tasks": 2 * measured["tasks"] * prices["tasks_million_operations"] / 1_000_000,
        "logs": measured["log_kib"] / _KIB_IN_GIB * prices["logging_gib"],
        "documents, a month": (
            measured["document_kib"] / _KIB_IN_GIB * prices["firestore_gib_month"]
        ),
        "originals, a month": media * prices["storage_gib_month"],
        "previews shown": shown * prices["egress_gib"],
        "originals opened": measured["times_opened"] * media * prices["egress_gib"],
    }
    return {thing: cost * reports for thing, cost in one.items()}


def for_a_month(prices: Values, pages: int = PAGES) -> dict[str, float]:
    """What a month costs before anybody writes, by the thing paid for."""
    return {
        "the webhook's warm instance": prices["run_idle_instance_month"],
        "load balancer": prices["load_balancer_month"],
        "Cloud Armor": 2 * prices["armor_policy_month"] + 5 * prices["armor_rule_month"],
        "keys": 4 * prices["kms_key_version_month"] + prices["kms_hsm_rsa3072_month"],
        # The last five versions of each grant are kept.
        "pages' grants": 5 * pages * prices["secret_version_month"],
        # Each run takes half a second, reads every page and its pointer, and asks four queries.
        "upkeep": _RUNS_A_MONTH
        * (
            0.5 * prices["run_vcpu_second"]
            + (2 * pages + 4) * prices["firestore_per_100k"]["reads"] / 100_000
        ),
        "clock and names": prices["scheduler_job_month"] + prices["dns_zone_month"],
    }


def table(costs: Mapping[str, float], title: str) -> str:
    """The costs as a table in Markdown, with their sum."""
    lines = [f"| {title} | USD |", "|---|---:|"]
    lines += [f"| {thing} | {cost:.2f} |" for thing, cost in costs.items()]
    return "\n".join([*lines, f"| **together** | **{sum(costs.values()):.2f}** |"])


def report(measured: Values, prices: Values, pages: int = PAGES) -> str:
    """Both tables, and what the goal counts."""
    costs = for_reports(measured, prices)
    running = sum(costs[thing] for thing in RUNNING)
    return "\n\n".join(
        (
            table(costs, f"1,000 reports ({measured['report']})"),
            f"Without keeping and showing media: **{running:.2f} USD** (goal: at most 0.50).",
            table(for_a_month(prices, pages), f"A month with {pages} pages, before anybody writes"),
            f"Counts of {measured['measured']}, prices of {prices['dated']}.",
        )
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=PAGES, help="Zalo pages of the province")
    print(report(read("measured.json"), read("prices.json"), parser.parse_args().pages))


if __name__ == "__main__":
    main()
