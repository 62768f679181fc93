"""Every event of Zalo's that we know, read from its sample."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.zalo.events import (
    ChatOpened,
    CitizenMessage,
    DetailsSubmitted,
    Event,
    Followed,
    MediaKind,
    MediaReference,
    MessageReceived,
    MessagesSeen,
    PageMessage,
    PageQuotaChanged,
    Place,
    Reacted,
    TemplateReceived,
    TemplateStatusChanged,
    Unfollowed,
    UnknownEvent,
    UnreadableEvent,
    Withdrawn,
    read_event,
)
from tests.zalo.samples import CITIZEN, NAMES, PAGE, sample

UNUSED = {
    "add_user_to_tag",
    "oa_send_consent",
    "unheard_of_event",
    "user_call_oa",
    "user_reply_consent",
    "user_send_group_text",
}


def message(name: str) -> CitizenMessage:
    found = read_event(sample(name))
    assert isinstance(found, CitizenMessage)
    return found


def changed(name: str, **members: Any) -> bytes:
    return json.dumps({**json.loads(sample(name)), **members}).encode()


@pytest.mark.parametrize("name", NAMES)
def test_sample_is_named_after_its_event(name: str) -> None:
    assert json.loads(sample(name))["event_name"] == name.split("__")[0]


@pytest.mark.parametrize("name", NAMES)
def test_every_id_and_time_of_a_sample_is_text(name: str) -> None:
    event = json.loads(sample(name))
    ids = [event["timestamp"], event["app_id"], event.get("oa_id", ""), event.get("user_id", "")]
    ids += [event.get(party, {}).get("id", "") for party in ("sender", "recipient", "follower")]
    assert all(isinstance(value, str) for value in ids)


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_has_a_class_unless_we_do_not_use_it(name: str) -> None:
    is_unknown = isinstance(read_event(sample(name)), UnknownEvent)
    assert is_unknown == (name in UNUSED)


@pytest.mark.parametrize("name", NAMES)
def test_unknown_members_are_ignored(name: str) -> None:
    assert isinstance(read_event(changed(name, novelty={"a": [1]})), Event)


def test_message_tells_who_wrote_what_and_when() -> None:
    event = message("user_send_text__quoting")
    assert (event.page_id, event.user_id, event.text) == (PAGE, CITIZEN, "Vâng, đúng xe này")
    assert event.quoted_message_id == "96d3cdf3af150460909"
    assert event.sent_at == datetime(2026, 10, 29, 8, 0, 2, tzinfo=UTC)
    assert not (event.is_from_page or event.is_echo or event.is_from_human_agent)


def test_message_can_be_read_from_text() -> None:
    assert read_event(sample("user_send_text").decode()) == read_event(sample("user_send_text"))


def test_message_without_id_is_read() -> None:
    assert message("user_send_text__without_msg_id").message_id is None


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("user_send_image", [MediaKind.IMAGE]),
        ("user_send_image__two_photos", [MediaKind.IMAGE, MediaKind.IMAGE]),
        ("user_send_image__unknown_attachment", [MediaKind.IMAGE]),
        ("user_send_gif", [MediaKind.GIF]),
        ("user_send_audio", [MediaKind.AUDIO]),
        ("user_send_video", [MediaKind.VIDEO]),
        ("user_send_file", [MediaKind.FILE]),
        ("user_send_file__video", [MediaKind.VIDEO]),
        ("user_send_sticker", []),
        ("user_send_link", []),
        ("user_send_location", []),
        ("anonymous_send_image", [MediaKind.IMAGE]),
    ],
)
def test_media_is_what_can_be_fetched(name: str, kinds: list[MediaKind]) -> None:
    assert [reference.kind for reference in message(name).media] == kinds


def test_file_tells_name_size_and_checksum() -> None:
    assert message("user_send_file__video").media == (
        MediaReference(
            kind=MediaKind.VIDEO,
            url="https://f20-zpc.zdn.vn/l.mp4",
            name="VID_0001.mp4",
            size=10_485_760,
            checksum="e4d909c290d0fb1ca068ffaddf22cbd0",
        ),
    )


def test_unreadable_size_and_checksum_are_left_out() -> None:
    (reference,) = message("user_send_file__size_unreadable").media
    assert (reference.size, reference.checksum) == (None, None)


def test_thumbnail_stands_in_for_a_missing_address() -> None:
    (reference,) = message("user_send_image__thumbnail_only").media
    assert reference.url == "https://photo-stal-12.zdn.vn/t/e.jpg"


def test_plain_http_becomes_https() -> None:
    (reference,) = message("user_send_image__plain_http").media
    assert reference.url == "https://f20-zpc.zdn.vn/f.jpg"


def test_caption_is_the_messages_text() -> None:
    assert message("user_send_image__with_caption").text == "Biển số xe"


def test_location_is_a_place_with_its_name_as_text() -> None:
    event = message("user_send_location__logged")
    assert event.place == Place(latitude=10.7923119, longitude=106.7820651)
    assert event.text == "Cơm Coffee New Sky"


@pytest.mark.parametrize("payload", [{}, {"coordinates": None}, {"coordinates": {"latitude": "x"}}])
def test_unreadable_location_leaves_the_message_readable(payload: dict[str, Any]) -> None:
    attachments = [{"type": "location", "payload": payload}]
    event = read_event(changed("user_send_location", message={"attachments": attachments}))
    assert isinstance(event, CitizenMessage)
    assert event.place is None


def test_location_off_the_earth_is_none() -> None:
    assert message("user_send_location__off_the_earth").place is None


def test_business_card_tells_the_number() -> None:
    event = message("user_send_business_card")
    assert event.business_card is not None
    assert (event.business_card.phone, event.text) == ("84900000001", "Nguyễn Văn A")
    assert event.links == ()


def test_link_is_a_link_and_no_card() -> None:
    event = message("user_send_link__with_title")
    assert (event.links, event.business_card) == (("https://example.com/tin",), None)


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    event = read_event(changed("user_send_text", message={"msg_id": "m", "text": "xe \ud83d"}))
    assert isinstance(event, CitizenMessage)
    assert event.text == "xe \ufffd"


@pytest.mark.parametrize(
    "attachments", [None, [{"type": "image"}], [{"type": "image", "payload": {"url": {"a": 1}}}]]
)
def test_shapeless_attachments_leave_the_message_readable(attachments: object) -> None:
    body = {"msg_id": "m", "text": "Alo", "attachments": attachments}
    event = read_event(changed("user_send_image", message=body))
    assert isinstance(event, CitizenMessage)
    assert (event.text, event.media) == ("Alo", ())


def test_anonymous_visitor_is_told_apart() -> None:
    assert message("anonymous_send_text").is_anonymous
    assert not message("user_send_text").is_anonymous


def test_our_own_echo_is_no_persons() -> None:
    event = read_event(sample("oa_send_text"))
    assert isinstance(event, PageMessage)
    assert (event.is_from_page, event.is_echo, event.is_from_human_agent) == (True, True, False)
    assert (event.page_id, event.user_id) == (PAGE, CITIZEN)


def test_echo_with_an_admin_is_a_persons() -> None:
    assert read_event(sample("oa_send_text__by_a_person")).is_from_human_agent


@pytest.mark.parametrize(("name", "kind"), [("follow", Followed), ("unfollow", Unfollowed)])
def test_coming_and_going_name_the_citizen(name: str, kind: type[Followed | Unfollowed]) -> None:
    event = read_event(sample(name))
    assert isinstance(event, kind)
    assert (event.page_id, event.user_id, event.source) == (PAGE, CITIZEN, "oa_profile")


@pytest.mark.parametrize(
    ("name", "kind"), [("user_click_chatnow", ChatOpened), ("user_withdraw", Withdrawn)]
)
def test_touches_name_the_citizen(name: str, kind: type[ChatOpened | Withdrawn]) -> None:
    event = read_event(sample(name))
    assert isinstance(event, kind)
    assert (event.page_id, event.user_id) == (PAGE, CITIZEN)


@pytest.mark.parametrize("name", ["user_submit_info", "user_submit_info__old_form"])
def test_both_forms_of_submitted_details_read_alike(name: str) -> None:
    event = read_event(sample(name))
    assert isinstance(event, DetailsSubmitted)
    details = event.details
    assert (details.name, details.phone) == ("Nguyễn Văn A", "84900000001")
    assert (details.address, details.ward, details.city) == (
        "12 Trần Phú",
        "Phường Bến Đò",
        "Minh Hải",
    )
    assert (event.page_id, event.user_id) == (PAGE, CITIZEN)


def test_old_form_has_a_district_and_the_new_one_a_birth_date() -> None:
    new, old = (read_event(sample(f"user_submit_info{v}")) for v in ("", "__old_form"))
    assert isinstance(new, DetailsSubmitted)
    assert isinstance(old, DetailsSubmitted)
    assert (new.details.district, new.details.birth_date) == (None, "30/10/1999")
    assert (old.details.district, old.details.birth_date) == ("Thành phố Minh Hải", None)


def test_number_given_as_a_number_is_text_and_blanks_are_nothing() -> None:
    event = read_event(sample("user_submit_info__phone_as_number"))
    assert isinstance(event, DetailsSubmitted)
    assert (event.details.phone, event.details.city) == ("84900000001", None)


def test_seen_names_several_messages() -> None:
    event = read_event(sample("user_seen_message"))
    assert isinstance(event, MessagesSeen)
    assert event.message_ids == ("96d3cdf3af150460909", "97aacdf3af150460910")


def test_received_names_one_message() -> None:
    event = read_event(sample("user_received_message"))
    assert isinstance(event, MessageReceived)
    assert not isinstance(event, TemplateReceived)
    assert event.message_id == "96d3cdf3af150460909"


def test_received_template_names_our_tracking_id() -> None:
    event = read_event(sample("user_received_message__template"))
    assert isinstance(event, TemplateReceived)
    assert (event.tracking_id, event.message_id) == ("PA-2026-000123", "4f2c9a7be01d33850aa1")
    assert event.received_at == datetime(2026, 10, 29, 8, 1, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "icon"), [("user_reacted_message", "/-heart"), ("oa_reacted_message", "/-strong")]
)
def test_reaction_names_its_icon(name: str, icon: str) -> None:
    event = read_event(sample(name))
    assert isinstance(event, Reacted)
    assert event.icon == icon


@pytest.mark.parametrize("name", ["change_oa_daily_quota", "change_oa_daily_quota__camel_case"])
def test_quota_change_is_read_in_both_spellings(name: str) -> None:
    event = read_event(sample(name))
    assert isinstance(event, PageQuotaChanged)
    assert (event.page_id, event.quota.prev_value, event.quota.new_value) == (PAGE, 500, 5000)


def test_template_status_names_the_template() -> None:
    event = read_event(sample("change_template_status"))
    assert isinstance(event, TemplateStatusChanged)
    assert (event.template_id, event.status.new_status) == ("7895417", "ENABLE")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'{"event_name":"user_send_text"}',
        changed("user_send_text", sender=None),
        changed("user_send_text", timestamp="soon"),
        changed("follow", follower={}),
    ],
)
def test_event_that_we_use_in_a_strange_shape_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        read_event(body)


def test_no_sample_shows_in_an_unreadable_events_error() -> None:
    with pytest.raises(UnreadableEvent) as caught:
        read_event(changed("user_send_text", sender=None))
    assert "phản ánh" not in str(caught.value)
    assert caught.value.__suppress_context__
