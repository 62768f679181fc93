"""Read messages from the standard input, one JSON object a line: `{"id", "text", "sent_at"}`.

    python -m functions.intake.reading < messages.jsonl > readings.jsonl

One line out for every line in, in the same order; a line that cannot be read answers
`{"id": …, "error": …}` and the rest goes on.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from functions.intake.reading import Reading
from functions.intake.reading.english import read_any
from functions.vietnam import VIETNAM


def readings(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """What each line says, or why it cannot be read."""
    for line in lines:
        identity = None
        try:
            message = json.loads(line)
            if not isinstance(message, dict):
                raise ValueError("not a JSON object")
            identity = message.get("id")
            text, sent_at = message["text"], datetime.fromisoformat(message["sent_at"])
            if not isinstance(text, str):
                raise ValueError("text is not a string")
            if sent_at.tzinfo is None:
                sent_at = sent_at.replace(tzinfo=VIETNAM)
            yield {"id": identity, **plain(read_any(text, sent_at))}
        except KeyError as error:
            yield {"id": identity, "error": f"missing {error.args[0]}"}
        except (ValueError, TypeError, OverflowError) as error:
            yield {"id": identity, "error": str(error)}


def plain(reading: Reading) -> dict[str, Any]:
    """A reading as JSON, in the fields of the evaluation."""
    moment, place = reading.moment, reading.place
    return {
        "track": reading.track,
        "violations": [violation.slug for violation in reading.violations],
        "plates": [plate.number for plate in reading.plates],
        "moment": {"start": moment.start.isoformat(), "precision": moment.precision}
        if moment
        else None,
        "place": {"text": place.text} if place else None,
        "ongoing": reading.ongoing is not None,
        "emergency": reading.emergency is not None,
        "phones": [phone.national for phone in reading.phones],
        "procedure": reading.procedure,
    }


def main() -> None:
    """Standard input to standard output."""
    for answer in readings(sys.stdin.buffer):
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
