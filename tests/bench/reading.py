"""What reading costs: messages a second on one core, and the import.

python -m tests.bench.reading
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from functions.intake.reading import read

MESSAGES = Path(__file__).parents[1] / "fixtures" / "messages"
_ROUNDS = 5
# What any door has loaded long before: the cost of the package is what comes on top.
_IMPORT = (
    "import dataclasses, datetime, enum, functools, itertools, json, pathlib, re, typing, time;"
    "begin = time.process_time(); import functions.intake.reading;"
    "print(time.process_time() - begin)"
)


@dataclass(frozen=True, slots=True)
class Costs:
    """Processor time, so that a busy machine does not count; the best of several rounds."""

    messages_per_second: float
    import_seconds: float
    first_message_seconds: float


def measure() -> Costs:
    """Read every labelled message on one core; import the package in a fresh interpreter."""
    lines = [
        json.loads(line)
        for path in sorted(MESSAGES.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    messages = [(line["text"], datetime.fromisoformat(line["sent_at"])) for line in lines]
    first = _seconds(messages[:1])
    _seconds(messages)
    best = min(_seconds(messages) for _ in range(_ROUNDS))
    imports = min(_import_seconds() for _ in range(3))
    return Costs(len(messages) / best, imports, first)


def _seconds(messages: list[tuple[str, datetime]]) -> float:
    begin = time.process_time()
    for text, sent_at in messages:
        read(text, sent_at)
    return time.process_time() - begin


def _import_seconds() -> float:
    answer = subprocess.run(
        [sys.executable, "-c", _IMPORT], check=True, capture_output=True, text=True
    )
    return float(answer.stdout)


def main() -> None:
    """Print the costs."""
    costs = measure()
    print(f"reading: {costs.messages_per_second:,.0f} messages/s on one core")
    print(f"  import {1000 * costs.import_seconds:.0f} ms (aim: at most 60)")
    print(f"  first message {1000 * costs.first_message_seconds:.0f} ms (loads the catalogue)")


if __name__ == "__main__":
    main()
