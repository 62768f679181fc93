"""`python -m tests.journeys.transcripts [name …]`: play conversations again and write them down."""

import sys
import tempfile
from pathlib import Path

from functions.errors import TinBaoError
from infra.local.province import read_province
from infra.local.settings import PROVINCE
from tests import emulators
from tests.journeys.transcripts.script import read_script
from tests.journeys.transcripts.stage import Stage

_FOLDER = Path(__file__).parent


def write(names: list[str]) -> None:
    """Play these (all, if none is named); what cannot be played stays as it is written."""
    province = read_province(PROVINCE)
    with (
        tempfile.TemporaryDirectory() as folder,
        emulators.environment(Path(folder)) as any_project,
    ):
        for path in sorted(_FOLDER.glob("*.txt")):
            if names and path.stem not in names:
                continue
            project = emulators.new_project(any_project.firestore_host, any_project.storage_folder)
            script = read_script(path.read_text(encoding="utf-8"))
            try:
                path.write_text(Stage(project, province, script).play(), encoding="utf-8")
                print(path.stem)
            except (TinBaoError, ValueError) as problem:
                print(f"{path.stem}: {type(problem).__name__}: {problem}")


if __name__ == "__main__":
    write(sys.argv[1:])
