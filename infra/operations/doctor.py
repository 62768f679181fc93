"""Is a deployed system well? `make doctor` asks, changes nothing, and ends with 1 if it is not.

What there is to look at comes from Terraform's outputs: `terraform -chdir=infra output -json`.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import urllib3

from infra.operations import checks
from infra.operations.checks import Finding, System, Verdict
from infra.operations.google import GoogleOverHttp, NotAnswered, WebOverHttp, access_token

INFRA = Path(__file__).resolve().parents[1]


def system_of(outputs: Mapping[str, Any], now: datetime) -> System:
    """The system that Terraform's outputs describe."""
    values = {name: output["value"] for name, output in outputs.items()}
    return System(
        project=values["project"],
        region=values["region"],
        functions=values["functions"],
        queues=values["queues"],
        secrets=values["empty_secrets"],
        pages=values["pages"],
        webhook_address=values["webhook_address"],
        admin_address=values["admin_address"],
        now=now,
    )


def told(findings: Iterable[Finding]) -> tuple[str, bool]:
    """The findings as text, worst first, and whether all is well."""
    ranks = (Verdict.ILL, Verdict.UNKNOWN, Verdict.WELL)
    ordered = sorted(findings, key=lambda finding: ranks.index(finding.verdict))
    lines = [f"{it.verdict:<8}{it.subject:<40}{it.detail}".rstrip() for it in ordered]
    return "\n".join(lines), all(it.verdict is Verdict.WELL for it in ordered)


def main() -> int:
    """Ask, print, and give the process's status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outputs", type=Path, help="Terraform's outputs as JSON, from a file")
    arguments = parser.parse_args()
    try:
        outputs = json.loads(arguments.outputs.read_text() if arguments.outputs else _outputs())
        pool = urllib3.PoolManager()
        system = system_of(outputs, datetime.now(UTC))
        google = GoogleOverHttp(pool, access_token())
        text, is_well = told(checks.examine(system, google, WebOverHttp(pool)))
    except (NotAnswered, KeyError) as problem:
        print(f"The doctor cannot begin: {problem}", file=sys.stderr)
        return 2
    print(text)
    return 0 if is_well else 1


def _outputs() -> str:
    ended = subprocess.run(
        ["terraform", f"-chdir={INFRA}", "output", "-json"],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise NotAnswered("terraform gives no outputs: run `make plan` with this environment first")
    return ended.stdout


if __name__ == "__main__":
    sys.exit(main())
