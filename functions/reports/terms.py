"""By what a report is found: words, plates, telephones, its code, its place in the work. Pure.

A term is a kind and a value, such as `word:nguyen` or `plate:14A12345`. The store keeps terms only
as keyed hashes, so the index can be asked and not be read.

What this does not do: it finds whole words, not parts of them; it knows no synonyms; words of one
letter are left out; of a long correspondence only the first messages are found by their words, so
that nobody can fill a document up (Firestore allows it 40,000 index entries, a term takes two).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from functions.reports.codes import find_code
from functions.reports.model import ItemKind, Report, TimelineItem
from functions.vietnam import without_diacritics

MOST_WORDS = 300
"""Of one item: more than a message of 2,000 characters has."""
MOST_MESSAGES = 30
"""Of a reporter, whose words are terms."""
MOST_ACTS = 80
"""Officers' words are terms until the report has so many audit entries."""
MOST_OFFICER_WORDS = 60
MOST_FACTS = 20
"""Plates, telephone numbers or acts of one account or text."""
MOST_ASKED = 8
"""Terms that one search may ask for."""

RECEIVED = "book:received"
"""The term of whatever stands in the register book."""

_WORD = re.compile(r"[a-z0-9]{2,}")
_PLATE = re.compile(
    # "Km" is how far along a road, and no series.
    r"(?<![0-9A-Z])(\d{2})[ .\-]*((?!KM)[A-ZĐ]{1,2}\d?)[ .\-]*(\d{3}[ .\-]?\d{1,2}|\d{4})(?!\d)"
)
_PHONE = re.compile(r"(?<![\d+])(?:\+?84|0)[ .\-]?([235789](?:[ .\-]?\d){8})(?!\d)")
_LASTING = ("plate:", "phone:")
"""Terms that stay when an account is corrected: what was told once is still to be found."""
_OFFICERS = frozenset({ItemKind.NOTE, ItemKind.QUESTION, ItemKind.REPLY})


def words_in(text: str, most: int = MOST_WORDS) -> tuple[str, ...]:
    """The terms for the words of a text, each once, in their order."""
    found = dict.fromkeys(_WORD.findall(without_diacritics(text)))
    return tuple(f"word:{word}" for word in list(found)[:most])


def plate_term(plate: str) -> str:
    """The term for a plate in any spelling."""
    return "plate:" + re.sub(r"[^0-9A-Z]", "", without_diacritics(plate).upper())


def phone_term(phone: str) -> str:
    """The term for a telephone number, with +84, 84 or 0 before it."""
    digits = re.sub(r"\D", "", phone)
    return "phone:" + digits.removeprefix("84").removeprefix("0")


def masked(text: str) -> str:
    """The text with only the last three digits of the telephone numbers in it."""
    return _PHONE.sub(lambda found: "•" * 7 + found[0][-3:], text)


def standing_terms(report: Report) -> frozenset[str]:
    """Terms that follow from the report as it is now."""
    account = report.account
    plates = account.plates[:MOST_FACTS]
    return frozenset(
        {
            "code:" + report.code.replace("-", ""),
            f"state:{report.state.value}",
            f"track:{report.kind.value}",
            f"source:{report.source.value}",
            *(f"unit:{unit}" for unit in report.line),
            *([RECEIVED] if report.received_at else []),
            *([f"outcome:{report.outcome.code.value}"] if report.outcome else []),
            *([f"officer:{report.assignee}"] if report.assignee else []),
            *map(plate_term, plates),
            # Who saw a car pass often knows its number without the series.
            *(f"word:{plate[-5:]}" for plate in map(plate_term, plates) if plate[-5:].isdigit()),
            *map(phone_term, account.phones[:MOST_FACTS]),
            *(f"act:{slug}" for slug in account.violations[:MOST_FACTS]),
        }
    )


def ended_terms(before: Report, after: Report) -> frozenset[str]:
    """Terms that do not hold any more."""
    ended = standing_terms(before) - standing_terms(after)
    return frozenset(term for term in ended if not term.startswith((*_LASTING, "word:")))


def told_terms(report: Report, items: Iterable[TimelineItem]) -> frozenset[str]:
    """Terms for what was sent or written, of the report as it is with it."""
    told: set[str] = set()
    for item in items:
        is_officers = item.kind in _OFFICERS
        if report.audit_sequence > MOST_ACTS if is_officers else report.messages > MOST_MESSAGES:
            continue
        told.update(words_in(item.text, MOST_OFFICER_WORDS if is_officers else MOST_WORDS))
        plates, phones, _ = _numbers_in(item.text)
        told.update((*plates[:MOST_FACTS], *phones[:MOST_FACTS]))
    return frozenset(told)


def asked_terms(text: str) -> Sequence[str]:
    """The terms that somebody asks for by typing a code, a plate, a telephone number or words."""
    code = find_code(text)
    if code is not None:
        return ["code:" + code.replace("-", "")]
    plates, phones, rest = _numbers_in(text)
    return list(dict.fromkeys((*plates, *phones, *words_in(rest))))[:MOST_ASKED]


def _numbers_in(text: str) -> tuple[list[str], list[str], str]:
    """The terms for plates and for telephone numbers, and the text without both."""
    plates: list[str] = []
    phones: list[str] = []

    def take(terms: list[str], term: str) -> str:
        terms.append(term)
        return " "

    rest = _PHONE.sub(lambda found: take(phones, phone_term(found[0])), text)
    upper = unicodedata.normalize("NFC", rest).upper()
    rest = _PLATE.sub(lambda found: take(plates, plate_term(found[0])), upper)
    return plates, phones, rest
