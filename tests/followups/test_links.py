"""What citizens are sent contains no links but the allowed ones, however they are written."""

import pytest

from functions.followups.links import foreign_links
from functions.followups.sentences import LANGUAGES, Language, catalogue, choices, fill

PLAIN = [
    "Cổng Dịch vụ công quốc gia (dichvucong.gov.vn).",
    "https://dichvucong.gov.vn/p/home",
    "HTTPS://DICHVUCONG.GOV.VN",
    "Mã thủ tục 1.004222, lệ phí 20.000 đồng",
    "14A-123.45 tại Km46+300, ngày 08/6/2026.Và sau đó",
    "NĐ 61/2026/NĐ-CP; TB 7K3F-9Q2D-X/2; TP.HCM",
    "Kính gửi Ông/Bà.Anh/chị cán bộ đã xong.cảm ơn",
    "Da xu ly xong.do do khong can lo.la vi",
]
FOREIGN = [
    "http://dichvucong.gov.vn",
    "dichvucong.gov.vn.evil.com",
    "https://dichvucong.gov.vn@evil.com/x",
    "https://dichvucong.gov.vn:8443",
    "dichvucong.gov.vn:8080",
    "dichvucong-gov.vn",
    "xdichvucong.gov.vn",
    "dịchvụcông.gov.vn",
    "evil.com",
    "bit.ly/abc",
    "congan.example/nop-phat",
    "www.congan",
    "1.2.3.4/x",
    "https://1.2.3.4",
    "trucban@congan.com",
    "ｅｖｉｌ．ｃｏｍ",
    "evil。com",
    "ev\u200bil.c\u00adom",
    "xn--abc.xn--p1ai",
    "javascript:alert(1)",
    "tel:0900000000",
    "http://[",
]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words_numbers_and_the_portal_pass(text: str) -> None:
    assert foreign_links(text) == ()


@pytest.mark.parametrize("link", FOREIGN)
@pytest.mark.parametrize("around", ["{}", "xem {} ngay", "xem tại:\n({})."])
def test_any_other_link_is_seen(link: str, around: str) -> None:
    assert len(foreign_links(around.format(link))) == 1


def test_links_are_named_in_order() -> None:
    text = "Mở evil.com, rồi https://dichvucong.gov.vn, rồi bit.ly/x."

    assert foreign_links(text) == ("evil.com", "bit.ly/x")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_links_elsewhere(language: Language) -> None:
    linking = {}
    for key, one in catalogue(language).items():
        values = dict.fromkeys(one.placeholders, "7K3F-9Q2D-X")
        titles = [choice.title for choice in choices(key, values, language)]
        linking[key] = foreign_links("\n".join([fill(key, values, language), *titles]))

    assert {key: links for key, links in linking.items() if links} == {}
