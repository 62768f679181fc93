"""Puts units, pages and officers into the record: `python -m infra.operations.province FILE`.

The file is of the kind of `infra/local/province.json`. What is there already stays as it is, so the
command may be given again after a page or an officer was added. It writes with the operator's own
rights (`gcloud auth application-default login`).
"""

import argparse
from pathlib import Path

from infra.local.province import read_province
from infra.local.seed import seed_province


def main() -> None:
    """Read the file, create what is missing."""
    from google.cloud.firestore import Client

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="the province's units, pages and officers")
    parser.add_argument("--project", required=True, help="the Google Cloud project")
    arguments = parser.parse_args()
    province = read_province(arguments.file)
    seed_province(Client(project=arguments.project), province)
    print(
        f"{len(province.units)} units, {len(province.pages)} pages and "
        f"{len(province.officers)} officers are in {arguments.project}."
    )


if __name__ == "__main__":
    main()
