"""`make demo`: plays the whole story against the running system, from outside.

A citizen reports, an officer decides, three days pass, the citizen is told. The demo holds a phone
(the simulator's control API) and a browser without scripts (the officers' page); it knows nothing
that a person would not see.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeVar

import httpx

from infra.local.errors import LocalSystemError
from infra.local.province import Officer, Province, read_province
from infra.local.sample_media import photograph, traffic_clip
from infra.local.settings import DATA, PROVINCE, Folders

_CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]\b")
_EVIDENCE = re.compile(r"/reports/[\w-]+/evidence/[\w-]+")
_PATIENCE_SECONDS = 90.0
_DELAY_DAYS = 3
_OUTCOME = "record_made"
_REASON = "Đã mời chủ phương tiện đến làm việc."
_STORY = "Xe máy 14-B1 234.56 vượt đèn đỏ lúc 7 giờ 30 sáng nay tại ngã tư Bến Vân."

_T = TypeVar("_T")


class Phone:
    """A citizen's phone, in the hands of the simulator's control API."""

    def __init__(self, control: httpx.Client, name: str, page: str) -> None:
        self._control = control
        self._page = page
        self._user_id = self._ask("POST", "/citizens", json={"name": name})["user_id"]

    def follow(self) -> None:
        """Follow the page."""
        self._ask("POST", f"/citizens/{self._user_id}/follow", json={"page": self._page})

    def send(self, kind: str, **content: object) -> None:
        """Send a text or a location."""
        body = {"page": self._page, "type": kind, **content}
        self._ask("POST", f"/citizens/{self._user_id}/send", json=body)

    def send_file(self, kind: str, name: str, content: bytes) -> None:
        """Send a picture or a clip."""
        self._ask(
            "POST",
            f"/citizens/{self._user_id}/send",
            data={"page": self._page, "type": kind},
            files={"file": (name, content)},
        )

    def received(self, pattern: re.Pattern[str]) -> str | None:
        """The newest message of the page in which `pattern` occurs."""
        query = {"page": self._page}
        messages = self._ask("GET", f"/citizens/{self._user_id}/messages", params=query)
        texts = [message["text"] or "" for message in messages if message["from"] == "page"]
        return next((text for text in reversed(texts) if pattern.search(text)), None)

    def move_clock(self, duration: str) -> None:
        """Let time pass for the whole system, such as `P3D`."""
        self._ask("POST", "/clock", json={"advance": duration})

    def _ask(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self._control.request(method, path, **arguments)
        answer.raise_for_status()
        return answer.json()


@dataclass
class Form:
    """A form of a page: where it goes, and the fields that it fills in itself."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag == "input" and given.get("type") == "hidden" and self.forms:
            self.forms[-1].fields[given.get("name", "")] = given.get("value", "")


class OfficersPage:
    """An officer's browser on the officers' page."""

    def __init__(self, browser: httpx.Client) -> None:
        self._browser = browser

    def sign_in(self, subject: str) -> None:
        """Leave for the identity provider, choose the officer there, come back."""
        choosing = self._browser.get("/sign-in/start").raise_for_status()
        address = choosing.url.join(_form(choosing.text, "/authorize").action)
        self._browser.post(address, data={"officer": subject}).raise_for_status()

    def lists(self, code: str) -> bool:
        """Whether the list of open reports shows that code."""
        return code in self._browser.get("/").raise_for_status().text

    def open(self, code: str) -> httpx.Response:
        """The page of the report with that code."""
        found = self._browser.get("/search", params={"q": code}).raise_for_status()
        if "/reports/" not in found.url.path:
            raise LocalSystemError(f"Không tìm thấy phản ánh {code} trên trang cán bộ.")
        return found

    def record_outcome(self, report: httpx.Response) -> None:
        """Fill in the outcome form of a report's page and send it."""
        form = _form(report.text, "/outcomes")
        typed = {"outcome": _OUTCOME, "reason": _REASON, "delay_days": str(_DELAY_DAYS)}
        answer = self._browser.post(
            report.url.join(form.action),
            data=form.fields | typed,
            headers={"Origin": str(self._browser.base_url).rstrip("/")},
        )
        answer.raise_for_status()


def play(simulator: str, admin: str, province: Province) -> str:
    """Play the story on the system at those addresses; returns the report's code.

    Raises:
        LocalSystemError: something that should have happened did not.
        httpx.HTTPError: a server refused or did not answer.
    """
    # A connection that is kept may be closed by the server just when it is used again.
    unkept = httpx.Limits(max_keepalive_connections=0)
    with (
        httpx.Client(base_url=f"{simulator}/control", timeout=30, limits=unkept) as control,
        httpx.Client(base_url=admin, follow_redirects=True, timeout=30, limits=unkept) as browser,
    ):
        return _play(control, OfficersPage(browser), province)


def _play(control: httpx.Client, browser: OfficersPage, province: Province) -> str:
    page = province.pages[0]
    officer = _officer_of(province, page.unit_id)
    with _step(f"Người dân mở trang {page.name} và bấm Quan tâm"):
        phone = Phone(control, "Nguyễn Thị Lan", page.page_id)
        phone.follow()
    with _step("Gửi hai ảnh, một đoạn phim, vị trí và lời kể"):
        phone.send_file("image", "xe-may.png", photograph("motorcycle_left.png"))
        phone.send_file("image", "hien-truong.jpg", photograph("rocket.jpg"))
        phone.send_file("video", "giao-thong.mp4", traffic_clip())
        phone.send("location", latitude=20.9517, longitude=107.0748)
        phone.send("text", text=_STORY)
    with _step("Nhắn Xong và nhận phiếu tiếp nhận"):
        phone.send("text", text="Xong")
        receipt = _wait(lambda: phone.received(_CODE), "phiếu tiếp nhận trên điện thoại")
        code = str(_CODE.findall(receipt)[0])
    with _step(f"{officer.name} đăng nhập trang cán bộ"):
        browser.sign_in(officer.subject)
    with _step(f"Mở danh sách phản ánh và xem {code}"):
        _wait(lambda: browser.lists(code) or None, f"{code} trong danh sách")
        report = browser.open(code)
        pieces = len(set(_EVIDENCE.findall(report.text)))
    with _step(f"Xem {pieces} tệp chứng cứ, ghi kết quả, hẹn báo sau {_DELAY_DAYS} ngày"):
        browser.record_outcome(report)
    outcome = re.compile(f"Kết quả phản ánh {code}")
    if phone.received(outcome) is not None:
        raise LocalSystemError("Kết quả đến tay người dân trước ngày hẹn.")
    with _step(f"{_DELAY_DAYS} ngày trôi qua, người dân nhận kết quả"):
        phone.move_clock(f"P{_DELAY_DAYS}D")
        told = _wait(lambda: phone.received(outcome), "tin kết quả trên điện thoại")
    print("\n" + "\n".join(f"    {line}" for line in told.splitlines()) + "\n")
    return code


def main() -> int:
    """Play the story; 0 when all went well, 1 with one sentence when it did not."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.demo", description=main.__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help=f"data folder (default {DATA})")
    folders = Folders(parser.parse_args().data)
    try:
        ready = json.loads(folders.ready.read_bytes())
    except FileNotFoundError:
        print("Hệ thống chưa chạy: xin mở một cửa sổ khác và gõ `make run` trước.", file=sys.stderr)
        return 1
    try:
        code = play(ready["simulator"], ready["admin"], read_province(PROVINCE))
    except (LocalSystemError, httpx.HTTPError) as error:
        print(f"\n{error}\nNhật ký của các tiến trình: {folders.logs}", file=sys.stderr)
        return 1
    print(
        f"Mã phiếu            {code}\n"
        f"Điện thoại          {ready['simulator']}/phone\n"
        f"Trang cán bộ        {ready['admin']}/search?code={code}\n"
        f"Phòng điều khiển    {ready['simulator']}"
    )
    return 0


def _officer_of(province: Province, unit_id: str) -> Officer:
    for officer in province.officers:
        if any(given.unit_id == unit_id for given in officer.roles):
            return officer
    raise LocalSystemError(f"Đơn vị {unit_id} chưa có cán bộ nào.")


def _form(page: str, ending: str) -> Form:
    """The form of a page whose address, without its query, ends so."""
    for form in _Forms(page).forms:
        if form.action.partition("?")[0].endswith(ending):
            return form
    raise LocalSystemError(f"Trang vừa mở không có biểu mẫu {ending}.")


def _wait(look: Callable[[], _T | None], what: str) -> _T:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise LocalSystemError(f"Không thấy {what} sau {_PATIENCE_SECONDS:.0f} giây.")
        time.sleep(0.2)
    return found


@contextmanager
def _step(title: str) -> Iterator[None]:
    """Show what is going on, and how long it took once it is done."""
    started = time.monotonic()
    print(f"  ·  {title} ... ", end="", flush=True)
    yield
    seconds = f"{time.monotonic() - started:.1f}".replace(".", ",")
    print(f"xong ({seconds} giây)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
