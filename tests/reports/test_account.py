"""What a reporter told: findings in any order, one account out."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.reports.account import Account, Fact, Finding, Gap, Precision
from functions.reports.tracks import Track

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def told(fact: Fact, value: str = "", minute: int = 0, **more: object) -> Finding:
    return Finding.model_validate(
        {
            "fact": fact,
            "item_id": f"m{minute}",
            "at": NOON + minute * MINUTE,
            "value": value,
            **more,
        }
    )


def moment(start: datetime, precision: Precision, minute: int = 0) -> Finding:
    return told(Fact.TIME, start.isoformat(), minute, start=start, precision=precision)


FULL = (
    told(Fact.TRACK, "violation"),
    told(Fact.ACT, "den_do"),
    told(Fact.PLACE, "ngã tư Loong Toòng"),
    moment(NOON, Precision.MINUTE),
    told(Fact.SUBJECT, "14A-123.45"),
    told(Fact.MEDIA, "2"),
)

_FINDINGS = st.lists(
    st.builds(
        told,
        st.sampled_from([Fact.ACT, Fact.PLACE, Fact.SUBJECT, Fact.TRACK, Fact.ONGOING]),
        st.sampled_from(["", "den_do", "14A-123.45", "crime_tip", "yes", "no"]),
        st.integers(0, 4),
        replaces=st.booleans(),
    )
)


@given(_FINDINGS, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_findings_changes_an_account(
    findings: list[Finding], chance: Random
) -> None:
    shuffled = [*findings, *findings[::2]]
    chance.shuffle(shuffled)
    half = chance.randint(0, len(shuffled))

    in_parts = Account(findings=tuple(shuffled[:half])).joined(shuffled[half:])

    assert in_parts == Account(findings=tuple(findings))


def test_nothing_told_is_a_violation_of_which_all_is_missing() -> None:
    account = Account()

    assert account.track is Track.VIOLATION
    assert account.gaps == (Gap.ACT, Gap.PLACE, Gap.TIME, Gap.SUBJECT, Gap.MEDIA)
    assert (account.moment, account.place, account.media) == (None, None, 0)


def test_an_account_with_everything_is_complete() -> None:
    account = Account(findings=FULL)

    assert account.is_complete
    assert account.known == (Gap.ACT, Gap.PLACE, Gap.TIME, Gap.SUBJECT, Gap.MEDIA)


@pytest.mark.parametrize("gap", list(Gap)[:5])
def test_each_thing_that_is_missing_is_a_gap(gap: Gap) -> None:
    account = Account(findings=tuple(one for one in FULL if one.fact.value != gap.value))

    assert account.gaps == (gap,)


@pytest.mark.parametrize(
    ("track", "wanted"),
    [
        ("crime_tip", {Gap.ACT, Gap.PLACE, Gap.TIME, Gap.SUBJECT, Gap.SOURCE}),
        ("order", {Gap.ACT, Gap.PLACE, Gap.ONGOING}),
        ("petition", {Gap.ACT}),
        ("question", set()),
    ],
)
def test_each_track_wants_its_own_things(track: str, wanted: set[Gap]) -> None:
    assert set(Account(findings=(told(Fact.TRACK, track),)).gaps) == wanted


def test_a_description_is_enough_in_a_crime_tip_but_no_plate_of_a_violation() -> None:
    described = told(Fact.SUBJECT, said="xe màu trắng")

    assert Gap.SUBJECT in Account(findings=(described,)).gaps
    assert Gap.SUBJECT not in Account(findings=(described, told(Fact.TRACK, "crime_tip"))).gaps


def test_an_act_without_a_vehicle_wants_no_plate() -> None:
    dried = told(Fact.ACT, "phoi_lua")

    assert Gap.SUBJECT not in Account(findings=(dried,)).gaps
    assert Gap.SUBJECT in Account(findings=(dried, told(Fact.ACT, "den_do", 1))).gaps


def test_of_several_tracks_the_one_whose_law_demands_most_decides() -> None:
    tracks = [told(Fact.TRACK, track.value) for track in (Track.ORDER, Track.CRIME_TIP)]

    assert Account(findings=tuple(tracks)).track is Track.CRIME_TIP


def test_several_plates_and_acts_are_kept_in_the_order_told() -> None:
    account = Account(
        findings=(
            told(Fact.SUBJECT, "14C-543.21", 1),
            told(Fact.SUBJECT, "14A-123.45", 0),
            told(Fact.SUBJECT, "14A-123.45", 2),
        )
    )

    assert account.plates == ("14A-123.45", "14C-543.21")


def test_a_correction_takes_the_place_of_what_was_told_before_it_only() -> None:
    account = Account(
        findings=(
            told(Fact.SUBJECT, "14A-123.45", 0),
            told(Fact.PLACE, "Loong Toòng", 0),
            told(Fact.SUBJECT, "14C-543.21", 1, replaces=True),
            told(Fact.SUBJECT, "14C-777.77", 2),
        )
    )

    assert account.plates == ("14C-543.21", "14C-777.77")
    assert account.place is not None


def test_the_sharpest_moment_is_the_moment() -> None:
    account = Account(
        findings=(
            moment(NOON, Precision.PART_OF_DAY, 0),
            moment(NOON + 5 * MINUTE, Precision.MINUTE, 1),
            moment(NOON + 9 * MINUTE, Precision.MINUTE, 2),
        )
    )

    assert account.moment is not None
    assert account.moment.start == NOON + 5 * MINUTE


def test_what_goes_on_happens_when_that_is_said() -> None:
    account = Account(findings=(told(Fact.ONGOING, "yes", 3),))

    assert account.moment is not None
    assert account.moment.start == NOON + 3 * MINUTE
    assert Gap.TIME not in account.gaps


def test_it_goes_on_until_it_is_said_to_have_ended() -> None:
    going_on = Account(findings=(told(Fact.ONGOING, "yes", 0),))

    assert going_on.ongoing
    assert not going_on.joined([told(Fact.ONGOING, "no", 1)]).ongoing


def test_a_shared_point_and_words_make_one_place() -> None:
    account = Account(
        findings=(
            told(Fact.PLACE, latitude=20.95, longitude=107.07),
            told(Fact.PLACE, "ngã tư Loong Toòng", 1),
        )
    )

    assert account.place is not None
    assert account.place.text == "ngã tư Loong Toòng"
    assert (account.place.latitude, account.place.longitude) == (20.95, 107.07)


def test_pictures_of_all_messages_are_counted() -> None:
    assert Account(findings=(told(Fact.MEDIA, "2"), told(Fact.MEDIA, "3", 1))).media == 5


def test_an_account_without_some_items_knows_nothing_of_them() -> None:
    account = Account(findings=(told(Fact.ACT, "den_do"), told(Fact.SUBJECT, "14A-123.45", 1)))

    assert account.without(["m1"]).plates == ()
    assert account.without(["m1"]).violations == ("den_do",)


def test_an_account_comes_back_from_the_record_as_it_was() -> None:
    account = Account(findings=FULL)

    assert Account.model_validate(account.model_dump(mode="json")) == account


def test_a_place_is_told_by_all_words_that_say_more() -> None:
    words = ("xã An Hòa", "quán ở xã An Hòa", "thôn Đoài")
    account = Account(findings=tuple(told(Fact.PLACE, said) for said in words))

    assert account.place is not None
    assert account.place.text == "quán ở xã An Hòa; thôn Đoài"


@pytest.mark.parametrize(("act", "is_pressing"), [("dua_xe", True), ("do_bien_cam", False)])
def test_an_officer_is_alerted_to_what_endangers(act: str, is_pressing: bool) -> None:
    account = Account(findings=(told(Fact.ACT, act), told(Fact.ONGOING, "yes")))

    assert account.is_pressing == is_pressing


def test_who_says_that_there_is_no_plate_is_not_asked_for_one() -> None:
    account = Account(findings=(told(Fact.ACT, "qua_kho"), told(Fact.ACT, "khong_bien_so")))

    assert Gap.SUBJECT not in account.gaps
