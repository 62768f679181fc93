"""How well labelled messages are read; the tables stand in the output of `make test`."""

import sys

import pytest

from tests.intake.reading.evaluation import FIELDS, Evaluation, evaluate

AIMS = {"tuning": 0.95, "held_out": 0.95, "strangers": 0.90}
LEAST = {"tuning": 0.9, "held_out": 0.9, "strangers": 0.8}


@pytest.fixture(scope="module", params=list(AIMS))
def evaluation(request: pytest.FixtureRequest) -> Evaluation:
    return evaluate(request.param)


def test_the_macro_score_reaches_its_aim(
    evaluation: Evaluation, capfd: pytest.CaptureFixture[str]
) -> None:
    with capfd.disabled():
        print("\n" + evaluation.table(), file=sys.stderr)
    assert evaluation.macro >= AIMS[evaluation.name]


@pytest.mark.parametrize("name", FIELDS)
def test_no_field_is_left_behind(evaluation: Evaluation, name: str) -> None:
    assert evaluation.f1(name) >= LEAST[evaluation.name]


def test_no_wrong_plate_is_read(evaluation: Evaluation) -> None:
    assert evaluation.scores["plates"].precision == 1


def test_no_emergency_is_missed(evaluation: Evaluation) -> None:
    assert evaluation.scores["emergency"].recall >= 0.97


def test_every_field_has_enough_cases(evaluation: Evaluation) -> None:
    assert evaluation.count >= 160
    for name in FIELDS:
        assert evaluation.scores[name].expected >= (2 if name == "phones" else 20)
