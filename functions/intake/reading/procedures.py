"""Which administrative procedure a question is about."""

from enum import StrEnum

from functions.intake.reading.lexicon import Mentions
from functions.intake.reading.normal import Normal


class Procedure(StrEnum):
    """What citizens ask about; the portal's procedures behind each are in `knowledge`."""

    TAM_TRU = "tam_tru"
    THUONG_TRU = "thuong_tru"
    TAM_VANG = "tam_vang"
    CAN_CUOC = "can_cuoc"
    DINH_DANH_VNEID = "dinh_danh_vneid"
    DANG_KY_XE = "dang_ky_xe"
    GPLX = "gplx"
    HO_CHIEU = "ho_chieu"
    LY_LICH_TU_PHAP = "ly_lich_tu_phap"
    PCCC = "pccc"
    CON_DAU = "con_dau"
    VU_KHI_CONG_CU = "vu_khi_cong_cu"
    KHAI_SINH_KHAC = "khai_sinh_khac"
    PHAT_NGUOI = "phat_nguoi"
    KHAC = "khac"


# The sharpest first: papers about residence mention identity cards, not the other way round.
_ORDER = (
    Procedure.PHAT_NGUOI, Procedure.LY_LICH_TU_PHAP, Procedure.HO_CHIEU, Procedure.CON_DAU,
    Procedure.PCCC, Procedure.VU_KHI_CONG_CU, Procedure.TAM_VANG, Procedure.TAM_TRU,
    Procedure.THUONG_TRU, Procedure.KHAI_SINH_KHAC, Procedure.CAN_CUOC,
    Procedure.GPLX, Procedure.DANG_KY_XE, Procedure.DINH_DANH_VNEID,
)  # fmt: skip


_CONCEPTS = tuple((procedure.value, procedure) for procedure in _ORDER)
# Words that tell the procedure only where nothing sharper is said.
_HINTS = (
    ("thuong_tru_hint", Procedure.THUONG_TRU),
    ("tam_tru_hint", Procedure.TAM_TRU),
)
_VEHICLES = frozenset(["moto", "car", "truck", "coach", "electric", "generic_vehicle"])
_ACTIONS = frozenset(["lam", "doi", "cap", "xin", "mat", "nop", "lai", "han", "tra"])


def topics(normal: Normal, mentions: Mentions) -> list[Procedure]:
    """The procedures mentioned, the likeliest first: what one wants done before what one has."""
    found = [procedure for concept, procedure in _CONCEPTS if concept in mentions]
    if not found:
        found = [procedure for hint, procedure in _HINTS if hint in mentions]
        if "dang_ky_xe_hint" in mentions and not mentions.keys().isdisjoint(_VEHICLES):
            found.append(Procedure.DANG_KY_XE)
    if len(found) > 1:
        found.sort(
            key=lambda procedure: (
                procedure is not Procedure.PHAT_NGUOI
                and not _is_wanted(normal, mentions, procedure)
            )
        )
    if Procedure.DINH_DANH_VNEID in found and "vneid_use" in mentions:
        found.remove(Procedure.DINH_DANH_VNEID)
        found.insert(0, Procedure.DINH_DANH_VNEID)
    return found


def _is_wanted(normal: Normal, mentions: Mentions, procedure: Procedure) -> bool:
    """Whether a word like "đổi", "làm", "xin" stands right before the paper."""
    return any(
        not _ACTIONS.isdisjoint(normal.words[max(0, first - 2) : first])
        for first, _ in mentions.get(procedure.value, ())
    )
