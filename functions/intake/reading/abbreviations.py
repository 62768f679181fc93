"""How people shorten Vietnamese when they type on a telephone ("teencode"), and what it means."""

# Keys as typed, lower case; only a word that stands alone is expanded ("50k" is a price).
SHORT_FORMS: dict[str, tuple[str, ...]] = {
    short: tuple(long.split())
    for short, long in {
        # Small words, among them those of the Centre and the South.
        "k": "không", "ko": "không", "kô": "không", "kg": "không", "khg": "không",
        "kh": "không", "hok": "không", "hk": "không", "hông": "không",
        "hổng": "không", "khum": "không", "nỏ": "không", "khôg": "không",
        "đc": "được", "dc": "được", "đx": "được", "đag": "đang", "dag": "đang", "đg": "đang",
        "đương": "đang", "vs": "với", "r": "rồi", "rùi": "rồi", "ròi": "rồi", "gòi": "rồi",
        "lun": "luôn", "j": "gì", "gi": "gì", "z": "vậy", "v": "vậy", "zậy": "vậy",
        "ng": "người", "ngta": "người ta", "cx": "cũng", "cg": "cũng", "nhìu": "nhiều",
        "qá": "quá", "wá": "quá", "trc": "trước", "ms": "mới", "bt": "biết", "bít": "biết",
        "lm": "làm", "mún": "muốn", "mik": "mình", "hnay": "hôm nay", "hqua": "hôm qua",
        "bjo": "bây giờ", "bjờ": "bây giờ", "bgio": "bây giờ", "bgiờ": "bây giờ",
        "chừ": "bây giờ", "dừ": "bây giờ", "ntn": "như thế nào", "bn": "bao nhiêu",
        "bnh": "bao nhiêu", "bnhieu": "bao nhiêu", "bnhiu": "bao nhiêu", "nhiu": "nhiêu",
        "mn": "mọi người", "hsinh": "học sinh",
        # Traffic, papers, offices.
        "xm": "xe máy", "oto": "ô tô", "ôtô": "ô tô", "otô": "ô tô", "ôto": "ô tô",
        "đđ": "đèn đỏ", "mbh": "mũ bảo hiểm", "bks": "biển số", "bsx": "biển số",
        "bs": "biển số", "gplx": "giấy phép lái xe", "blx": "bằng lái xe",
        "đt": "điện thoại", "dt": "điện thoại", "đthoại": "điện thoại", "dthoai": "điện thoại",
        "sdt": "số điện thoại", "sđt": "số điện thoại", "đky": "đăng ký", "đkí": "đăng ký",
        "đki": "đăng ký", "dky": "đăng ký", "dki": "đăng ký", "đk": "đăng ký", "dk": "đăng ký",
        "vp": "vi phạm", "pt": "phương tiện", "gt": "giao thông", "kdc": "khu dân cư",
        "tngt": "tai nạn giao thông", "cccd": "căn cước", "cmnd": "căn cước",
        "cmt": "căn cước", "csgt": "cảnh sát giao thông", "cagt": "cảnh sát giao thông",
        "lltp": "lý lịch tư pháp", "antt": "an ninh trật tự", "shk": "sổ hộ khẩu",
        "ubnd": "ủy ban nhân dân", "cty": "công ty", "nđ": "nghị định", "ql": "quốc lộ",
    }.items()
}  # fmt: skip
