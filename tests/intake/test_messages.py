"""Zalo's events, from the samples in tests/fixtures/zalo, as submissions."""

import pytest

from functions.cloud.firestore import Stored
from functions.identity.vault import Person
from functions.intake.messages import read_message
from functions.intake.store import PendingEvent
from functions.intake.submissions import Act, Media
from functions.intake.worker import Message
from functions.zalo.events import UnreadableEvent
from functions.zalo.inbox import is_kept
from tests.emulators import MovableClock
from tests.intake.desk import ME, SECRET
from tests.zalo.samples import CITIZEN, NAMES, PAGE, sample

KEPT = [name for name in NAMES if is_kept(name.partition("__")[0])]
OFF_THE_EARTH = "user_send_location__off_the_earth"


def read(body: bytes) -> Message:
    stored = Stored("inbox/k", {}, MovableClock().now())
    event = PendingEvent("k", "", body, stored)
    return read_message(event, citizen_key_secret=SECRET)


@pytest.mark.parametrize("name", [name for name in KEPT if name != OFF_THE_EARTH])
def test_every_event_that_is_kept_can_be_read(name: str) -> None:
    message = read(sample(name))

    assert message.submission.key == "k"
    assert message.submission.at == message.person.known_since


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("user_send_text", Act.HOW_TO),
        ("user_send_text__quoting", Act.TELL),
        ("user_send_text__menu_tap", Act.LOOK_UP),
        ("user_send_image", Act.TELL),
        ("user_send_video", Act.TELL),
        ("user_send_audio", Act.TELL),
        ("user_send_file", Act.TELL),
        ("user_send_location", Act.TELL),
        ("user_send_link", Act.TELL),
        ("user_send_sticker", Act.OTHER),
        ("user_submit_info", Act.IDENTITY),
        ("follow", Act.ARRIVE),
        ("user_click_chatnow", Act.ARRIVE),
        ("unfollow", Act.LEAVE),
        ("user_withdraw", Act.WITHDRAW),
    ],
)
def test_the_event_says_what_the_citizen_does(name: str, act: Act) -> None:
    assert read(sample(name)).submission.act is act


def test_the_person_is_who_wrote_and_the_page_is_whom_they_wrote_to() -> None:
    message = read(sample("user_send_text"))

    assert message.person == Person(
        citizen=ME, page_id=PAGE, user_id=CITIZEN, known_since=message.submission.at
    )


def test_what_a_citizen_shares_stands_with_the_person_and_nowhere_else() -> None:
    message = read(sample("user_submit_info"))

    person = message.person
    assert person.name == "Nguyễn Văn A"
    assert person.phone == "84900000001"
    assert person.address == "12 Trần Phú, Phường Bến Đò, Minh Hải"
    assert person.shared_at == message.submission.at
    told = message.submission.model_dump_json()
    assert not any(value in told for value in ("Nguyễn", "84900000001", "Trần Phú"))


def test_a_form_without_an_address_shares_none() -> None:
    names = [name for name in NAMES if name.startswith("user_submit_info")]

    people = [read(sample(name)).person for name in names]

    assert {person.phone for person in people} == {"84900000001"}
    assert None in {person.address for person in people}


def test_every_photo_of_a_message_is_taken_with_its_caption() -> None:
    submission = read(sample("user_send_image__two_photos")).submission

    assert [media.kind for media in submission.media] == ["image", "image"]
    assert len({media.address for media in submission.media}) == 2
    assert read(sample("user_send_image__with_caption")).submission.text == "Biển số xe"


def test_a_file_brings_its_name_size_and_checksum() -> None:
    (media,) = read(sample("user_send_file")).submission.media

    assert media == Media(
        kind="file",
        address=media.address,
        name="don.docx",
        size=233947,
        checksum=media.checksum,
    )
    assert len(media.checksum or "") == 32


def test_a_place_is_taken_with_its_name() -> None:
    submission = read(sample("user_send_location__logged")).submission

    assert (submission.latitude, submission.longitude) == (10.7923119, 106.7820651)
    assert submission.text == "Cơm Coffee New Sky"


@pytest.mark.parametrize("name", ["oa_send_text", "unheard_of_event", "change_template_status"])
def test_an_event_without_a_citizen_of_ours_does_nothing_or_is_unreadable(name: str) -> None:
    try:
        message = read(sample(name))
    except UnreadableEvent:
        return
    assert message.submission.act is Act.OTHER


def test_what_can_be_read_is_kept_beside_what_cannot() -> None:
    assert len(read(sample("user_send_image__unknown_attachment")).submission.media) == 1


def test_a_message_of_which_nothing_can_be_read_waits_for_us() -> None:
    with pytest.raises(UnreadableEvent):
        read(sample(OFF_THE_EARTH))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"event_name":"follow"}', b"\xff"])
def test_what_is_no_event_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        read(body)
