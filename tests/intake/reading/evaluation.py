"""How well messages are read: precision, recall and F1 of every field, against labels.

    python -m tests.intake.reading.evaluation [tuning]     every set; the mistakes of one

`tuning.jsonl` is what the rules were made with. `held_out.jsonl` was written before, and nobody
looks into it while writing rules. `strangers.jsonl` was written by others
who knew no rule: questions, complaints and fragments (s001 on), reports in all manners (s201 on),
an ordinary mix (s401 on). The rules read it markedly worse at first sight and learnt from it, so
its table tells what was mended; an unknown message may expect less.

A label is what a careful officer would note; the conventions: a question or small talk tells no
act, time or place; "đang" without a time word is no moment; a part of the day begins at 6, 11, 13,
18 or 22 o'clock. A field on which careful readers may differ has no label.
"""

import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from functions.intake.reading.__main__ import plain
from functions.intake.reading.english import read_any

MESSAGES = Path(__file__).parents[2] / "fixtures" / "messages"
_TOLERANCE = {"minute": timedelta(minutes=5), "hour": timedelta(minutes=30)}
_PART_TOLERANCE = timedelta(hours=2)
FIELDS = (
    "track", "violations", "plates", "moment", "place", "ongoing", "emergency", "phones",
    "procedure",
)  # fmt: skip


@dataclass(slots=True)
class Score:
    """Counts of one field."""

    right: float = 0.0
    found: float = 0.0
    expected: float = 0.0

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what is there that was found."""
        return self.right / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(slots=True)
class Evaluation:
    """The scores of one set of messages; `macro` is the mean of the fields' F1."""

    name: str
    count: int = 0
    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    tracks: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    mistakes: list[str] = field(default_factory=list)

    def f1(self, name: str) -> float:
        """F1 of a field; of the track, the mean over the six tracks."""
        if name == "track":
            return sum(score.f1 for score in self.tracks.values()) / len(self.tracks)
        return self.scores[name].f1

    @property
    def macro(self) -> float:
        """The mean over all fields."""
        return sum(self.f1(name) for name in FIELDS) / len(FIELDS)

    def table(self) -> str:
        """The scores as text."""
        rows = [f"{self.name}: {self.count} messages   precision  recall      F1"]
        for name in FIELDS:
            score = self.scores[name]
            rows.append(
                f"  {name:<22}{score.precision:>12.3f}{score.recall:>8.3f}{self.f1(name):>8.3f}"
            )
        rows.append(f"  {'macro':<22}{'':>20}{self.macro:>8.3f}")
        return "\n".join(rows)


def evaluate(name: str) -> Evaluation:
    """Read a labelled file and compare."""
    result = Evaluation(name)
    for line in (MESSAGES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        message = json.loads(line)
        answer = plain(read_any(message["text"], datetime.fromisoformat(message["sent_at"])))
        _compare(result, message, answer)
    return result


def _compare(result: Evaluation, message: dict[str, Any], answer: dict[str, Any]) -> None:
    expected = message["expected"]
    result.count += 1
    wrong = []
    for name in FIELDS:
        if name not in expected:
            continue
        wanted, got = expected[name], answer[name]
        score = result.scores[name]
        right, found, there = _counts(name, wanted, got)
        score.right += right
        score.found += found
        score.expected += there
        if right < found or right < there:
            wrong.append(f"{name}: {got} instead of {wanted}")
    if "track" in expected:
        result.tracks[expected["track"]].expected += 1
        result.tracks[answer["track"]].found += 1
        result.tracks[expected["track"]].right += expected["track"] == answer["track"]
    if wrong:
        result.mistakes.append(f"{message['id']} {message['text']}\n    " + "\n    ".join(wrong))


def _counts(name: str, wanted: Any, got: Any) -> tuple[float, float, float]:
    """Right, found and expected of one field of one message."""
    if name in ("violations", "plates", "phones"):
        return len(set(wanted) & set(got)), len(set(got)), len(set(wanted))
    if name == "place":
        return _overlap(wanted, got), float(got is not None), float(wanted is not None)
    if name == "moment":
        return float(_same_moment(wanted, got)), float(got is not None), float(wanted is not None)
    return float(bool(wanted) and wanted == got), float(bool(got)), float(bool(wanted))


def _overlap(wanted: dict[str, str] | None, got: dict[str, str] | None) -> float:
    """F1 of the words two places share."""
    if wanted is None or got is None:
        return 0.0
    ours = Counter(got["text"].lower().replace(",", " ").split())
    theirs = Counter(wanted["text"].lower().replace(",", " ").split())
    shared = sum((ours & theirs).values())
    return 2 * shared / (sum(ours.values()) + sum(theirs.values()))


def _same_moment(wanted: dict[str, str] | None, got: dict[str, str] | None) -> bool:
    if wanted is None or got is None or wanted["precision"] != got["precision"]:
        return False
    apart = abs(datetime.fromisoformat(wanted["start"]) - datetime.fromisoformat(got["start"]))
    return apart <= _TOLERANCE.get(wanted["precision"], _PART_TOLERANCE)


if __name__ == "__main__":
    for split in ("tuning", "held_out", "strangers"):
        evaluation = evaluate(split)
        print(evaluation.table())
        if split in sys.argv:
            print("\n".join(evaluation.mistakes))
