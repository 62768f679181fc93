"""What a text asks for: the payloads of our buttons, and the words people type instead.

A command is a whole message, or stands at its start before a code, a topic or a quotation. A longer
sentence that merely contains such words belongs to a report and is never taken away from it.
"""

import re
import unicodedata
from dataclasses import dataclass, replace

from functions.intake.acts import Act
from functions.intake.vocabulary import PAYLOADS, TAKES_CODE, TOPICS, WORDS
from functions.reports.codes import find_code
from functions.vietnam import without_diacritics

NOTICE_NUMBER = re.compile(
    r"\bTB\s*([0-9A-Z]{4}[\s.–-]?[0-9A-Z]{4}[\s.–-]?[0-9A-Z])\s?/\s?(\d{1,4})\b", re.IGNORECASE
)
"""The number of a notice of ours, such as "TB 7K3F-9Q2D-X/2": the report's code, and a version."""


@dataclass(frozen=True, slots=True)
class Command:
    """What a text asks for."""

    act: Act
    code: str | None = None
    """The report code given; empty where what was typed was meant as one and is none."""
    topic: str | None = None
    """A gap (`functions.reports.account.Gap`) or a procedure, by the act."""
    rest: str = ""
    """What follows the command in the same message, as typed."""
    is_confirmed: bool = False


_CONFIRMS = frozenset({Act.WITHDRAW_REPORT, Act.DELETE_DATA})
_MISTYPED = frozenset({Act.LOOK_UP, Act.WITHDRAW_REPORT, Act.REOPEN})
_BEFORE_CODE = re.compile(r"(?:(?:phan anh|ma|ma so|ma phieu|phieu|so|code|report) ?:? ?)*")
_TYPED_CODE = 12
"""Characters in which a code and what bounds it have room, however it is parted."""
_MEANT_AS_CODE = re.compile(
    r"[0-9a-z]{4}[ –-][0-9a-z]{4}[ –-][0-9a-z]|(?=\S*[0-9])[0-9a-z–-]{4,14}"
)
_PAYLOAD = re.compile(r"# ?([a-z]+)(?:_([a-z]+))?(?:[ :](.+))?", re.DOTALL)
_NOT = re.compile(r"\b(?:ko|k|kg|kh|khg|hok|hong|hem|hg|khong)\b")
_I = re.compile(r"\b(?:em|mình|minh|cháu|chau|con|toi|tui|mik)\b")
# Courtesy around a command: "cho tôi hủy với ạ", "em xong rồi nhé".
_BEFORE = (
    "dạ|vâng|alo|chào|à|ạ|ad|admin|tôi|cho|xin|muốn|cần|vui lòng|làm ơn|đề nghị|hãy|please|i"
    "|want to|i want to|ok|oke|rồi|đó|thế là|vậy là"
)
_AFTER = (
    "à|ạ|ah|nhé|nhá|nha|rồi|r|rui|ròi|rồi đó|đó|đi|luôn|với|giúp|giúp tôi|giùm|hộ|này|tôi|ad|admin"
    "|cảm ơn|nữa|please"
)
_VERIFY = re.compile(
    r"\s*(?:#ki[eể]mtra|(?:ki[eể]m tra|x[aá]c minh) tin(?: nh[aắ]n)?(?: n[aà]y)?)"
    r"(?P<gap>[\s:.,\"“]*)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_CORRECT = re.compile(r"(?:sua|sua lai|chinh|doi|correct) (?:lai )?(?P<topic>[a-z ]+)")
_LONGEST = 80
"""Characters of a message that may be a command and nothing else."""


def act_of(text: str) -> Command:
    """What a text asks for, by button or by words, with or without diacritics."""
    composed = unicodedata.normalize("NFC", text).strip()
    if verified := _verification(composed):
        return verified
    if composed.startswith("#"):
        return _pressed(composed)
    tidy = _tidy(without_diacritics(composed))
    if coded := _with_code(tidy, composed):
        return coded
    plain = _even(tidy)
    if len(plain) > _LONGEST:
        return Command(Act.TELL)
    marked = _even(composed.casefold())
    act = _act_of_words(marked, plain)
    return Command(act) if act is not None else _with_topic(marked, plain) or Command(Act.TELL)


def _pressed(text: str) -> Command:
    """A payload; one of ours that anybody can type, or a hashtag, which is part of a report."""
    found = _PAYLOAD.fullmatch(_tidy(without_diacritics(text)))
    act = PAYLOADS.get(found[1]) if found else None
    if found is None or act is None:
        return Command(Act.TELL)
    suffix, rest = found[2], (found[3] or "").strip()
    command = Command(act)
    if act in _CONFIRMS and suffix == "dongy":
        command = replace(command, is_confirmed=True)
    elif act in {Act.CORRECT, Act.GAP} and suffix in TOPICS:
        command = replace(command, topic=TOPICS[suffix])
    elif suffix is not None or act is Act.GAP:
        return Command(Act.TELL)
    if not rest:
        return command
    if act is Act.PROCEDURES:
        return replace(command, topic=rest.replace(" ", "_"))
    if act in TAKES_CODE:
        code = find_code(rest)
        if code is not None or _MEANT_AS_CODE.fullmatch(rest):
            return replace(command, code=code or "")
    return Command(Act.TELL)


def _act_of_words(marked: str, plain: str) -> Act | None:
    first, end = _core(marked)
    shorter = " ".join(marked.split()[first:end]), " ".join(plain.split()[first:end])
    for spoken, bare in ((marked, plain), shorter):
        act = _BY_PLAIN.get(bare)
        # A short word with marks has to be that very word: "sữa" is not "sửa", "bố" not "bỏ".
        if act is not None and (" " in bare or spoken == bare or spoken in _BY_MARKED):
            return act
    return None


def _core(marked: str) -> tuple[int, int]:
    """Which words stand between the courtesy at the start and that at the end."""
    before = _COURTESY_BEFORE.match(marked)
    rest = marked[before.end() :] if before else marked
    after = _COURTESY_AFTER.search(rest)
    core = rest[: after.start()] if after else rest
    first = len(marked.split()) - len(rest.split())
    return first, first + len(core.split())


def _with_code(plain: str, composed: str) -> Command | None:
    for act, starts in TAKES_CODE.items():
        for start in starts:
            if not plain.startswith(f"{start} "):
                continue
            given = plain[len(start) + 1 :]
            before = _BEFORE_CODE.match(given)
            given = given[before.end() :] if before else given
            if code := find_code(given[:_TYPED_CODE]):
                return Command(act, code=code, rest=_after_code(composed))
            if act in _MISTYPED and _MEANT_AS_CODE.fullmatch(given):
                return Command(act, code="")
    return None


def _after_code(text: str) -> str:
    """What was typed behind the first code."""
    words = text.split()
    # A code takes one to three words.
    for end in range(1, len(words) + 1):
        if find_code(" ".join(words[:end])):
            return " ".join(words[end:]).strip(" .,:;")
    return ""


def _with_topic(marked: str, plain: str) -> Command | None:
    first, end = _core(marked)
    found = _CORRECT.fullmatch(" ".join(plain.split()[first:end]))
    topic = TOPICS.get(found["topic"].strip()) if found else None
    return None if topic is None else Command(Act.CORRECT, topic=topic)


def _verification(text: str) -> Command | None:
    """A message quoted for us to compare, or a notice number alone."""
    if NOTICE_NUMBER.fullmatch(text.strip(" .!?")):
        return Command(Act.VERIFY, rest=text)
    found = _VERIFY.fullmatch(text)
    if found is None or not found["rest"]:
        return None
    quoted = any(sign in found["gap"] for sign in '\n:"“')
    if text.startswith("#") or quoted or NOTICE_NUMBER.search(found["rest"]):
        return Command(Act.VERIFY, rest=found["rest"].strip(' "“”'))
    return None


def _tidy(text: str) -> str:
    """One space between words, no marks around."""
    return " ".join(text.split()).strip(" .!,?;:…")


def _even(text: str) -> str:
    """Tidy, with "ko" and "không" alike, and whatever people call themselves."""
    return _I.sub("toi", _NOT.sub(_negation, _tidy(text)))


def _negation(found: re.Match[str]) -> str:
    return found[0] if found[0] == "khong" else "khong"


_BY_MARKED = {said: act for act, ways in WORDS.items() for said in ways.split("|")}
_BY_PLAIN = {
    _even(without_diacritics(said)): act
    for act, ways in reversed(WORDS.items())
    for said in ways.split("|")
}


def _either(ways: str) -> str:
    """These words, with their marks or without any: "họ" is not the "hộ" of courtesy."""
    return "|".join(sorted({*ways.split("|"), *without_diacritics(ways).split("|")}, key=len))


_COURTESY_BEFORE = re.compile(rf"(?:(?:{_either(_BEFORE)}),? )+")
_COURTESY_AFTER = re.compile(rf"(?: (?:{_either(_AFTER)}))+$")
