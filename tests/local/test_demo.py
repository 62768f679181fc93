"""The demo plays the whole story on a running system, or says in one sentence what is missing."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.demo import play
from infra.local.province import read_province
from infra.local.settings import PROVINCE, REPOSITORY
from infra.local.system import LocalSystem


def test_without_a_running_system_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.local.demo", "--data", str(tmp_path)]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert ended.stderr == "Hệ thống chưa chạy: xin mở một cửa sổ khác và gõ `make run` trước.\n"


@pytest.mark.journey
@pytest.mark.xdist_group("launcher")
def test_the_story_is_played_to_its_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with LocalSystem(data=tmp_path, free_ports=True) as system:
        addresses = system.addresses
        code = play(addresses.simulator, addresses.admin, read_province(PROVINCE))
    said = capsys.readouterr().out
    assert f"Kết quả phản ánh {code}" in said
    assert "Xem 3 tệp chứng cứ" in said
