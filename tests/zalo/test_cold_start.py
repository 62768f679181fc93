"""What the webhook imports of this package costs next to nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLOW = ["pydantic", "urllib3", "cryptography", "google.api_core", "flask", "ssl", "http.client"]


@pytest.mark.parametrize("module", ["signature", "envelope"])
def test_the_door_imports_the_standard_library_only(module: str) -> None:
    program = (
        f"import sys; sys.path.insert(0, '.'); import functions.zalo.{module}\n"
        f"print([name for name in {SLOW!r} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert found.stdout.strip() == "[]"
