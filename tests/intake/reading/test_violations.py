"""Acts, from the words of citizens and of the decree."""

from datetime import datetime

import pytest

from functions.intake.reading import lexicon, read, rules
from functions.intake.reading.lexicon import catalogue
from functions.vietnam import VIETNAM
from tests.intake.reading.evaluation import MESSAGES

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=VIETNAM)
FAMILIES = {
    "toc_do": ["toc_do_5_10", "toc_do_10_20", "toc_do_20_35", "toc_do_35"],
    "con": ["con_1", "con_2", "con_3"],
    "qua_tai": [f"qua_tai_{over}" for over in ("10_30", "30_50", "50_100", "100_150", "150")],
}


def slugs(text: str) -> list[str]:
    return [violation.slug for violation in read(text, NOW).violations]


def test_every_concept_of_a_rule_is_in_the_catalogue() -> None:
    known = {
        concept for name in lexicon.CONCEPT_FILES for concept in catalogue(name)
    }  # fmt: skip
    lines = [line for row in catalogue("violations").values() for line in row["rules"]]
    for matters in catalogue("tracks").values():
        lines += [line for row in matters.values() for line in row[1:]]
    for line in lines:
        rule = rules.parse(line)
        assert {*rule.near, *rule.absent, *rule.anywhere, *rule.nowhere} <= known, line


def test_every_row_of_the_decree_is_labelled_in_both_splits() -> None:
    rows = {name for name, row in catalogue("violations").items() if "slug" not in row}
    slugs_known = (rows - FAMILIES.keys()) | {slug for row in FAMILIES.values() for slug in row}
    assert len(slugs_known) == 88
    for split in ("tuning", "held_out"):
        text = (MESSAGES / f"{split}.jsonl").read_text(encoding="utf-8")
        assert [slug for slug in sorted(slugs_known) if f'"{slug}"' not in text] == []


def test_no_two_rows_give_way_to_each_other() -> None:
    rows = catalogue("violations")
    ways = {
        (name, sharper.partition(" ")[0])
        for name, row in rows.items()
        for sharper in row.get("yields", ())
    }
    assert {sharper for _, sharper in ways} <= rows.keys()
    assert [pair for pair in ways if pair[::-1] in ways] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("xe 14A-123.45 đi ngược chiều trên cao tốc Hạ Long", ["nguoc_chieu_cao_toc"]),
        ("xe 14A-123.45 đi ngược chiều phố Lê Lợi", ["nguoc_chieu"]),
        ("xe 14A-123.45 đỗ dưới biển cấm đỗ", ["do_bien_cam"]),
        ("xe 14A-123.45 dừng trên vạch qua đường", ["dung_bien_cam"]),
        ("xe 14A-123.45 đỗ ngay góc ngã tư Ao Cá", ["dung_do_5m"]),
        ("xe 14A-123.45 đỗ trên cầu Bãi Cháy", ["do_doi_cau_cong"]),
        ("xe 14A-123.45 đỗ gây ùn tắc ở chợ", ["do_gay_un_tac"]),
        ("xe 14A-123.45 đỗ chắn lối đi", ["do_long_duong"]),
        ("xe 14A-123.45 đỗ trên cao tốc Hà Nội", ["dung_do_cao_toc"]),
        ("xe tải 14C-123.45 quá tải 40%", ["qua_tai_30_50"]),
        ("xe 14C-123.45 tải trọng 10 tấn chở 22 tấn", ["qua_tai_100_150"]),
        ("xe 14A-123.45 chạy 85 km/h đoạn giới hạn 60", ["toc_do_20_35"]),
        ("xe 14A-123.45 quá tốc độ 8 km/h", ["toc_do_5_10"]),
        ("lái xe 14A-123.45 nồng độ cồn 0,35 mg/l", ["con_2"]),
        ("tài xế 14A-123.45 say xỉn vẫn lái xe", ["con_3"]),
        ("xe 14B1-123.45 chở người ngồi sau không đội mũ", ["cho_nguoi_khong_mu"]),
        ("xe 14B1-123.45 cả hai không đội mũ", ["cho_nguoi_khong_mu", "mu_bao_hiem"]),
        ("xe 14B1-123.45 kẹp 3", ["kep_3"]),
        ("xe 14B1-123.45 kẹp 4", ["kep_4"]),
        ("xe 14C-123.45 tông xe máy rồi bỏ chạy", ["bo_chay_tngt"]),
        ("xe 14C-123.45 tông xe máy", ["gay_tngt"]),
    ],
)
def test_the_right_row_is_chosen_among_its_neighbours(text: str, expected: list[str]) -> None:
    assert sorted(slugs(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "xe 14A-123.45 vượt đèn đỏ",
        "xe 14A-123.45 vuot den do",
        "xe 14A-123.45 vuot den do o nga tu Ao Ca luc 8h",
        "XE 14A-123.45 VƯỢT ĐÈN ĐỎ",
        "xe 14A-123.45 vượt đđ",
        "xe 14A-123.45 vượttt đèn đỏ",
        "xe 14A-123.45 vuợt đèn đỏ",
        "xe 14A-123.45 chạy lố đèn đỏ",
    ],
)
def test_an_act_is_known_however_it_is_typed(text: str) -> None:
    assert slugs(text) == ["den_do"]


@pytest.mark.parametrize(
    "text",
    [
        "xe 14A-123.45 không vượt đèn đỏ",
        "em dừng đèn đỏ ở ngã tư Ao Cá",
        "xe ở phường Đỗ Xá",
        "xe 14A-123.45 tìm thấy rồi, cảm ơn",
    ],
)
def test_what_is_denied_or_only_named_is_no_act(text: str) -> None:
    assert slugs(text) == []
