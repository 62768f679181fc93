"""The pages for people: what the server sends, before any browser."""

import itertools
import re
from pathlib import Path

import pytest

from infra.local.zalo import chat, rooms
from infra.local.zalo.faults import KINDS
from infra.local.zalo.settings import Persona
from tests.local.zalo.granting import consent
from tests.local.zalo.simulator import BUSINESS, Simulator
from tests.local.zalo.test_articles import article

STATIC = rooms.FOLDER / "static"
HTML = sorted(rooms.FOLDER.glob("*.html"))
SCRIPTS = sorted(STATIC.glob("*.js"))


@pytest.fixture(params=["phone", "room", "consent", "article"])
def page(simulator: Simulator, request: pytest.FixtureRequest) -> str:
    """The HTML of each page, sent with its headers checked."""
    name: str = request.param
    if name == "consent":
        answer = consent(simulator, oa_id="")
    elif name == "article":
        answer = simulator.http.get(f"/articles/{article(simulator)}")
    else:
        answer = simulator.http.get({"phone": "/phone", "room": "/"}[name])
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    return answer.text


def test_a_page_holds_no_inline_script_or_style(page: str) -> None:
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", page) == []


def test_a_page_says_its_language_and_title(page: str) -> None:
    assert '<html lang="vi">' in page
    assert re.search(r"<title>[^<]+</title>", page)


@pytest.mark.parametrize("path", [*HTML, *SCRIPTS], ids=lambda path: path.name)
def test_everything_a_page_refers_to_exists(path: Path) -> None:
    text = path.read_text()
    names = re.findall(r"/static/([\w.-]+\.\w+)", text) + re.findall(r'from "\./([\w.]+)"', text)
    assert [name for name in names if not (STATIC / name).is_file()] == []


@pytest.mark.parametrize("path", [*HTML, *SCRIPTS], ids=lambda path: path.name)
def test_every_icon_is_drawn(path: Path) -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text()))
    text = path.read_text()
    used = re.findall(r'\bicon\("(\w+)"', text) + re.findall(r"icons\.svg#(\w+)", text)
    assert set(used) <= drawn


@pytest.mark.parametrize("sticker", chat.STICKERS)
def test_every_sticker_can_be_sent_from_the_phone(sticker: str) -> None:
    assert (STATIC / f"sticker-{sticker}.svg").is_file()
    assert f"{sticker}:" in (STATIC / "composer.js").read_text()


def test_the_control_room_has_a_switch_for_every_fault(simulator: Simulator) -> None:
    switches = re.findall(r'data-fault="(\w+)"', simulator.http.get("/").text)
    assert switches == [kind.name for kind in KINDS]


def test_every_persona_has_a_name_for_people() -> None:
    assert set(rooms.PERSONAS) == set(Persona)


@pytest.mark.parametrize(
    ("name", "disposition"),
    [("a.jpg", "inline"), ("a.mp4", "inline"), ("a.html", "attachment"), ("a.svg", "attachment")],
)
def test_a_file_on_the_phone_is_harmless_to_open(
    simulator: Simulator, name: str, disposition: str
) -> None:
    user_id = simulator.citizen()
    simulator.http.post(
        f"/control/citizens/{user_id}/send",
        data={"page": BUSINESS, "type": "file"},
        files={"file": (name, b"<script>alert(1)</script>")},
    )
    answer = simulator.http.get(simulator.phone(user_id)[0]["attachments"][0]["url"])
    assert answer.headers["content-disposition"].startswith(disposition)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert ("sandbox" in answer.headers.get("content-security-policy", "")) is (
        disposition == "attachment"
    )


def test_an_unknown_file_is_not_found(simulator: Simulator) -> None:
    for name in ("unknown/a.jpg", "..%2Fzalo.sqlite/a.jpg"):
        assert simulator.http.get(f"/phone/files/{name}").status_code == 404


def test_news_come_live_on_the_topics_asked_for(simulator: Simulator) -> None:
    with simulator.http.stream("GET", "/stream?topics=citizen,clock") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry:")
        user_id = simulator.citizen(None)
        simulator.say(user_id)
        simulator.advance("PT1M")
        news = [line for line in itertools.islice(lines, 7) if line]
    assert news == [
        "event: citizen",
        f'data: {{"user_id": "{user_id}"}}',
        "event: clock",
        "data: {}",
    ]
