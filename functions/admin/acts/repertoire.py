"""The acts in a report: the form of each, what it changes, and how it is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from functions.admin import forms
from functions.admin.acts.cases import Deed
from functions.admin.acts.deeds import By, Deeds
from functions.admin.forms import ActForm
from functions.admin.language import marked
from functions.reports.store import StoredReport


@dataclass(frozen=True, slots=True)
class Act:
    """An act in a report: its form, and what it changes."""

    title: str
    form: type[ActForm]
    do: Callable[[Deeds, StoredReport, Any, By], Deed]
    told: str
    """What is said when it stands."""
    goes_on: bool = False
    """The officer is done with this report: the next one of the list comes."""


ACTS: Mapping[str, Act] = {
    "claim": Act(marked("Nhận xử lý"), ActForm, Deeds.claim, marked("Đồng chí đã nhận xử lý.")),
    "assign": Act(
        marked("Giao cán bộ"),
        forms.AssignForm,
        Deeds.assign,
        marked("Đã giao xử lý."),
        goes_on=True,
    ),
    "release": Act(marked("Thôi xử lý"), ActForm, Deeds.release, marked("Đã thôi giao xử lý.")),
    "offer": Act(
        marked("Chuyển đơn vị khác"),
        forms.OfferForm,
        Deeds.offer,
        marked("Đã đề nghị chuyển."),
        goes_on=True,
    ),
    "take_over": Act(
        marked("Tiếp nhận chuyển đến"),
        ActForm,
        Deeds.take_over,
        marked("Đơn vị đã tiếp nhận phản ánh."),
    ),
    "return_back": Act(
        marked("Trả lại đơn vị chuyển"),
        forms.ReasonForm,
        Deeds.return_back,
        marked("Đã trả lại."),
        goes_on=True,
    ),
    "take_back": Act(
        marked("Rút đề nghị chuyển"),
        forms.ReasonForm,
        Deeds.return_back,
        marked("Đã rút đề nghị chuyển."),
    ),
    "accept": Act(marked("Thụ lý"), ActForm, Deeds.accept, marked("Đã thụ lý.")),
    "extend": Act(
        marked("Gia hạn xác minh"), forms.ExtendForm, Deeds.extend, marked("Đã gia hạn xác minh.")
    ),
    "classify": Act(
        marked("Phân loại"), forms.ClassifyForm, Deeds.classify, marked("Đã phân loại.")
    ),
    "restrict": Act(
        marked("Hạn chế: chỉ thanh tra thấy"),
        forms.ReasonForm,
        Deeds.restrict,
        marked("Đã chuyển sang diện hạn chế."),
        goes_on=True,
    ),
    "open_to_unit": Act(
        marked("Mở lại cho đơn vị"),
        forms.ReasonForm,
        Deeds.open_to_unit,
        marked("Đã mở lại cho đơn vị."),
    ),
    "note": Act(marked("Ghi chú nội bộ"), forms.NoteForm, Deeds.note, marked("Đã ghi chú.")),
    "ask": Act(
        marked("Hỏi thêm người dân"),
        forms.WordsForm,
        Deeds.ask,
        marked("Câu hỏi sẽ gửi sau 15 giây."),
    ),
    "reply": Act(
        marked("Trả lời người dân"),
        forms.WordsForm,
        Deeds.reply,
        marked("Câu trả lời sẽ gửi sau 15 giây."),
    ),
    "approve": Act(marked("Duyệt và gửi"), ActForm, Deeds.approve, marked("Đã duyệt.")),
    "return_words": Act(
        marked("Trả lại để sửa"),
        forms.ReasonForm,
        Deeds.return_words,
        marked("Đã trả lại bản trình."),
    ),
    "withdraw_words": Act(
        marked("Rút lại để sửa"), ActForm, Deeds.withdraw_words, marked("Đã rút lại bản trình.")
    ),
    "record": Act(
        marked("Ghi kết quả"),
        forms.OutcomeForm,
        Deeds.conclude,
        marked("Đã ghi kết quả."),
        goes_on=True,
    ),
    "undo_outcome": Act(
        marked("Hoàn tác kết quả"), ActForm, Deeds.undo_outcome, marked("Đã hoàn tác kết quả.")
    ),
    "reopen": Act(
        marked("Mở lại phản ánh"), forms.ReasonForm, Deeds.reopen, marked("Đã mở lại phản ánh.")
    ),
    "link": Act(marked("Cùng vụ việc"), forms.LinkForm, Deeds.link, marked("Đã liên kết.")),
    "unlink": Act(marked("Bỏ liên kết"), forms.UnlinkForm, Deeds.unlink, marked("Đã bỏ liên kết.")),
    "mark_duplicate": Act(
        marked("Đánh dấu trùng"), forms.LinkForm, Deeds.mark_duplicate, marked("Đã đánh dấu trùng.")
    ),
    "split_off": Act(
        marked("Tách thành phản ánh khác"),
        forms.SplitForm,
        Deeds.split_off,
        marked("Đã tách thành phản ánh mới."),
    ),
    "block": Act(
        marked("Tạm dừng tiếp nhận tài khoản này"),
        forms.BlockForm,
        Deeds.block,
        marked("Đã tạm dừng tiếp nhận tài khoản này."),
    ),
    "unblock": Act(
        marked("Tiếp nhận lại tài khoản này"),
        forms.ReasonForm,
        Deeds.unblock,
        marked("Đã tiếp nhận lại tài khoản này."),
    ),
}
"""Under the endpoint of each."""

TOLD: Mapping[str, str] = {
    **{name: act.told for name, act in ACTS.items()},
    "call_back": marked("Đã thu hồi; nội dung còn trong ô soạn."),
    "propose": marked("Đã trình lãnh đạo duyệt."),
    "enter": marked("Đã nhập phản ánh. Mã phiếu ở đầu trang."),
    "keep_contact": marked("Đã lưu liên hệ vào két danh tính."),
    "erase_contact": marked("Đã xóa liên hệ khỏi két danh tính."),
}
"""What is said when an act stands."""

TITLES: Mapping[str, str] = {
    **{name: act.title for name, act in ACTS.items()},
    "call_back": marked("Thu hồi"),
}

LABELS: Mapping[str, str] = {
    "outcome": marked("Kết quả"),
    "reason": marked("Lý do, thông tin thêm"),
    "note": marked("Ghi chú nội bộ"),
    "delay_days": marked("Số ngày chờ"),
    "text": marked("Nội dung"),
    "unit": marked("Đơn vị"),
    "officer": marked("Cán bộ"),
    "until": marked("Đến hết ngày"),
    "track": marked("Loại việc"),
    "code": marked("Mã phiếu"),
    "plate": marked("Biển số"),
    "days": marked("Số ngày"),
}
"""What officers type, as it is shown beside what somebody else did."""

REFILLED = frozenset(name for name, act in ACTS.items() if act.form is not ActForm) - {
    "mark_duplicate",
    "unlink",
}
"""Acts whose own form comes back with what was typed in it."""
