"""The words and payloads that citizens ask with."""

from functions.intake.acts import Act
from functions.reports.account import Gap

WORDS: dict[Act, str] = {
    Act.FINISH: "xong|đã xong|gửi xong|đã gửi xong|xong hết|đã đủ|đủ|đủ rồi|gửi hết|đã gửi hết|"
    "đã gửi đủ|hoàn tất|hoàn thành|kết thúc|done|finish|finished|finish report",
    Act.HOW_TO: "gửi phản ánh|gửi phản ánh mới|phản ánh mới|báo tin|tố giác|báo vi phạm|phản ánh|"
    "cách gửi phản ánh|hướng dẫn gửi phản ánh|report|new report|make a report|"
    "report a violation|send a report",
    Act.CANCEL: "hủy|huỷ|hủy bỏ|huỷ bỏ|hủy phản ánh|huỷ phản ánh|bỏ|bỏ đi|thôi|thôi khỏi|"
    "bỏ phản ánh|không gửi nữa|không phản ánh nữa|không báo nữa|thôi không gửi nữa|"
    "cancel|cancel report",
    Act.CORRECT: "sửa|sửa lại|sửa nội dung|sửa phản ánh|chỉnh sửa|sửa thông tin|correct|edit",
    Act.SKIP: "bỏ qua|không rõ|không biết|không nhớ|không nhớ rõ|không nhìn rõ|không thấy rõ|"
    "không để ý|không chắc|không xác định|không có|không biết nữa|không nhớ nữa|chịu|chưa rõ|"
    "skip|not sure|do not know|don't know|i don't know|i don't remember|unknown",
    Act.ANONYMOUS: "ẩn danh|giấu tên|gửi ẩn danh|phản ánh ẩn danh|báo tin ẩn danh|không nêu tên|"
    "giữ bí mật tên|giấu danh tính|không tiết lộ danh tính|anonymous|stay anonymous",
    Act.STILL_ONGOING: "đang diễn ra|còn đang diễn ra|vẫn đang diễn ra|vẫn còn đang diễn ra|"
    "vẫn còn|còn diễn ra|vẫn diễn ra|vẫn đang|vẫn tiếp diễn|đang tiếp diễn|still ongoing|"
    "it is still happening|still happening",
    Act.ENDED: "đã hết|đã kết thúc|đã chấm dứt|đã dừng|hết rồi|không còn nữa|không còn diễn ra|"
    "đã giải tán|it has ended|ended|it is over",
    Act.LOOK_UP: "tra cứu|tra cứu kết quả|tra cứu phản ánh|tc|phản ánh của tôi|"
    "các phản ánh của tôi|phản ánh đã gửi|xem phản ánh|xem phản ánh của tôi|kết quả phản ánh|"
    "kết quả phản ánh của tôi|xem kết quả|hỏi kết quả|bao giờ có kết quả|có kết quả chưa|"
    "my reports|my report|status|check status|report status",
    Act.SUPPLEMENT: "bổ sung|bs|bổ sung phản ánh|bổ sung bằng chứng|bổ sung chứng cứ|"
    "bổ sung thông tin|bổ sung tài liệu|gửi bổ sung|gửi thêm bằng chứng|add evidence|supplement",
    Act.WITHDRAW_REPORT: "rút phản ánh|rút lại phản ánh|rút đơn|rút tin báo|rút tố giác|"
    "rút lại đơn|thu hồi phản ánh|withdraw|withdraw report|withdraw my report",
    Act.WANT_RESULT: "báo kết quả|báo kết quả cho tôi|nhận kết quả|thông báo kết quả|"
    "muốn nhận kết quả|tell me the result",
    Act.NO_RESULT: "không báo kết quả|không cần báo kết quả|không nhận kết quả|không báo|"
    "không cần kết quả|no result needed|do not tell me the result",
    Act.REOPEN: "xem lại|xem xét lại|xem lại kết quả|đề nghị xem lại|đề nghị xem xét lại|"
    "khiếu nại kết quả|review again|reopen",
    Act.VERIFY: "kiểm tra tin này|kiểm tra tin nhắn|kiểm tra tin nhắn này|kiểm tra tin|"
    "xác minh tin này|xác minh tin nhắn|tin này có thật không|tin nhắn này có thật không|"
    "tin này có phải của công an không|tin nhắn này có phải của công an không|"
    "tin này thật hay giả|verify|verify this message|is this message real",
    Act.MY_DATA: "dữ liệu của tôi|thông tin của tôi|dữ liệu cá nhân|dữ liệu cá nhân của tôi|"
    "xem dữ liệu của tôi|my data",
    Act.DELETE_DATA: "xóa dữ liệu|xoá dữ liệu|xóa dữ liệu của tôi|xoá dữ liệu của tôi|"
    "xóa thông tin của tôi|xoá thông tin của tôi|xóa dữ liệu cá nhân|xoá dữ liệu cá nhân|"
    "delete my data",
    Act.SHARE_IDENTITY: "cung cấp thông tin|cung cấp thông tin cá nhân|cung cấp thông tin liên hệ|"
    "chia sẻ thông tin|chia sẻ thông tin liên hệ|share my details|share my contact",
    Act.PROCEDURES: "thủ tục|thủ tục hành chính|hỏi thủ tục|các thủ tục|procedures",
    Act.CONTACTS: "liên hệ|số điện thoại|số điện thoại liên hệ|địa chỉ|đường dây nóng|"
    "thông tin liên hệ|hotline|contact|contacts",
    Act.SCAM: "cảnh báo|cảnh báo lừa đảo|lừa đảo|scam|scam warning",
    Act.SUPPORT: "hỗ trợ|trợ giúp|giúp đỡ|hướng dẫn|support|help",
    Act.MENU: "menu|trang chủ|bắt đầu|start|danh mục",
    Act.ENGLISH: "english|tiếng anh|speak english|in english",
    Act.VIETNAMESE: "tiếng việt|vietnamese|tieng viet",
}
"""Whole messages, each way with its marks; it is recognised without them too."""
PAYLOADS = {
    "xong": Act.FINISH,
    "guiphananh": Act.HOW_TO,
    "huy": Act.CANCEL,
    "sua": Act.CORRECT,
    "thieu": Act.GAP,
    "boqua": Act.SKIP,
    "andanh": Act.ANONYMOUS,
    "condienra": Act.STILL_ONGOING,
    "dahet": Act.ENDED,
    "tracuu": Act.LOOK_UP,
    "bosung": Act.SUPPLEMENT,
    "rut": Act.WITHDRAW_REPORT,
    "baoketqua": Act.WANT_RESULT,
    "khongbao": Act.NO_RESULT,
    "xemlai": Act.REOPEN,
    "kiemtra": Act.VERIFY,
    "dulieu": Act.MY_DATA,
    "xoadulieu": Act.DELETE_DATA,
    "cungcap": Act.SHARE_IDENTITY,
    "thutuc": Act.PROCEDURES,
    "lienhe": Act.CONTACTS,
    "canhbao": Act.SCAM,
    "hotro": Act.SUPPORT,
    "menu": Act.MENU,
    "english": Act.ENGLISH,
    "tiengviet": Act.VIETNAMESE,
}
"""What follows the # of a button's payload."""
TOPICS = {
    way: gap
    for gap, ways in {
        Gap.ACT: "hanhvi|hanh vi|noidung|loi vi pham|vi pham",
        Gap.TIME: "thoigian|thoi gian|gio|ngay gio|ngay|time",
        Gap.PLACE: "diadiem|dia diem|vi tri|noi xay ra|place",
        Gap.SUBJECT: "bienso|bien so|bien so xe|doituong|doi tuong|plate|number plate",
        Gap.MEDIA: "hinhanh|hinh anh|anh|video|tailieu|tai lieu|bangchung|photo",
        Gap.ONGOING: "dienra",
        Gap.SOURCE: "nguontin",
    }.items()
    for way in ways.split("|")
}
"""What can be put right or added, after the payload's underscore or in words."""
TAKES_CODE: dict[Act, tuple[str, ...]] = {
    Act.LOOK_UP: ("tc", "tracuu", "tra cuu", "tra cuu ket qua", "tra cuu phan anh", "status"),
    # "bs" is short for "biển số" too, so nothing but a real code makes it a command.
    Act.SUPPLEMENT: ("bs", "bo sung", "bo sung phan anh", "add evidence", "supplement"),
    Act.WITHDRAW_REPORT: ("rut", "rut phan anh", "rut lai phan anh", "withdraw"),
    Act.REOPEN: ("xem lai", "xem xet lai", "xem lai phan anh", "reopen"),
    Act.WANT_RESULT: ("bao ket qua", "nhan ket qua"),
    Act.NO_RESULT: ("khong bao ket qua", "khong bao"),
}
"""Words before a report's code, without marks."""
