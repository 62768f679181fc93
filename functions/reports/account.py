"""What a reporter told, put together: findings in, an account out. Pure.

An account is a function of the set of its findings: it is kept in one order, and each finding once,
so neither the order nor the repetition of messages can change it.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from functions.reports.tracks import Track

SAID_CHARACTERS = 200
"""How much of the reporter's words a finding keeps; the whole stands in the timeline."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Fact(StrEnum):
    """What a finding tells."""

    TRACK = "track"
    ACT = "act"
    """`value` is a slug of the violation catalogue; empty for an act in the reporter's words."""
    TIME = "time"
    PLACE = "place"
    SUBJECT = "subject"
    """`value` is a number plate; empty for a vehicle or a person in the reporter's words."""
    MEDIA = "media"
    """`value` is how many pictures, clips or files came with the message."""
    ONGOING = "ongoing"
    """`value` is "yes", or "no" from when it had ended."""
    SOURCE = "source"
    """How the reporter knows (Circular 28/2020/TT-BCA, article 5)."""
    PHONE = "phone"
    """`value` is a number, E.164."""
    EMERGENCY = "emergency"
    """`value` is the kind of danger."""
    COMPLAINT = "complaint"
    """About an officer: for the inspectorate only."""


class Gap(StrEnum):
    """What an account may lack. In the order in which it is asked for."""

    ACT = "act"
    PLACE = "place"
    TIME = "time"
    SUBJECT = "subject"
    MEDIA = "media"
    ONGOING = "ongoing"
    SOURCE = "source"


class Precision(StrEnum):
    """How sharp a moment is; the sharpest first."""

    MINUTE = "minute"
    HOUR = "hour"
    PART_OF_DAY = "part_of_day"
    DAY = "day"


class Finding(_Record):
    """One fact, and the message that tells it."""

    fact: Fact
    item_id: str
    """The timeline item that tells it."""
    at: datetime
    """When that was sent."""
    value: str = ""
    said: str = ""
    """The words that tell it."""
    start: datetime | None = None
    """With TIME: when it began."""
    end: datetime | None = None
    precision: Precision | None = None
    latitude: float | None = None
    """With PLACE: WGS 84 degrees, where a point was shared."""
    longitude: float | None = None
    replaces: bool = False
    """A correction: what was told before about the same fact does not hold any more."""

    @property
    def place_in_time(self) -> tuple[datetime, str]:
        """What findings are ordered by, whatever order they arrive in."""
        return self.at, self.item_id


class Moment(_Record):
    """When it happened."""

    start: datetime
    end: datetime | None = None
    precision: Precision
    said: str = ""


class Place(_Record):
    """Where it happened: words, a shared point, or both."""

    text: str = ""
    latitude: float | None = None
    longitude: float | None = None


_HEAVIEST = (Track.CRIME_TIP, Track.VIOLATION, Track.ORDER, Track.PETITION, Track.QUESTION)
"""Of several matters in one report, the one whose law demands most decides."""

_WANTED: dict[Track, tuple[Gap, ...]] = {
    Track.VIOLATION: (Gap.ACT, Gap.PLACE, Gap.TIME, Gap.SUBJECT, Gap.MEDIA),
    Track.CRIME_TIP: (Gap.ACT, Gap.PLACE, Gap.TIME, Gap.SUBJECT, Gap.SOURCE),
    Track.ORDER: (Gap.ACT, Gap.PLACE, Gap.ONGOING),
    Track.PETITION: (Gap.ACT,),
    Track.QUESTION: (),
}
"""What makes a report actionable. A crime tip may not depend on a picture, nor a petition on a
place."""


_WITHOUT_VEHICLE = frozenset(
    {
        "long_duong_via_he", "che_bien_bao", "chuong_ngai", "rai_dinh", "nem_da", "phoi_lua",
        "xoa_hien_truong", "tai_san_giao_thong", "co_vu_dua_xe", "do_trom", "khong_bien_so",
    }
)  # fmt: skip
"""Acts of the violation catalogue that name no number plate."""
_MOST_PLACES = 2
_PLATELESS = "khong_bien_so"
_ENDANGERS = frozenset(
    {
        "nguoc_chieu", "nguoc_chieu_cao_toc", "mo_to_vao_cao_toc", "dung_do_cao_toc",
        "don_tra_cao_toc", "toc_do_35", "con_1", "con_2", "con_3", "ma_tuy_lai_xe", "lang_lach",
        "boc_dau", "nhom_toc_do", "net_po", "dua_xe", "co_vu_dua_xe", "bo_chay_tngt", "gay_tngt",
        "nguoi_ngoai_xe", "chuong_ngai", "rai_dinh", "nem_da",
    }
)  # fmt: skip
"""Acts for which an officer is alerted while they go on; for a parked car nobody is."""


class Account(_Record):
    """All that a reporter told about one happening."""

    findings: tuple[Finding, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        ordered = tuple(sorted(set(self.findings), key=_order))
        if ordered != self.findings:
            object.__setattr__(self, "findings", ordered)
        return self

    def joined(self, findings: Iterable[Finding]) -> "Account":
        """The account with these findings too."""
        return Account(findings=(*self.findings, *findings))

    def without(self, item_ids: Iterable[str]) -> "Account":
        """The account without what these items told."""
        gone = frozenset(item_ids)
        return Account(findings=tuple(each for each in self.findings if each.item_id not in gone))

    def told(self, fact: Fact) -> tuple[Finding, ...]:
        """What holds of that fact, oldest first: nothing that was corrected later."""
        all_told = [finding for finding in self.findings if finding.fact is fact]
        corrected = max((each.place_in_time for each in all_told if each.replaces), default=None)
        return tuple(
            each for each in all_told if corrected is None or each.place_in_time >= corrected
        )

    @property
    def track(self) -> Track:
        """Which law and clock applies; a violation, until something else is told.

        What is about an officer stays that, whatever vehicle they drove.
        """
        if self.is_complaint:
            return Track.PETITION
        told = {finding.value for finding in self.told(Fact.TRACK)}
        return next((track for track in _HEAVIEST if track.value in told), Track.VIOLATION)

    @property
    def violations(self) -> tuple[str, ...]:
        """Slugs of the violation catalogue."""
        return self._values(Fact.ACT)

    @property
    def plates(self) -> tuple[str, ...]:
        """Number plates in normal form."""
        return self._values(Fact.SUBJECT)

    @property
    def phones(self) -> tuple[str, ...]:
        """Telephone numbers, E.164."""
        return self._values(Fact.PHONE)

    @property
    def media(self) -> int:
        """How many pictures, clips and files came."""
        return sum(int(finding.value) for finding in self.told(Fact.MEDIA))

    @property
    def moment(self) -> Moment | None:
        """When it happened: the sharpest moment told; what goes on happens when that is said."""
        told = [
            Moment(start=each.start, end=each.end, precision=each.precision, said=each.said)
            for each in self.told(Fact.TIME)
            if each.start is not None and each.precision is not None
        ]
        if told:
            sharpness = list(Precision)
            return min(told, key=lambda moment: sharpness.index(moment.precision))
        going_on = [each for each in self.told(Fact.ONGOING) if each.value == "yes"]
        if not going_on:
            return None
        first = going_on[0]
        return Moment(start=first.at, precision=Precision.HOUR, said=first.said)

    @property
    def place(self) -> Place | None:
        """Where it happened: the words told, the fullest first, and the first point shared."""
        told = self.told(Fact.PLACE)
        if not told:
            return None
        point = next((each for each in told if each.latitude is not None), None)
        return Place(
            text="; ".join(_fullest([each.value for each in told])),
            latitude=point.latitude if point else None,
            longitude=point.longitude if point else None,
        )

    @property
    def ongoing(self) -> bool:
        """Whether it was going on when last something was said about that."""
        told = self.told(Fact.ONGOING)
        return bool(told) and told[-1].value == "yes"

    @property
    def is_pressing(self) -> bool:
        """Whether the officer on duty has to know at once: somebody may be in danger."""
        if self.emergency is not None:
            return True
        if self.track is Track.VIOLATION:
            return self.ongoing and not _ENDANGERS.isdisjoint(self.violations)
        return self.ongoing and self.track in {Track.ORDER, Track.CRIME_TIP}

    @property
    def emergency(self) -> str | None:
        """The kind of danger somebody is in, told first."""
        return next((finding.value for finding in self.told(Fact.EMERGENCY)), None)

    @property
    def is_complaint(self) -> bool:
        """Whether it is about an officer."""
        return bool(self.told(Fact.COMPLAINT))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is still missing for its track, in the order in which it is asked for."""
        return tuple(gap for gap in self._wanted if not self._has(gap))

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing: "đủ căn cứ"."""
        return not self.gaps

    @property
    def known(self) -> tuple[Gap, ...]:
        """What its track asks for and is there."""
        return tuple(gap for gap in self._wanted if self._has(gap))

    @property
    def _wanted(self) -> tuple[Gap, ...]:
        track, acts = self.track, self.violations
        names_none = bool(acts) and (_WITHOUT_VEHICLE.issuperset(acts) or _PLATELESS in acts)
        if track is Track.VIOLATION and names_none and not self.plates:
            return tuple(gap for gap in _WANTED[track] if gap is not Gap.SUBJECT)
        return _WANTED[track]

    def _has(self, gap: Gap) -> bool:
        if gap is Gap.TIME:
            return self.moment is not None
        if gap is Gap.SUBJECT and self.track is Track.VIOLATION:
            # Whom to write to is known from a plate, not from "xe màu trắng".
            return bool(self.plates)
        return bool(self.told(Fact(gap.value)))

    def _values(self, fact: Fact) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.value for each in self.told(fact) if each.value))


def _fullest(words: list[str]) -> list[str]:
    """Words that say more than the others; few, since a place is one place."""
    apart: list[str] = []
    for said in sorted(filter(None, words), key=len, reverse=True):
        if not any(said.casefold() in other.casefold() for other in apart):
            apart.append(said)
    return apart[:_MOST_PLACES]


def _order(finding: Finding) -> tuple[object, ...]:
    rest = finding.value, finding.said, str(finding.start), str(finding.end), finding.replaces
    return *finding.place_in_time, finding.fact, *rest
