"""A message in the light of what was asked, or of what is to be put right. Pure."""

from functions.intake import cues
from functions.intake.hearing import Heard, moment_finding
from functions.intake.log import Entry
from functions.intake.reading import read
from functions.reports.account import SAID_CHARACTERS, Fact, Finding, Gap
from functions.vietnam import without_diacritics

_TAKES_ANY_WORDS = frozenset({Gap.ACT, Gap.PLACE, Gap.SOURCE})
_CORRECTABLE = frozenset({Fact.ACT, Fact.TIME, Fact.PLACE, Fact.SUBJECT})
_OVER = frozenset({"khong", "ko", "het", "hk", "k", "xong", "dung", "no", "chua"})
_GOES_ON = frozenset({"con", "co", "van", "dang", "roi", "u", "vang", "da", "yes"})


def answered(
    entry: Entry, heard: Heard, awaited: Gap | None, *, is_tip: bool
) -> tuple[Finding, ...]:
    """What a message tells where `awaited` was asked before; `is_tip` takes people for plates."""
    facts = {finding.fact for finding in heard.findings}
    if awaited is None or not entry.text or Fact(awaited.value) in facts:
        return heard.findings
    return (*heard.findings, *_light_of(awaited, entry, heard, is_tip=is_tip))


def corrected(entry: Entry, heard: Heard, gap: Gap | None) -> tuple[Finding, ...]:
    """What a message tells that puts `gap` right, or whatever it speaks of."""
    meant = _CORRECTABLE if gap is None else frozenset({Fact(gap.value)})
    findings = heard.findings
    if gap is not None and Fact(gap.value) not in {finding.fact for finding in findings}:
        findings = (*findings, *_light_of(gap, entry, heard, is_tip=False))
    return tuple(
        finding.model_copy(update={"replaces": True}) if finding.fact in meant else finding
        for finding in findings
    )


def _light_of(gap: Gap, entry: Entry, heard: Heard, *, is_tip: bool) -> tuple[Finding, ...]:
    match gap:
        case Gap.TIME:
            return _time(entry)
        case Gap.SUBJECT:
            return _subject(entry, heard, is_tip=is_tip)
        case Gap.ONGOING:
            words = set(without_diacritics(entry.text).split())
            if words & {"con", "van", "dang"} and not words & {"khong con", "het"}:
                return (_words(Fact.ONGOING, entry, "yes"),)
            if words & _OVER:
                return (_words(Fact.ONGOING, entry, "no"),)
            return (_words(Fact.ONGOING, entry, "yes"),) if words & _GOES_ON else ()
        case Gap.MEDIA:
            return ()
    return _any_words(gap, entry, heard)


def _time(entry: Entry) -> tuple[Finding, ...]:
    for asked in ("lúc", "xe vượt đèn đỏ lúc", "xe vượt đèn đỏ,"):
        reading = read(f"{asked} {entry.text}", entry.at)
        if reading.moment is not None:
            found = moment_finding(reading, entry.text, entry.key, entry.at)
            return (found.model_copy(update={"said": entry.text[:SAID_CHARACTERS]}),)
    return ()


def _subject(entry: Entry, heard: Heard, *, is_tip: bool) -> tuple[Finding, ...]:
    plates = read(f"biển số {entry.text}", entry.at).plates
    if plates:
        return (_words(Fact.SUBJECT, entry, plates[0].number),)
    plain = " ".join(without_diacritics(entry.text).split())
    if cues.PLATELESS.search(plain):
        return _words(Fact.SUBJECT, entry), _words(Fact.ACT, entry, "khong_bien_so")
    elsewhere = {Fact.PLACE, Fact.TIME} & {finding.fact for finding in heard.findings}
    is_description = (is_tip and not (heard.is_talk or elsewhere)) or bool(
        cues.VEHICLE.search(plain)
    )
    return (_words(Fact.SUBJECT, entry),) if is_description else ()


def _any_words(gap: Gap, entry: Entry, heard: Heard) -> tuple[Finding, ...]:
    """Words that no rule knows are the answer, unless they tell something else."""
    tells_more = any(finding.fact is not Fact.TRACK for finding in heard.findings)
    if gap not in _TAKES_ANY_WORDS or heard.is_talk or heard.is_asking or heard.has_no_picture:
        return ()
    if tells_more and gap is not Gap.SOURCE:
        return ()
    fact = Fact(gap.value)
    return (_words(fact, entry, entry.text[:SAID_CHARACTERS] if fact is Fact.PLACE else ""),)


def _words(fact: Fact, entry: Entry, value: str = "") -> Finding:
    return Finding(
        fact=fact,
        item_id=entry.key,
        at=entry.at,
        value=value,
        said=entry.text[:SAID_CHARACTERS],
    )
