"""The answer to a question about a procedure. Pure.

What the catalogue is not sure of is said to be so, every answer carries its date, and none computes
anything for a particular case.
"""

from functions.errors import Rejected
from functions.followups.sentences import Choice, Language, choices, fill
from functions.knowledge.answers import Answer
from functions.knowledge.entries import Entries, Procedure, Topic, entries

MOST_CHOICES = 5
"""Zalo's limit of buttons under a message."""
OWN_VIOLATION = "phat_nguoi"
"""Asked about a violation or fine of one's own: never looked up in this channel."""
_PAYING = "nop_phat_truc_tuyen"
_TOLD = ("where", "how", "time", "fee", "papers")
_ASKED_FOR = ("time", "fee", "papers")
"""What everybody wants to know: where the catalogue has nothing, the answer says whom to ask."""


def answer(asked: str, language: Language = "vi") -> Answer:
    """The answer to a topic of `functions.intake.reading.procedures`, or to a procedure's slug.

    Anything else, as "khac", gets the list of topics: buttons can be typed by anybody.
    """
    known = entries()
    if asked == OWN_VIOLATION:
        return _own_violation(known, language)
    topic = known.topic(asked)
    if topic is not None:
        return _about_topic(known, topic, language)
    return answer_for(asked, language) if known.procedure(asked) else topics(language)


def answer_for(slug: str, language: Language = "vi") -> Answer:
    """The answer about one procedure.

    Raises:
        Rejected: there is none of that slug.
    """
    known = entries()
    return _about(known, _found(known, slug), (), language)


def topics(language: Language = "vi") -> Answer:
    """What can be asked."""
    listed = "\n".join(
        f"- {topic.name.in_language(language)}" for topic in entries().topics if topic.is_listed
    )
    values = {"danh_sach": listed}
    return Answer(
        fill("procedure_topics", values, language), choices("procedure_topics", values, language)
    )


def _found(known: Entries, slug: str) -> Procedure:
    found = known.procedure(slug)
    if found is None:
        raise Rejected(f"no procedure {slug}")
    return found


def _own_violation(known: Entries, language: Language) -> Answer:
    paying = _button(_found(known, _PAYING), language)
    return Answer(
        fill("my_violation", {}, language), (paying, *choices("my_violation", {}, language))
    )


def _about_topic(known: Entries, topic: Topic, language: Language) -> Answer:
    others = tuple(_found(known, slug) for slug in topic.procedures)
    if topic.lead is not None:
        return _about(known, _found(known, topic.lead), others, language)
    lines = [topic.name.in_language(language)]
    lines += [
        f"- {one.name.in_language(language)}: {one.where.in_language(language)}" for one in others
    ]
    lines.append(known.words["choose"].in_language(language))
    return Answer("\n".join(lines), _buttons(known, others, language))


def _about(
    known: Entries, one: Procedure, others: tuple[Procedure, ...], language: Language
) -> Answer:
    words = {key: wording.in_language(language) for key, wording in known.words.items()}
    told = {part: one.part(part, language) for part in _TOLD}
    if told["papers"] is not None:
        told["papers"] += f" {words['papers_more']}"
    lines = [one.name.in_language(language)]
    lines += [f"- {words[part]}: {text}" for part, text in told.items() if text is not None]
    unknown = [words[part].lower() for part in _ASKED_FOR if told[part] is None]
    if unknown and one.names_portal:
        asked_for = "; ".join(unknown)
        lines.append(f"- {asked_for[0].upper()}{asked_for[1:]}: {words['ask']}")
    if one.note is not None:
        lines.append(f"- {words['note']}: {one.note.in_language(language)}")
    if one.code is not None:
        lines.append(f"- {words['code']}: {one.code}")
    if one.basis:
        lines.append(f"- {words['basis']}: {'; '.join(one.basis)}")
    lines += [*_doubts(one, words), *_dated(one, words)]
    return Answer("\n".join(lines), _buttons(known, others, language))


def _doubts(one: Procedure, words: dict[str, str]) -> list[str]:
    there = [part for part in _TOLD if one.part(part, "vi") is not None]
    doubtful = [part for part in there if not one.is_sure(part)]
    if not doubtful:
        return []
    if doubtful == there:
        return [words["unsure_all"]]
    return [f"{words['unsure']}: {'; '.join(words[part].lower() for part in doubtful)}."]


def _dated(one: Procedure, words: dict[str, str]) -> list[str]:
    told = "collected" if one.verified_at is None else "verified"
    on = one.verified_at or one.collected_on
    dated = words[told].replace("{ngay}", f"{on:%d/%m/%Y}")
    return [dated, words["portal"]] if one.names_portal else [dated]


def _button(one: Procedure, language: Language) -> Choice:
    return Choice(one.button.in_language(language), f"#thutuc {one.slug}")


def _buttons(
    known: Entries, others: tuple[Procedure, ...], language: Language
) -> tuple[Choice, ...]:
    offered = [_button(one, language) for one in others[: MOST_CHOICES - 1]]
    return *offered, Choice(known.words["others"].in_language(language), "#thutuc")
