"""The people of a journey: a citizen with a phone, an officer with a browser that runs no script.

They see the system from outside only: the simulator's control API and the officers' page.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.emulators import wait_until

CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]")
WAIT_SECONDS = 90.0


@dataclass
class World:
    """The simulator's control room."""

    address: str

    def ask(self, method: str, path: str, **arguments: Any) -> Any:
        """One call of the control API; fails the test on anything but success."""
        answer = httpx.request(method, f"{self.address}/control{path}", timeout=30, **arguments)
        assert answer.is_success, (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def advance(self, duration: str) -> None:
        """Move everybody's clock, such as by "P3D"."""
        self.ask("POST", "/clock", json={"advance": duration})

    def fault(self, name: str, **parameters: object) -> None:
        """Switch a fault on."""
        self.ask("POST", "/faults", json={"name": name, **parameters})

    def no_faults(self) -> None:
        """Switch all faults off."""
        self.ask("DELETE", "/faults")

    def forget_calls(self) -> None:
        """Forget which calls the simulator received."""
        self.ask("DELETE", "/calls")

    def has_served_media(self) -> bool:
        """Whether an attachment was fetched since."""
        return bool(self.ask("GET", "/calls", params={"kind": "media"}))

    def first_page(self) -> str:
        """The first page there is: the traffic police's."""
        pages = self.ask("GET", "/pages")
        rows = pages["pages"] if isinstance(pages, dict) else pages
        return str(rows[0]["page_id"])


@dataclass
class Citizen:
    """Somebody with a phone who writes to one page."""

    world: World
    page: str
    user_id: str

    @classmethod
    def new(cls, world: World, name: str) -> "Citizen":
        """A citizen who just followed the traffic police's page."""
        made = world.ask("POST", "/citizens", json={"name": name})
        citizen = cls(world, world.first_page(), made["user_id"])
        world.ask("POST", f"/citizens/{citizen.user_id}/follow", json={"page": citizen.page})
        return citizen

    def send(self, kind: str, **content: object) -> str:
        """Send something; returns the message's id."""
        sent = self.world.ask(
            "POST",
            f"/citizens/{self.user_id}/send",
            json={"page": self.page, "type": kind, **content},
        )
        return str(sent["msg_id"])

    def send_file(self, kind: str, name: str, content: bytes) -> str:
        """Send a picture, a clip or a file."""
        sent = self.world.ask(
            "POST",
            f"/citizens/{self.user_id}/send",
            data={"page": self.page, "type": kind},
            files={"file": (name, content)},
        )
        return str(sent["msg_id"])

    def tap(self, payload: str) -> None:
        """Press a button or a key of the menu."""
        self.world.ask(
            "POST", f"/citizens/{self.user_id}/tap", json={"page": self.page, "payload": payload}
        )

    def received(self) -> list[str]:
        """The texts that the page sent, oldest first."""
        messages = self.world.ask(
            "GET", f"/citizens/{self.user_id}/messages", params={"page": self.page}
        )
        rows = messages["messages"] if isinstance(messages, dict) else messages
        return [str(row["text"]) for row in rows if row["from"] == "page"]

    def received_with(self, words: str) -> list[str]:
        """Those of the texts that contain `words`."""
        return [text for text in self.received() if words in text]

    def wait_for(self, words: str, seconds: float = WAIT_SECONDS) -> str:
        """Wait for a text that contains `words`."""
        try:
            wait_until(lambda: bool(self.received_with(words)), seconds=seconds)
        except TimeoutError:
            raise AssertionError(f"no {words!r} in {self.received()}") from None
        return self.received_with(words)[-1]

    def wait_for_code(self) -> str:
        """Wait for the receipt and read the report's code."""
        found = CODE.search(self.wait_for("đã tiếp nhận phản ánh"))
        assert found is not None
        return found.group()


@dataclass
class Form:
    """A form of a page: where it goes, and its fields as they stand."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None and tag == "input" and given.get("name"):
            unchecked = given.get("type") in {"radio", "checkbox"} and "checked" not in given
            if not unchecked:
                self._form.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


def forms_of(page: str, ending: str) -> list[Form]:
    """The forms whose addresses end so."""
    parser = _Forms()
    parser.feed(page)
    return [form for form in parser.forms if urlsplit(form.action).path.endswith(ending)]


def form_of(page: str, ending: str) -> Form:
    """The form whose address ends so."""
    found = forms_of(page, ending)
    assert found, f"no form {ending} in {page}"
    return found[0]


@dataclass
class Officer:
    """An officer who is signed in."""

    admin: str
    subject: str
    browser: httpx.Client

    @classmethod
    def sign_in(cls, admin: str, subject: str) -> "Officer":
        """Sign in as somebody of the province file, over plain HTTP."""
        # A connection that is kept may be closed by the server just when it is used again.
        unkept = httpx.Limits(max_keepalive_connections=0)
        officer = cls(
            admin, subject, httpx.Client(follow_redirects=True, timeout=30, limits=unkept)
        )
        officer.sign_in_again()
        return officer

    def sign_in_again(self) -> None:
        """Sign in, because no session was begun yet or the last one has ended."""
        page = self.browser.get(f"{self.admin}/sign-in/start")
        choice = form_of(page.text, "/authorize")
        done = self.browser.post(
            str(page.url.join(choice.action)), data={**choice.fields, "officer": self.subject}
        )
        assert done.status_code == 200, done.text
        assert str(done.url).startswith(self.admin), done.url

    def close(self) -> None:
        """Close the browser."""
        self.browser.close()

    def list_page(self) -> str:
        """The list of open reports, as HTML."""
        answer = self.browser.get(f"{self.admin}/")
        assert answer.status_code == 200
        return answer.text

    def report_page(self, code: str) -> tuple[str, str]:
        """The address and the HTML of a report, found in the list by its code."""
        answer = self.browser.get(f"{self.admin}/search", params={"q": code})
        assert answer.status_code == 200, answer.text
        assert "/reports/" in str(answer.url), answer.url
        return str(answer.url), answer.text

    def originals(self, page: str) -> list[bytes]:
        """The originals that a report's page shows, each opened as the page has it opened."""
        opened = [
            self.browser.post(
                f"{self.admin}{form.action}", data=form.fields, headers={"Origin": self.admin}
            )
            for form in forms_of(page, "/open")
        ]
        assert all(answer.status_code == 200 for answer in opened), opened
        return [answer.content for answer in opened]

    def conclude(self, code: str, *, outcome: str, reason: str, delay_days: int) -> httpx.Response:
        """Fill the outcome form in and send it."""
        address, page = self.report_page(code)
        form = form_of(page, "/outcomes")
        return self.browser.post(
            f"{address}/outcomes",
            data={
                **form.fields,
                "outcome": outcome,
                "reason": reason,
                "delay_days": str(delay_days),
            },
            headers={"Origin": self.admin},
        )
