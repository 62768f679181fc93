"""Questions about procedures are answered from the catalogue, dated, and no surer than it is."""

import re
import unicodedata
from datetime import date

import pytest

from functions.errors import Rejected
from functions.followups.links import foreign_links
from functions.followups.sentences import LANGUAGES, Language, choices, fill
from functions.intake.reading.procedures import Procedure as Asked
from functions.intake.submissions import Act, act_of
from functions.knowledge import procedures
from functions.knowledge.answers import Answer, Wording
from functions.knowledge.entries import Confidence, Entries, Procedure, entries
from functions.knowledge.procedures import answer, answer_for, topics
from functions.zalo.messages import QueryButton, TextMessage

SLUGS = [one.slug for one in entries().procedures]
EVERYTHING = [*(asked.value for asked in Asked), *(topic.id for topic in entries().topics), *SLUGS]
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)
OF_EVERYTHING = pytest.mark.parametrize("asked", sorted(set(EVERYTHING)))


def _payloads(told: Answer) -> list[str]:
    return [choice.payload for choice in told.choices]


@IN_BOTH
@pytest.mark.parametrize("asked", sorted(set(Asked) - {Asked.KHAC}), ids=str)
def test_every_subject_that_reading_knows_has_its_own_answer(
    asked: Asked, language: Language
) -> None:
    assert answer(asked.value, language) != topics(language)


@IN_BOTH
@OF_EVERYTHING
def test_an_answer_fits_into_one_message(asked: str, language: Language) -> None:
    told = answer(asked, language)
    buttons = tuple(
        QueryButton(title=choice.title, payload=choice.payload) for choice in told.choices
    )

    TextMessage(text=told.text, buttons=buttons)
    assert len(told.text) <= 900


@IN_BOTH
@OF_EVERYTHING
def test_an_answer_is_composed_and_calm(asked: str, language: Language) -> None:
    told = answer(asked, language)
    text = "\n".join([told.text, *(choice.title for choice in told.choices)])

    assert unicodedata.is_normalized("NFC", text)
    assert "!" not in text
    assert not re.search(r"[{}]|  | \n", text)


@OF_EVERYTHING
def test_an_answer_is_in_the_language_asked_for(asked: str) -> None:
    vietnamese, english = answer(asked, "vi").text, answer(asked, "en").text
    # What laws are called stays as it is.
    strange = [line for line in english.split("\n") if not line.isascii() and "basis" not in line]

    assert strange == []
    assert sum(not sign.isascii() for sign in vietnamese) > len(vietnamese) / 8


@IN_BOTH
@OF_EVERYTHING
def test_an_answer_links_nowhere_else(asked: str, language: Language) -> None:
    told = answer(asked, language)

    assert foreign_links("\n".join([told.text, *(choice.title for choice in told.choices)])) == ()


@IN_BOTH
@OF_EVERYTHING
def test_every_button_leads_on(asked: str, language: Language) -> None:
    for payload in _payloads(answer(asked, language)):
        pressed = act_of(payload)
        assert pressed.act is not Act.TELL
        if pressed.act is Act.PROCEDURES and pressed.topic is not None:
            assert answer(pressed.topic, language) != topics(language)


@IN_BOTH
@pytest.mark.parametrize("slug", SLUGS)
def test_an_answer_carries_its_date_and_its_code(slug: str, language: Language) -> None:
    one = entries().procedure(slug)
    told = answer_for(slug, language).text

    assert one is not None
    assert f"{one.collected_on:%d/%m/%Y}" in told
    assert one.code is None or one.code in told


@pytest.mark.parametrize("slug", SLUGS)
def test_an_answer_says_where_and_what_everybody_wants_to_know(slug: str) -> None:
    one = entries().procedure(slug)
    told = answer_for(slug).text

    assert one is not None
    for part in ("where", "how", "time", "fee", "papers"):
        known = one.part(part, "vi")
        assert known is None or known in told
    unknown = [name for name in ("time", "fee", "papers") if one.part(name, "vi") is None]
    assert ("xin hỏi nơi tiếp nhận\n" in told) == bool(unknown and one.names_portal)


@IN_BOTH
def test_what_was_collected_is_not_passed_off_as_checked(language: Language) -> None:
    not_checked = entries().words["collected"].in_language(language).split("{ngay}")[1]

    assert [slug for slug in SLUGS if not_checked not in answer_for(slug, language).text] == []


@IN_BOTH
def test_of_one_doubtful_thing_just_that_is_doubted(language: Language) -> None:
    doubted = {"vi": "xin hỏi lại nơi tiếp nhận: phí, lệ phí.", "en": "please ask the office: fee."}

    assert doubted[language] in answer_for("dang_ky_thuong_tru", language).text


@IN_BOTH
def test_where_all_is_doubtful_all_is_doubted(language: Language) -> None:
    all_of_it = entries().words["unsure_all"].in_language(language)

    assert all_of_it in answer_for("can_cuoc", language).text


@IN_BOTH
def test_where_nothing_is_doubtful_nothing_is_doubted(language: Language) -> None:
    words = entries().words
    told = answer_for("thong_bao_luu_tru", language).text

    assert words["unsure"].in_language(language) not in told
    assert words["unsure_all"].in_language(language) not in told


def test_the_date_of_a_check_takes_the_place_of_the_date_of_collection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked = tuple(
        one.model_copy(update={"verified_at": date(2027, 1, 5)}) for one in entries().procedures
    )
    known = entries().model_copy(update={"procedures": checked})
    monkeypatch.setattr(procedures, "entries", lambda: known)

    told = answer_for("can_cuoc").text

    assert "được đơn vị kiểm tra ngày 05/01/2027" in told
    assert "21/11/2026" not in told


def test_several_procedures_under_one_subject_are_offered_to_choose_from() -> None:
    told = answer("dang_ky_xe")

    assert _payloads(told)[:2] == [
        "#thutuc dang_ky_xe_lan_dau",
        "#thutuc sang_ten_thu_hoi_dang_ky_xe",
    ]
    assert "Đăng ký xe lần đầu" in told.text


def test_a_subject_with_one_main_procedure_is_answered_at_once() -> None:
    told = answer("tam_tru")

    assert told.text == answer_for("dang_ky_tam_tru").text
    assert "#thutuc thong_bao_luu_tru" in _payloads(told)


@IN_BOTH
def test_ones_own_violation_gets_the_fixed_reply(language: Language) -> None:
    told = answer("phat_nguoi", language)

    assert told.text == fill("my_violation", {}, language)
    assert set(choices("my_violation", {}, language)) < set(told.choices)


@IN_BOTH
def test_how_to_pay_a_fine_comes_without_any_address(language: Language) -> None:
    assert ".vn" not in answer_for("nop_phat_truc_tuyen", language).text


@IN_BOTH
@pytest.mark.parametrize("asked", ["khac", "", "khong_co", "' or 1=1"])
def test_anything_else_gets_the_list_of_subjects(asked: str, language: Language) -> None:
    told = answer(asked, language)

    assert told == topics(language)
    listed = {topic.name.in_language(language) for topic in entries().topics if topic.is_listed}
    assert {f"- {name}" for name in listed} <= set(told.text.split("\n"))


def test_a_procedure_nobody_knows_is_refused() -> None:
    with pytest.raises(Rejected, match="khong_co"):
        answer_for("khong_co")


def _named(known: Entries) -> set[str]:
    leads = {topic.lead for topic in known.topics if topic.lead is not None}
    return leads.union(*(topic.procedures for topic in known.topics))


def test_the_catalogue_hangs_together() -> None:
    known = entries()
    slugs = {one.slug for one in known.procedures}

    assert len(slugs) == len(known.procedures)
    assert _named(known) | {"nop_phat_truc_tuyen"} == slugs


@pytest.mark.parametrize("slug", SLUGS)
def test_both_languages_state_the_same_figures(slug: str) -> None:
    one = entries().procedure(slug)
    assert one is not None
    wordings = [one.time, one.fee, one.papers, one.note, one.where, one.name]

    for wording in wordings:
        assert wording is None or _figures(wording.vi) == _figures(wording.en)


def _figures(text: str) -> list[int]:
    # "15.000" and "15,000" are the same; so are "07" and "7", "23 giờ" and "23:00".
    plain = re.sub(r"(?<=\d)[.,](?=\d{3}\b)|:00", "", text)
    return sorted(int(figure) for figure in re.findall(r"\d+", plain))


def test_a_doubt_about_one_field_leaves_the_others_sure() -> None:
    one = entries().procedure("dang_ky_tam_tru")

    assert isinstance(one, Procedure)
    assert one.confidence["fee"] is Confidence.MEDIUM
    assert (one.is_sure("time"), one.is_sure("fee")) == (True, False)


def test_a_wording_is_read_in_the_language_asked_for() -> None:
    wording = Wording("phí", "fee")

    assert (wording.in_language("vi"), wording.in_language("en")) == ("phí", "fee")
