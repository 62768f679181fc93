"""The command line: one line out for every line in."""

import json
import os
import subprocess
import sys
from typing import Any

from functions.intake.reading.__main__ import readings
from tests.intake.reading.evaluation import MESSAGES

SENT = "2026-11-21T08:15:00+07:00"


def message(text: str, **other: Any) -> bytes:
    return json.dumps({"id": "m1", "text": text, "sent_at": SENT, **other}).encode()


def test_a_line_is_answered_in_the_fields_of_the_evaluation() -> None:
    text = "7h30 sáng nay xe 14A-123.45 vượt đèn đỏ ngã tư Loong Toòng, gọi tôi 0912345678"
    assert list(readings([message(text)])) == [
        {
            "id": "m1",
            "track": "violation",
            "violations": ["den_do"],
            "plates": ["14A-123.45"],
            "moment": {"start": "2026-11-21T07:30:00+07:00", "precision": "minute"},
            "place": {"text": "ngã tư Loong Toòng"},
            "ongoing": False,
            "emergency": False,
            "phones": ["0912345678"],
            "procedure": None,
        }
    ]


def test_a_broken_line_answers_an_error_and_the_rest_goes_on() -> None:
    lines = [b"", b"{", b"[1]", b'{"id": 7}', message("", sent_at="yesterday"), message("alo")]
    answers = list(readings(lines))
    assert [sorted(answer) == ["error", "id"] for answer in answers] == [True] * 5 + [False]
    assert answers[3]["id"] == 7


def test_a_line_that_is_not_utf_8_answers_an_error() -> None:
    (answer,) = readings([b'{"id": "\xff"}'])
    assert "error" in answer


def test_a_time_without_an_offset_is_that_of_viet_nam() -> None:
    (answer,) = readings([message("hôm qua xe 14A-123.45 vượt đèn đỏ", sent_at="2026-11-21T08:15")])
    assert answer["moment"]["start"] == "2026-11-20T00:00:00+07:00"


def test_the_command_keeps_the_order_and_never_stops() -> None:
    lines = [message("alo", id=1), b"broken", message("cháy nhà", id=3)]
    done = subprocess.run(
        [sys.executable, "-m", "functions.intake.reading"],
        input=b"\n".join(lines) + b"\n",
        capture_output=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, None, 3]


READ_ALL = """
import json, sys
from datetime import datetime
from functions.intake.reading import read
for line in sys.stdin:
    message = json.loads(line)
    print(read(message["text"], datetime.fromisoformat(message["sent_at"])))
"""


def test_every_process_reads_the_same() -> None:
    """Not only the same fields: spans and confidences too, whatever the order of a set."""
    lines = (MESSAGES / "tuning.jsonl").read_bytes()
    answers = [
        subprocess.run(
            [sys.executable, "-c", READ_ALL],
            input=lines,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert answers[0] == answers[1]
