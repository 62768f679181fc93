"""Log lines: one JSON object each, whatever is in it, and never a citizen's words."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.cloud.logs import JsonLines, configure_logs

WORDS = "0912 345 678 xe tải"


def _lines(write: Any) -> list[str]:
    """The lines that a logger writes."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    logger = logging.Logger("functions.tested")
    logger.addHandler(handler)
    write(logger)
    return out.getvalue().split("\n")[:-1]


def _line(write: Any) -> dict[str, Any]:
    [line] = _lines(write)
    read: dict[str, Any] = json.loads(line)
    return read


def test_a_line_is_what_cloud_logging_reads() -> None:
    line = _line(lambda log: log.warning("not done", extra={"report": "r1", "tries": 3}))

    assert line == {
        "severity": "WARNING",
        "message": "not done",
        "logger": "functions.tested",
        "report": "r1",
        "tries": 3,
    }


def test_an_exception_shows_where_it_happened_and_not_what_it_said() -> None:
    def fail(log: logging.Logger) -> None:
        try:
            try:
                raise KeyError(WORDS)
            except KeyError as cause:
                raise ValueError(f"no number in {WORDS}") from cause
        except ValueError:
            log.exception("unexpected")

    line = _line(fail)

    assert line["error"] == "ValueError"
    assert any("test_logs.py" in place and "fail" in place for place in line["stack"])
    assert WORDS not in json.dumps(line, ensure_ascii=False)


@settings(deadline=None)
@given(st.text(), st.text())
def test_nothing_in_a_field_starts_a_new_line(message: str, value: str) -> None:
    [line] = _lines(lambda log: log.info("%s", message, extra={"reason": value}))

    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["reason"] == value


@pytest.mark.parametrize(
    "value", ["a\r\nb", "a\x1b[31mb", "a\x9b31mb", "a\u2028b", "a\x85b", "\ud800"], ids=ascii
)
def test_a_forged_line_stays_in_its_field(value: str) -> None:
    assert _line(lambda log: log.info("said", extra={"reason": value}))["reason"] == value


def test_a_field_that_json_does_not_know_is_written_as_text() -> None:
    line = _line(lambda log: log.info("said", extra={"queues": {1}, "kind": ValueError}))

    assert line["queues"] == "{1}"


@contextmanager
def _root_logger_restored() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        yield root
    finally:
        root.handlers[:], level = before
        root.setLevel(level)


def test_a_process_logs_to_its_output_once_however_often_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    with _root_logger_restored():
        configure_logs()
        configure_logs()
        logging.getLogger("functions.tested").info("said", extra={"report": "r1"})

    [line] = out.getvalue().splitlines()
    assert json.loads(line)["report"] == "r1"
