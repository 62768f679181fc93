"""Plates as citizens type them."""

import pytest

from functions.intake.reading import plates
from functions.intake.reading.normal import normalise


def read(text: str) -> list[str]:
    return [plate.number for plate in plates.find(normalise(text))]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Xe 14A-123.45 vượt đèn đỏ", "14A-123.45"),
        ("bks 14a 12345", "14A-123.45"),
        ("14A12345", "14A-123.45"),
        ("14 - A - 123.45", "14A-123.45"),
        ("biển 14 A 12.345", "14A-123.45"),
        ("xe14A-12345", "14A-123.45"),
        ("xe 29a 123 45", "29A-123.45"),
        ("14A1-2345", "14A1-2345"),
        ("14-B1 234.56 không mũ", "14B1-234.56"),
        ("14B123456", "14B1-234.56"),
        ("lúc 7h30 14K1-2345", "14K1-2345"),
        ("BIỂN SỐ 59-P1 – 123.45", "59P1-123.45"),
        ("29-H4 6868", "29H4-6868"),
        ("xe 16L 4567", "16L-4567"),
        ("29MD1 12345", "29MĐ1-123.45"),
        ("29-MĐ1 123.45", "29MĐ1-123.45"),
        ("14-AA 123.45", "14AA-123.45"),
        ("14LD-001.23", "14LD-001.23"),
        ("15R-012.34", "15R-012.34"),
        ("xe 30E-678.90 chạy", "30E-678.90"),
        ("14Ａ－１２３．４５", "14A-123.45"),
        ("29-NN-291-02", "29-291-NN-02"),
        ("80-011-NG-03", "80-011-NG-03"),
        ("xe biển đỏ KA 12-34", "KA-12-34"),
        ("KA-12-34", "KA-12-34"),
    ],
)
def test_a_plate_is_read_in_its_normal_form(text: str, number: str) -> None:
    assert read(text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "14C-123.xx",
        "60C-1234x",
        "42A-123.45",
        "km 12+500 QL18",
        "ngày 15/11/2025 14h30",
        "lúc 14h 2026",
        "nghị định 168/2024/NĐ-CP",
        "căn hộ 18A-1205",
        "chung cư 25T2-1205",
        "lớp 12A1 2024",
        "giá 35k 20000 một cái",
        "cccd 022091234567",
        "mã đơn 29C123456789",
        "số khung RLH14A12345",
        "từ 10-15 người",
        "điện thoại 0912.345.678",
        "mã phiếu 7K3F-9Q2D-X",
    ],
)
def test_a_look_alike_is_refused(text: str) -> None:
    assert read(text) == []


def test_letters_and_digits_are_never_put_right() -> None:
    assert read("xe 14A-O23.45 và 14A-l23.45") == []


def test_several_plates_keep_their_order_and_come_once() -> None:
    assert read("30E67890,15B.02345 rồi 30E-678.90") == ["30E-678.90", "15B-023.45"]


def test_a_plate_that_is_taken_back_is_none() -> None:
    assert read("không phải 14A-123.45 mà là 14A-123.54") == ["14A-123.54"]


def test_a_plate_run_together_is_less_certain() -> None:
    (certain,) = plates.find(normalise("14A-123.45"))
    (flagged,) = plates.find(normalise("14A12345"))
    assert flagged.confidence < certain.confidence


def test_what_was_typed_is_kept() -> None:
    (plate,) = plates.find(normalise("biển 14 a 123 45 nhé"))
    assert plate.raw == "14 a 123 45"
    assert plate.span == (5, 16)


def test_a_lorry_a_coach_and_a_motorcycle_show_it() -> None:
    found = plates.find(normalise("14C-123.45 29B-123.45 14B1-234.56 14A-123.45 KA-12-34"))
    kinds = {plate.number: plates.vehicle(plate) for plate in found}
    assert kinds == {
        "14C-123.45": "truck",
        "29B-123.45": "coach",
        "14B1-234.56": "moto",
        "14A-123.45": "car",
        "KA-12-34": None,
    }
