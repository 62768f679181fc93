"""Turns of phrase that tell what a message is for, beside what the reading finds in it. Pure.

All patterns are for text without diacritics, in lower case.
"""

import re

_OFFICER = r"(?:can bo|cong an|canh sat|csgt|cscd|chien si|sy quan)"
# "Tố cáo với công an có nhóm đánh người" is told to the police, not about them.
_NOT_TO_THEM = (
    r"(?: (?!(?:voi|den|toi|cho|gui|bao|nho|co|nhom|xu|can|vao|xem|giai|kiem|mong)\b)\w+)"
)
_MISDEED = (
    r"(?:hach sach|hach dich|hong hach|quat thao|quat mang|quat nat|danh nguoi|danh dan|lam quyen"
    r"|(?:doi|lam|nhan|an|vat) tien|an chan|bao ke|bao che|doa nat|tho lo|loi lom|thai do"
    r"(?: (?!tot|than|lich)\w+){0,3} (?:xau|kem|te|hach|quat|tho|khong|thieu))"
)
COMPLAINT = re.compile(
    rf"\b(?:voi vinh|mai lo|nhan hoi lo|sach nhieu|nhung nhieu)\b"
    rf"|\b(?:to cao|khieu nai){_NOT_TO_THEM}{{0,4}} {_OFFICER}\b"
    rf"|\bphan anh (?:ve )?(?:thai do|hanh vi)(?: cua)?(?: \w+)? {_OFFICER}\b"
    rf"|\b{_OFFICER}{_NOT_TO_THEM}{{0,4}} {_MISDEED}\b"
)
IMPOSTOR = re.compile(r"\b(?:gia danh|gia mao|mao danh|tu xung|xung (?:la|danh)|gia lam)\b")
"""Whoever only claims to be an officer is none: that is a crime, and no complaint."""
DENUNCIATION = re.compile(r"\bto cao\b|don to cao")
CORRECTION = re.compile(
    r"\bdinh chinh\b|\b(?:ghi|viet|noi|nhap|go|bao|gui) nham\b|\bnham roi\b|^(?:a |xin loi )?nham\b"
    r"|\by toi la\b|\bkhong phai\b.{1,60}\bma la\b|\bviet lai\b"
    r"|\bsua lai\b|\bi meant\b|\bcorrection\b"
)
PEOPLE = re.compile(
    r"\b(?:thanh nien|nam gioi|nu gioi|dan ong|phu nu|doi tuong|nhom|bon|ten|thang|nguoi)\b"
    r".{0,60}\b(?:ao|cao|toc|xam|deo|khoang|tuoi|beo|gay|mu|khau trang)\b"
)
SOURCE = re.compile(
    r"\b(?:toi|em|minh|chau|con|nha toi|gia dinh toi|vo toi|chong toi|con toi)"
    r"(?: \w+){0,2} (?:thay|chung kien|nghe|bi|nhan duoc|phat hien|la nan nhan|mat)\b"
    r"|\btan mat\b|\bnghe noi\b|\bcamera\b|\bhang xom ke\b"
    r"|\b(?:bat|lua|doa|goi|ep|cuop|danh|giat|moc)(?: \w+){0,2} (?:toi|em|minh|chau)\b"
)
REMOTE = re.compile(
    r"\b(?:goi (?:dien|toi|den|cho|xung|bao|noi|lua)|cuoc goi|dien thoai|tin nhan|nhan tin)\b"
)
ONLINE = re.compile(
    r"\b(?:facebook|fb|zalo|telegram|tiktok|tren mang|qua mang|duong link|link|website|app)\b"
)
VEHICLE = re.compile(
    r"\bmau \w+|\b(?:xe )?(?:ba gac|ban tai|cong nong|container|dau keo|tu che|xich lo|taxi)\b"
    r"|\bxe (?:tai|con|khach|ben|bon|buyt|may|hoi|dap|lu|cau|nang|nha|\d+ cho)\b|\bo ?to\b"
    r"|\b(?:wave|dream|sirius|exciter|winner|vision|air ?blade|sh|lead|vinfast|toyota|kia|mazda"
    r"|hyundai|honda|yamaha|ford|howo|hino|isuzu|thaco|limousine)\b"
)
"""A vehicle as one describes it who did not see its plate."""
PLATELESS = re.compile(r"\b(?:xe|tu che|ba gac)\b.{0,40}\bkhong (?:co |gan |deo )?bien(?: so)?\b")
RIDE = re.compile(r"\b(?:xe|oto|o to|taxi)\b")
THANKS = re.compile(r"\b(?:cam on|thank|thanks)\b")
GREETING = re.compile(r"^(?:xin )?(?:chao|alo|hello|hi|hey)\b")
REPORTING = re.compile(r"\b(?:bao|gui|phan anh|to giac|report)\b")
ASKING = re.compile(
    r"\?|\bcho (?:\w+ )?hoi\b|\bhoi (?:chut|ti|xiu)\b"
    r"|\b(?:bao nhieu|bao lau|bao gio|khi nao|o dau|the nao|lam sao|nhu nao|ra sao|tai sao"
    r"|may ngay|mat may|can gi|giay to gi|thu tuc gi|co phai|co duoc|how (?:much|long|do|can|to))\b"
    r"|\b(?:khong|ko|hong|chua)(?: (?:a|ad|vay|nhi|em|anh|chu))?[ .!]*$"
)
"""A question is put, and not merely a word of one used."""
MAY_ASK = re.compile(
    r"\b(?:bao nhieu|khong|ko|gi|sao|the nao|nao|ai|dau|may|ha|bao gio|chua|hoi|can|muon|phat)\b"
)
CALLING = re.compile(
    r"^[?!. ]+$|^(?:alo|a lo|ad oi|co ai (?:khong|o do|truc)|sao (?:im|lau|chua|khong|k|ko)\b"
    r"|(?:co )?lam viec (?:khong|ko|k)|co lam viec|tra loi di|dau roi|im the|im vay)"
)
"""Wants to know whether anybody is there."""
IS_OVER = re.compile(
    r"\b(?:giai tan|het roi|xong roi day|bo di het|di het roi|(?:no|ho|chung) di roi|chay het roi"
    r"|khong con nua|dung (?:lai )?roi|tat (?:nhac|loa) roi|im roi|ve het|tan roi|it is over"
    r"|they (?:have )?left)\b"
)
HIDES_NAME = re.compile(
    r"\b(?:dung|khong|ko) (?:de )?(?:lo|neu|tiet lo|cong khai) (?:ten|danh tinh)\b"
    r"|\b(?:giau ten|an danh|giu (?:bi mat|kin)(?: \w+)? (?:ten|danh tinh|giup|ho|cho))\b"
    r"|\b(?:stay|remain|keep me) anonymous\b"
)
IS_MINOR = re.compile(
    r"\b(?:em|chau|con)(?: (?:la|dang|nam nay|moi|hien))* "
    r"(?:hoc sinh|hoc lop \d+|lop \d+|1[0-5] tuoi|hoc cap (?:2|hai))\b"
)
NO_PICTURE = re.compile(
    r"\b(?:khong|ko|k|khon|hong|chua|chang) (?:\w+ ){0,2}(?:anh|hinh|video|clip|chup|quay)\b"
    r"|\bno (?:photo|picture|video)|\b(?:not|t) have (?:a|any|the)? ?(?:photo|picture|video)"
)
FIRE = re.compile(r"cháy|\bdam chay|\bchay (?:nha|rung|lon|xuong|kho|quan)|\bboc chay|hoa hoan")
"""Also for text with its marks: "cháy" burns, "chạy" runs."""
INFRASTRUCTURE = re.compile(
    r"den tin hieu|den giao thong|den do hong|den xanh do|o ga|sut lun|nap cong|bien bao|vach ke"
    r"|dau loang|cay do|mat duong|duong hong"
)
