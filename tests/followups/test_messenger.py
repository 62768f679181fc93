"""The messenger, on a server that plays Zalo."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.errors import OperatorNeeded, Transient
from functions.followups.messenger import ZaloMessenger
from functions.followups.sentences import LANGUAGES, Choice, Language, fill
from functions.identity.vault import Person
from functions.units.store import UnitStore
from functions.zalo.api import ZaloApi
from functions.zalo.grants import KeptGrant, StoredPointer, TokenPointer
from functions.zalo.http import ZaloHttp
from functions.zalo.messages import RequestUserInfo
from functions.zalo.tokens import TokenReader
from tests.emulators import MovableClock, Project
from tests.zalo.samples import CITIZEN, PAGE
from tests.zalo.scripted_server import ScriptedServer, hanging_up, success

TEXT = "Đã tiếp nhận."
PERSON = Person(
    citizen="c", page_id=PAGE, user_id=CITIZEN, known_since=datetime(2026, 1, 1, tzinfo=UTC)
)
SENT = success({"message_id": "m1"})


class Grant:
    """The one grant of the one page, as pointer and as secret."""

    def __init__(self, now: datetime) -> None:
        self._kept = KeptGrant(
            generation=1,
            access_token="the-token",
            refresh_token="the-other",
            received_at=now,
            access_expires_at=now + timedelta(hours=25),
        )

    def get(self, page_id: str) -> StoredPointer | None:
        return StoredPointer(self._kept.pointer(1), None)

    def compare_and_set(
        self, page_id: str, pointer: TokenPointer, *, expected: object | None
    ) -> None:
        raise AssertionError("a reader changes nothing but to note a refusal")

    def access(self, secret: str, version: int | None = None) -> tuple[int, bytes]:
        return 1, self._kept.model_dump_json().encode()

    def add(self, secret: str, payload: bytes) -> int:
        raise AssertionError("a reader adds nothing")

    def destroy(self, secret: str, version: int) -> None:
        raise AssertionError("a reader destroys nothing")


class ForgetfulUnits(UnitStore):
    """Cannot remember an endpoint: the database is away just then."""

    def pin_send_endpoint(self, page_id: str, endpoint: str) -> None:
        raise Transient("firestore: DeadlineExceeded")


@pytest.fixture
def zalo() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def units(project: Project) -> UnitStore:
    database = project.database()
    commit = database.commit()
    commit.put(f"pages/{PAGE}", {"name": "CSGT", "app_id": "1", "unit_id": "pc08"})
    commit.send()
    return UnitStore(database)


def messenger(zalo: ScriptedServer, units: UnitStore, clock: MovableClock) -> ZaloMessenger:
    grant = Grant(clock.now())
    return ZaloMessenger(
        api=ZaloApi(ZaloHttp(), api_url=zalo.url, template_url=zalo.url, now=clock.now),
        units=units,
        tokens=TokenReader(grant, grant, now=clock.now, monotonic=lambda: 0.0),
        app_secret=lambda _: None,
    )


def chat(*messages: tuple[str, datetime, str]) -> Any:
    """What Zalo answers when it is asked for a conversation: (from, when, text), newest first."""
    return success(
        [
            {
                "message_id": str(number),
                "time": str(round(when.timestamp() * 1000)),
                "type": "text",
                "from_id": sender,
                "message": text,
            }
            for number, (sender, when, text) in enumerate(messages)
        ]
    )


def test_a_message_goes_out_with_hidden_buttons(
    zalo: ScriptedServer, units: UnitStore, clock: MovableClock
) -> None:
    zalo.will(SENT)

    sent = messenger(zalo, units, clock).send(PERSON, TEXT, (Choice("Xong", "#xong"),))

    assert sent == "m1"
    (request,) = zalo.received
    assert request.json()["recipient"] == {"user_id": CITIZEN}
    assert request.json()["message"]["text"] == TEXT
    assert b"oa.query.hide" in request.body
    assert request.headers["access_token"] == "the-token"


def test_the_form_goes_out_with_its_picture(
    zalo: ScriptedServer, units: UnitStore, clock: MovableClock
) -> None:
    zalo.will(SENT)
    form = replace(messenger(zalo, units, clock), form_image_url="https://example.vn/form.png")

    assert form.request_details(PERSON, "Cung cấp liên hệ", TEXT) == "m1"

    payload = zalo.received[0].json()["message"]["attachment"]["payload"]
    assert payload["template_type"] == "request_user_info"
    assert payload["elements"] == [
        {
            "title": "Cung cấp liên hệ",
            "subtitle": TEXT,
            "image_url": "https://example.vn/form.png",
        }
    ]


def test_without_a_picture_the_form_needs_an_operator(
    zalo: ScriptedServer, units: UnitStore, clock: MovableClock
) -> None:
    with pytest.raises(OperatorNeeded):
        messenger(zalo, units, clock).request_details(PERSON, "Cung cấp liên hệ", TEXT)

    assert zalo.received == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_we_ask_by_the_form_fits_into_it(language: Language) -> None:
    RequestUserInfo(
        title=fill("button_share_identity", {}, language),
        subtitle=fill("share_identity", {}, language),
        image_url="https://example.vn/form.png",
    )


def test_the_endpoint_that_zalo_took_is_remembered(
    zalo: ScriptedServer, units: UnitStore, clock: MovableClock
) -> None:
    zalo.will(SENT)

    messenger(zalo, units, clock).send(PERSON, TEXT, ())

    page = units.page(PAGE)
    assert page is not None
    assert page.send_endpoint == zalo.received[0].path


def test_a_message_that_is_out_stays_out_when_the_endpoint_cannot_be_remembered(
    zalo: ScriptedServer, units: UnitStore, clock: MovableClock, project: Project
) -> None:
    """An error here would have the sender take it for not delivered, and send it again."""
    zalo.will(SENT)

    sent = messenger(zalo, ForgetfulUnits(project.database()), clock).send(PERSON, TEXT, ())

    assert sent == "m1"


def test_a_page_that_is_gone_needs_an_operator(
    zalo: ScriptedServer, units: UnitStore, clock: MovableClock
) -> None:
    stranger = PERSON.model_copy(update={"page_id": "another"})

    with pytest.raises(OperatorNeeded):
        messenger(zalo, units, clock).send(stranger, TEXT, ())


@pytest.mark.parametrize(
    ("messages", "found"),
    [
        ([(PAGE, 0, TEXT)], True),
        ([(PAGE, 0, unicodedata.normalize("NFD", TEXT))], True),
        ([(PAGE, 0, f" {TEXT}\r\n")], True),
        ([(CITIZEN, 0, TEXT)], False),
        ([(PAGE, 0, "")], None),
        ([(PAGE, 0, "Khác")], False),
        ([(PAGE, -3600, TEXT)], False),
        ([], False),
        ([(CITIZEN, 10, "…")] * 10, None),
        ([(CITIZEN, 10, "…")] * 9 + [(PAGE, -3600, TEXT)], False),
    ],
    ids=[
        *("there", "there in decomposed letters", "there with other spaces"),
        *("said by the citizen", "one without its text", "another"),
        *("an older one", "an empty chat", "pushed out of sight", "surely not in sight"),
    ],
)
def test_evidence_is_what_stands_in_the_chat(
    zalo: ScriptedServer,
    units: UnitStore,
    clock: MovableClock,
    messages: list[tuple[str, int, str]],
    found: bool | None,
) -> None:
    since = clock.now()
    zalo.will(chat(*((who, since + timedelta(seconds=s), text) for who, s, text in messages)))

    assert messenger(zalo, units, clock).was_delivered(PERSON, TEXT, since) is found


def test_no_answer_is_no_evidence(
    zalo: ScriptedServer, units: UnitStore, clock: MovableClock
) -> None:
    zalo.will(hanging_up)

    with pytest.raises(Transient):
        messenger(zalo, units, clock).was_delivered(PERSON, TEXT, clock.now())


def test_the_name_of_an_account_is_what_zalo_shows_now(
    zalo: ScriptedServer, units: UnitStore, clock: MovableClock
) -> None:
    zalo.will(success({"user_id": CITIZEN, "display_name": "Mẫu Trần"}))

    assert messenger(zalo, units, clock).account_name(PERSON) == "Mẫu Trần"


def test_a_name_that_cannot_be_had_is_no_name(
    zalo: ScriptedServer, units: UnitStore, clock: MovableClock
) -> None:
    stranger = PERSON.model_copy(update={"page_id": "another"})

    assert messenger(zalo, units, clock).account_name(stranger) is None
