"""What a report has and lacks, in a citizen's words. Pure; the wording is the catalogue's."""

from datetime import timedelta

from functions.followups.acts import act_named
from functions.followups.notices import language_of
from functions.followups.sentences import Choice, Language, choices, fill
from functions.intake.effects import Checklist
from functions.intake.phrases import asks
from functions.reports.account import Account, Fact, Gap, Moment, Precision
from functions.reports.model import Report
from functions.reports.tracks import Track
from functions.vietnam import VIETNAM

_MOST_GAP_BUTTONS = 3
_MOST_BUTTONS = 5
_PARTS = {
    Gap.TIME: "time",
    Gap.PLACE: "place",
    Gap.MEDIA: "media",
    Gap.ONGOING: "ongoing",
    Gap.SOURCE: "source",
}
_MOST_OF_A_KIND = 3
_SUMMARY_CHARACTERS = 120
"""Of one line: the summary is to be checked at a glance."""


def values_of(checklist: Checklist, language: Language) -> dict[str, str]:
    """What the sentences on a report that is being gathered are filled with."""
    account = checklist.account
    known = [_part(gap, account, language) for gap in account.known if gap is not Gap.MEDIA]
    if Gap.SUBJECT in checklist.missing and account.told(Fact.SUBJECT):
        known.append(fill("part_vehicle", {}, language))
    if account.media:
        known.append(fill("part_files", {"so_tep": str(account.media)}, language))
    question = checklist.question
    return {
        "da_co": ", ".join(known) or fill("part_nothing", {}, language),
        "con_thieu": _missing(account, language),
        "cau_hoi": fill(asks(question, account.track), {}, language) if question else "",
        "tom_tat": _summary(account, language),
    }


def choices_of(checklist: Checklist, language: Language) -> tuple[Choice, ...]:
    """The buttons: for what was asked, for the other gaps, and to finish."""
    keys = ["none" if checklist.question is Gap.MEDIA else "skip"]
    if checklist.question is Gap.ONGOING:
        keys = ["still_ongoing", "ended", "skip"]
    others = [gap for gap in checklist.missing if gap is not checklist.question]
    room = min(_MOST_GAP_BUTTONS, _MOST_BUTTONS - len(keys) - 1)
    keys += [_button(gap, checklist.account.track) for gap in others[:room]]
    return tuple(
        choice for key in [*keys, "finish"] for choice in choices(f"button_{key}", {}, language)
    )


def opening_of(report: Report, *, silence: timedelta) -> str:
    """How the receipt of a report begins that silence has closed."""
    language, account = language_of(report), report.account
    minutes = str(max(1, int(silence.total_seconds() // 60)))
    if account.is_complete:
        return fill("closed_by_silence_complete", {"so_phut": minutes}, language)
    values = {"so_phut": minutes, "con_thieu": _missing(account, language)}
    return fill("closed_by_silence", values, language)


def _missing(account: Account, language: Language) -> str:
    return ", ".join(_part(gap, account, language) for gap in account.gaps)


def _button(gap: Gap, track: Track) -> str:
    if gap is Gap.SUBJECT:
        return "people" if track is Track.CRIME_TIP else "plate"
    return "act" if gap is Gap.ACT else _PARTS[gap]


def _part(gap: Gap, account: Account, language: Language) -> str:
    several = {Gap.ACT: len(account.violations), Gap.SUBJECT: len(account.plates)}.get(gap, 1)
    is_violation = account.track is Track.VIOLATION
    if gap is Gap.ACT:
        part = "event" if not is_violation else "acts" if several > 1 else "act"
    elif gap is Gap.SUBJECT:
        part = "people" if not is_violation else "plates" if several > 1 else "plate"
    else:
        part = _PARTS[gap]
    values = {"so_luong": str(several)} if part in {"acts", "plates"} else {}
    return fill(f"part_{part}", values, language)


def _summary(account: Account, language: Language) -> str:
    """What was told, a line for each thing, as it will be read by the officer."""
    is_violation = account.track is Track.VIOLATION
    subjects = "plate" if is_violation else "people"
    lines = {
        "act" if is_violation else "event": "; ".join(_acts(account, language)),
        "time": _when(account.moment, language) if account.moment else "",
        "place": _where(account, language),
        subjects: ", ".join([*account.plates, *_described(account)]),
    }
    filled = [
        fill(f"line_{key}", {"noi_dung": words}, language) for key, words in lines.items() if words
    ]
    if account.media:
        filled.append(fill("line_media", {"so_tep": str(account.media)}, language))
    return "\n".join(filled)


def _acts(account: Account, language: Language) -> list[str]:
    """What happened: by its short name, or as the reporter tells it."""
    told = account.told(Fact.ACT)
    if account.track is not Track.VIOLATION:
        return _distinct([each.said for each in told if not each.value][:1])
    named = [
        (act_named(each.value, language) if each.value else None) or each.said for each in told
    ]
    return _distinct(named)


def _described(account: Account) -> list[str]:
    return _distinct([each.said for each in account.told(Fact.SUBJECT) if not each.value])


def _distinct(words: list[str]) -> list[str]:
    tidy = (_shortened(" ".join(each.split())) for each in words if each)
    return list(dict.fromkeys(tidy))[:_MOST_OF_A_KIND]


def _where(account: Account, language: Language) -> str:
    place = account.place
    if place is None:
        return ""
    point = fill("part_point", {}, language) if place.latitude is not None else ""
    if not place.text:
        return point[:1].upper() + point[1:]
    words = _shortened(" ".join(place.text.split()))
    return f"{words} ({point})" if point else words


def _when(moment: Moment, language: Language) -> str:
    start = moment.start.astimezone(VIETNAM)
    day = f"{start:%d/%m/%Y}"
    if moment.precision in {Precision.PART_OF_DAY, Precision.DAY}:
        said = " ".join(moment.said.split()) if language == "vi" else ""
        return f"{_shortened(said)} ({day})" if said else day
    clock = f"{start:%H:%M}"
    if moment.end is not None:
        clock += f" – {moment.end.astimezone(VIETNAM):%H:%M}"
    if moment.precision is Precision.HOUR:
        clock = f"khoảng {clock}" if language == "vi" else f"about {clock}"
    return f"{clock} ngày {day}" if language == "vi" else f"{clock}, {day}"


def _shortened(words: str) -> str:
    if len(words) <= _SUMMARY_CHARACTERS:
        return words
    return words[:_SUMMARY_CHARACTERS].rsplit(" ", 1)[0] + " …"
