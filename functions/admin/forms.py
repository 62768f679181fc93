"""What the forms of the acts may hold. Anything else is refused (ASVS 15.3.3)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from werkzeug.datastructures import MultiDict

from functions.admin.fields import (
    MOST_REASON_CHARACTERS,
    Identifier,
    Operation,
    Reason,
    Subject,
    Written,
)
from functions.admin.language import marked
from functions.errors import Rejected
from functions.followups.entrance import Contact
from functions.reports.model import OutcomeCode
from functions.reports.tracks import Source, Track
from functions.vietnam import telephone

MOST_NOTE_CHARACTERS = 2000
MOST_WORDS_CHARACTERS = 1500
"""Of an officer's own words: with the sentence around them they stay below Zalo's 2,000."""
MOST_DELAY_DAYS = 60
MOST_BULK = 200
MOST_ITEMS = 500

_BLANK = re.compile(r"\{[a-z_]*\}|\[\.\.\.\]|…{2,}")
"""A gap that a canned text leaves to be filled."""

SENTENCES = {
    "outcome": marked("Xin chọn một kết quả."),
    "reason": marked("Xin ghi nội dung, dài tối đa 500 ký tự."),
    "note": marked("Ghi chú nội bộ dài tối đa 2000 ký tự."),
    "delay_days": marked("Số ngày chờ là số từ 0 đến 60."),
    "officer": marked("Xin chọn một cán bộ."),
    "unit": marked("Xin chọn một đơn vị."),
    "until": marked("Xin chọn ngày theo dạng ngày, tháng, năm."),
    "track": marked("Xin chọn loại việc."),
    "text": marked("Xin nhập nội dung, tối đa 1500 ký tự và không còn chỗ trống trong ngoặc."),
    "code": marked("Mã phiếu chưa đúng. Mã có dạng 7K3F-9Q2D-X."),
    "item": marked("Xin chọn nội dung cần tách."),
    "plate": marked("Biển số dài tối đa 20 ký tự."),
    "plates": marked("Biển số dài tối đa 200 ký tự."),
    "source": marked("Xin chọn nguồn tin."),
    "what": marked("Xin ghi nội dung vụ việc, tối đa 2000 ký tự."),
    "when": marked("Xin chọn ngày giờ hợp lệ."),
    "where": marked("Địa điểm dài tối đa 300 ký tự."),
    "contact_name": marked("Họ tên dài tối đa 200 ký tự."),
    "contact_phone": marked("Số điện thoại chưa đúng. Ví dụ: 0900 000 123 hoặc 0203 3000 123."),
    "contact_address": marked("Địa chỉ dài tối đa 300 ký tự."),
    "title": marked("Tên mẫu dài từ 1 đến 80 ký tự."),
    "days": marked("Số ngày từ 1 đến 365."),
    "view_name": marked("Tên mục dài từ 1 đến 40 ký tự."),
    "name": marked("Tên dài từ 1 đến 200 ký tự."),
    "short_name": marked("Tên ngắn dài từ 1 đến 200 ký tự."),
    "unit_id": marked("Mã đơn vị chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối."),
    "kind": marked("Xin chọn loại đơn vị."),
    "parent": marked("Xin chọn một đơn vị."),
    "into": marked("Xin chọn một đơn vị."),
    "aliases": marked("Xin ghi ít nhất một tên gọi."),
    "communes": marked("Chưa đọc được. Ví dụ: xã An Hòa (thị trấn An Hòa) [huyện An Hòa]."),
    "stretches": marked("Chưa đọc được. Ví dụ: QL18 Km0+000-Km42+500 hướng Bến Vân."),
    "categories": marked("Loại việc: mỗi dòng một mã."),
    "part_id": marked("Mã đơn vị chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối."),
    "part_name": marked("Tên dài tối đa 200 ký tự."),
    "part_short": marked("Tên ngắn dài tối đa 200 ký tự."),
    "part_communes": marked("Chưa đọc được. Ví dụ: xã An Hòa (thị trấn An Hòa) [huyện An Hòa]."),
    "part_stretches": marked("Chưa đọc được. Ví dụ: QL18 Km0+000-Km42+500 hướng Bến Vân."),
    "subject": marked("Mã đăng nhập chỉ gồm chữ không dấu, chữ số và . _ | @ : + -."),
    "email": marked("Thư điện tử chưa đúng."),
    "role": marked("Xin chọn một vai trò."),
    "starts_at": marked("Xin chọn ngày giờ hợp lệ."),
    "ends_at": marked("Xin chọn ngày giờ hợp lệ."),
}
"""What is said of each field that people type."""

_ABOUT_REASON_TOLD = marked("Thông tin thêm dài tối đa 500 ký tự.")


def _complete(text: str) -> str:
    if _BLANK.search(text):
        raise ValueError("a gap is not filled")
    return text


def _telephone(text: str) -> str:
    number = telephone(text) if text else ""
    if number is None:
        raise ValueError("not a telephone number of Viet Nam")
    return number


_Blank = BeforeValidator(lambda value: value or None)
_Told = Annotated[
    str,
    Written,
    Field(min_length=1, max_length=MOST_WORDS_CHARACTERS),
    AfterValidator(_complete),
]


class Form(BaseModel):
    """A form of ours: nothing in it that it does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ActForm(Form):
    """What every act says beside its own fields."""

    version: int = Field(ge=1)
    """The report's version that the officer saw."""
    operation: Operation
    """Drawn when the form was rendered, so that sending it twice does it once."""
    view: str = Field(default="", max_length=200)
    """The list from which the officer came: the next report is taken from it."""


class OutcomeForm(ActForm):
    """An outcome as an officer sends it."""

    outcome: OutcomeCode
    reason: Annotated[str, Written, Field(max_length=MOST_REASON_CHARACTERS)] = ""
    """Told to the citizen beside the standard sentence."""
    note: Annotated[str, Written, Field(max_length=MOST_NOTE_CHARACTERS)] = ""
    """For colleagues only."""
    delay_days: int = Field(ge=0, le=MOST_DELAY_DAYS)
    """After how many days the reporter is told; 0 is at once."""


class AssignForm(ActForm):
    """To whom."""

    officer: Subject


class ReasonForm(ActForm):
    """Why."""

    reason: Reason


class OfferForm(ReasonForm):
    """To which unit, and why."""

    unit: Identifier


class ExtendForm(ReasonForm):
    """Until the end of which day, and why."""

    until: date


class ClassifyForm(ActForm):
    """Which matter it is. A box that is not ticked is not sent."""

    track: Track
    is_urgent: bool = False


class NoteForm(ActForm):
    """Words for colleagues."""

    text: Annotated[str, Written, Field(min_length=1, max_length=MOST_NOTE_CHARACTERS)]


class WordsForm(ActForm):
    """Words for the reporter."""

    text: _Told
    insert: str = ""
    """A canned text that was looked at; only putting it in counts."""


class LinkForm(ActForm):
    """The other report, by the code that is printed on it."""

    code: Annotated[str, Field(max_length=40)]


class UnlinkForm(ActForm):
    """The other report."""

    other: Identifier


class SplitForm(ActForm):
    """What goes into a report of its own, and about which vehicle that is."""

    item: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_ITEMS)]
    plate: Annotated[str, Written, Field(max_length=20)] = ""


class BlockForm(ReasonForm):
    """For how long this reporter may not begin reports, and why."""

    days: int = Field(ge=1, le=365)


class DraftForm(Form):
    """Words that are not sent yet. Whatever else stands in the composer comes along."""

    kind: str = Field(pattern=r"^(note|question|reply)$")
    text: Annotated[str, Field(max_length=4000)] = ""
    insert: Annotated[Identifier | None, _Blank] = None
    """The canned text to put at the end of them."""
    version: str = ""
    operation: str = ""
    view: str = ""


class BulkForm(Form):
    """One act on many reports; the fields of all acts, of which the chosen one takes its own."""

    act: str = Field(pattern=r"^[a-z_]{1,20}$")
    report: Annotated[tuple[str, ...], Field(max_length=MOST_BULK)] = ()
    """Ids when it is planned; with the version that was seen, `id:version`, when it is done."""
    scope: str = Field(default="", pattern=r"^(all)?$")
    view: str = Field(default="", max_length=200)
    operation: Operation
    officer: str = ""
    track: str = ""
    is_urgent: str = ""
    outcome: str = ""
    reason: str = ""
    note: str = ""
    delay_days: str = ""


class TextForm(Form):
    """A canned text."""

    unit: Identifier
    title: Annotated[str, Written, Field(min_length=1, max_length=80)]
    text: Annotated[str, Written, Field(min_length=1, max_length=MOST_WORDS_CHARACTERS)]
    id: Annotated[Identifier | None, _Blank] = None
    operation: Operation


class _ContactFields(Form):
    """How to reach who told a report; on its way to the vault, shown by no `repr`."""

    contact_name: Annotated[str, Written, Field(max_length=200, repr=False)] = ""
    contact_phone: Annotated[
        str, Written, Field(max_length=40, repr=False), AfterValidator(_telephone)
    ] = ""
    """`84…`"""
    contact_address: Annotated[str, Written, Field(max_length=300, repr=False)] = ""
    operation: Operation

    @property
    def contact(self) -> Contact | None:
        """What was told of it; None where nothing was."""
        told = {
            "name": self.contact_name,
            "phone": self.contact_phone,
            "address": self.contact_address,
        }
        kept = {name: SecretStr(words) for name, words in told.items() if words}
        return Contact(**kept) if kept else None


class ContactForm(_ContactFields):
    """How to reach who told a report, told later."""


class EntryForm(_ContactFields):
    """A report that came another way."""

    unit: Identifier
    source: Source
    track: Track
    what: Annotated[str, Written, Field(min_length=1, max_length=MOST_NOTE_CHARACTERS)]
    when: Annotated[datetime | None, _Blank] = None
    """By the clock of Vietnam, as the browser's field gives it."""
    where: Annotated[str, Written, Field(max_length=300)] = ""
    plates: Annotated[str, Written, Field(max_length=200)] = ""
    is_urgent: bool = False
    is_anonymous: bool = False
    """Whoever told it wants their identity kept secret."""


@dataclass(frozen=True, slots=True)
class TypedForm:
    """A form as it was typed, to be shown again with nothing lost."""

    fields: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    """A sentence for each field that has to be corrected."""
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Fields that may come more than once."""

    @classmethod
    def of(cls, fields: Mapping[str, object], problems: Mapping[str, str] | None = None) -> Self:
        """What was sent, kept apart by whether a field may be repeated."""
        single = {name: value for name, value in fields.items() if isinstance(value, str)}
        lists = {name: value for name, value in fields.items() if isinstance(value, list)}
        return cls(single, problems or {}, lists)


def single_fields(sent: MultiDict[str, str]) -> dict[str, str]:
    """The fields of a form, of which each may come once.

    Raises:
        Rejected: one came twice.
    """
    if any(len(values) > 1 for _, values in sent.lists()):
        raise Rejected("form field repeated")
    return sent.to_dict()


def sent_fields(sent: MultiDict[str, str], *lists: str) -> dict[str, object]:
    """The fields of a form without the token that `Guards` has read; `lists` may be repeated.

    Raises:
        Rejected: another one came twice.
    """
    left = sent.copy()
    left.poplist("csrf_token")
    many: dict[str, object] = {name: left.poplist(name) for name in lists if name in left}
    return {**single_fields(left), **many}


_F = TypeVar("_F", bound=Form)


def read_form(form: type[_F], fields: Mapping[str, object]) -> _F | TypedForm:
    """The form, or what was typed with a sentence for each problem.

    Raises:
        Rejected: a field that no person types is wrong, or is none of ours.
    """
    try:
        return form.model_validate(fields)
    except ValidationError as error:
        wrong = [str(problem["loc"][0]) for problem in error.errors(include_url=False)]
    if not set(wrong) <= SENTENCES.keys() & form.model_fields.keys():
        raise Rejected("form was not made by us")
    return TypedForm.of(fields, {name: _sentence(form, name) for name in wrong})


def _sentence(form: type[Form], name: str) -> str:
    return _ABOUT_REASON_TOLD if (form, name) == (OutcomeForm, "reason") else SENTENCES[name]
