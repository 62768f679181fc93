"""What the API is asked about citizens, conversations and pages."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from functions.zalo.api import PageAccess, ZaloApi
from functions.zalo.errors import (
    InvalidMessage,
    RetryLater,
)
from tests.zalo.samples import CITIZEN, PAGE
from tests.zalo.scripted_server import (
    Behaviour,
    ScriptedServer,
    answering,
    hanging_up,
    refusal,
    success,
)

WRONG_V3 = refusal(-235, "This API does not support this type of OA")
JPEG = b"\xff\xd8\xff\xe0 pixels"


def paths(server: ScriptedServer) -> list[str]:
    return [request.path for request in server.received]


def test_user_detail_is_read(api: ZaloApi, server: ScriptedServer, page: PageAccess) -> None:
    server.will(
        success(
            {
                "user_id": CITIZEN,
                "display_name": "Nguyễn Văn A",
                "user_alias": "",
                "is_sensitive": False,
                "user_last_interaction_date": "06/07/2026",
                "user_is_follower": True,
                "avatar": "https://s240-ava-talk.zadn.vn/a",
                "shared_info": {"address": "", "phone": 84900000001, "name": "", "user_dob": ""},
            }
        )
    )
    detail = api.user_detail(page, CITIZEN)
    assert (server.received[0].method, server.received[0].path) == ("GET", "/v3.0/oa/user/detail")
    assert server.received[0].data() == {"user_id": CITIZEN}
    assert (detail.name, detail.alias, detail.is_follower) == ("Nguyễn Văn A", None, True)
    assert detail.last_interaction == date(2026, 7, 6)
    assert detail.shared is not None
    assert (detail.shared.phone, detail.shared.name) == ("84900000001", None)


@pytest.mark.parametrize("shared", [None, {}, {"phone": 0}, "none"])
def test_user_who_shared_nothing_has_no_number(
    api: ZaloApi, server: ScriptedServer, page: PageAccess, shared: object
) -> None:
    server.will(success({"user_id": CITIZEN, "shared_info": shared}))
    detail = api.user_detail(page, CITIZEN)
    assert detail.shared is None or detail.shared.phone is None


def test_state_body_is_asked_by_the_older_call(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(WRONG_V3, success({"user_id": CITIZEN, "display_name": "A"}))
    assert api.user_detail(page, CITIZEN).name == "A"
    assert paths(server) == ["/v3.0/oa/user/detail", "/v2.0/oa/getprofile"]


ITEM = {
    "src": 1,
    "time": 1793260800123,
    "type": "text",
    "message": "Alo",
    "message_id": "m",
    "from_id": CITIZEN,
    "to_id": PAGE,
}


def test_conversation_is_read_back(api: ZaloApi, server: ScriptedServer, page: PageAccess) -> None:
    answer = {**ITEM, "src": 0, "from_id": PAGE, "to_id": CITIZEN, "message": "Vâng"}
    server.will(success([ITEM, answer]))
    theirs, ours = api.conversation(page, CITIZEN, offset=10, count=5)
    assert server.received[0].path == "/v2.0/oa/conversation"
    assert server.received[0].data() == {"user_id": CITIZEN, "offset": 10, "count": 5}
    assert (theirs.text, theirs.is_from_page, theirs.user_id) == ("Alo", False, CITIZEN)
    assert (ours.text, ours.is_from_page, ours.user_id) == ("Vâng", True, CITIZEN)
    assert theirs.sent_at == datetime(2026, 10, 29, 8, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize(("src", "is_from_page"), [(1, False), (0, True)])
def test_source_tells_the_direction_when_ids_are_missing(
    api: ZaloApi, server: ScriptedServer, page: PageAccess, src: int, is_from_page: bool
) -> None:
    server.will(success([{"src": src, "time": "1793260800123", "message_id": "m"}]))
    (item,) = api.recent_chats(page)
    assert item.is_from_page == is_from_page
    assert server.received[0].path == "/v2.0/oa/listrecentchat"


@pytest.mark.parametrize("count", [0, 11])
def test_conversation_is_read_ten_at_a_time(api: ZaloApi, page: PageAccess, count: int) -> None:
    with pytest.raises(InvalidMessage):
        api.conversation(page, CITIZEN, count=count)


def test_page_profile_is_read_in_both_spellings(
    api: ZaloApi, server: ScriptedServer, page: PageAccess
) -> None:
    server.will(
        success(
            {
                "oa_id": PAGE,
                "name": "Công an phường Bến Đò",
                "is_verified": True,
                "oa_type": 4,
                "num_follower": 1234,
                "package_valid_through_date": "31/12/2026",
                "linked_ZCA": "",
            }
        ),
        success({"oaid": PAGE}),
    )
    full, bare = api.page_profile(page), api.page_profile(page)
    assert (full.page_id, full.oa_type, full.followers) == (PAGE, 4, 1234)
    assert (full.package_valid_until, full.linked_account) == (date(2026, 12, 31), None)
    assert bare.page_id == PAGE


@pytest.mark.parametrize(
    ("answer", "remaining"),
    [({"cs_reply": {"remain": "7", "total": "8"}}, 7), ({"cs_reply": {}}, None), ({}, None)],
)
def test_quota_of_a_citizen_is_read_where_zalo_tells_it(
    api: ZaloApi,
    server: ScriptedServer,
    page: PageAccess,
    answer: dict[str, Any],
    remaining: int | None,
) -> None:
    server.will(success(answer))
    assert api.quota(page, CITIZEN).remaining == remaining
    assert server.received[0].json() == {"user_id": CITIZEN}


@pytest.mark.parametrize("behaviour", [hanging_up, answering(b"", status=503)])
@pytest.mark.parametrize(
    "ask",
    [
        lambda api, page: api.user_detail(page, CITIZEN),
        lambda api, page: api.conversation(page, CITIZEN),
        lambda api, page: api.page_profile(page),
        lambda api, page: api.quota(page, CITIZEN),
        lambda api, page: api.uploads.image(page, JPEG, "a.jpg"),
        lambda api, page: api.articles.verify(page, "t"),
    ],
)
def test_asking_without_an_answer_may_be_repeated(
    api: ZaloApi,
    server: ScriptedServer,
    page: PageAccess,
    ask: Callable[[ZaloApi, PageAccess], object],
    behaviour: Behaviour,
) -> None:
    server.will(behaviour)
    with pytest.raises(RetryLater):
        ask(api, page)
