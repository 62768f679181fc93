"""What a page may read (fact sheet section 7)."""

from typing import Any

import pytest

from tests.local.zalo.simulator import BUSINESS, GOVERNMENT, Simulator

DETAIL, LIST = "/v3.0/oa/user/detail", "/v3.0/oa/user/getlist"


def ids(answer: Any, key: str = "users") -> list[str]:
    return [user["user_id"] for user in answer["data"][key]]


def test_the_detail_of_a_user(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    detail = simulator.ask(DETAIL, {"user_id": user_id})["data"]
    assert detail["display_name"] == "Nguyễn Thị Lan"
    assert detail["user_is_follower"] is True
    assert detail["user_last_interaction_date"] == "21/11/2026"
    assert detail["shared_info"]["phone"] == 0


def test_the_date_of_the_last_interaction_is_that_of_vietnam(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    simulator.advance("PT14H")
    simulator.say(user_id)
    detail = simulator.ask(DETAIL, {"user_id": user_id})["data"]
    assert detail["user_last_interaction_date"] == "22/11/2026"


def test_shared_information_stands_in_the_detail_until_withdrawn(simulator: Simulator) -> None:
    user_id = simulator.citizen(phone="84900000055")
    simulator.act(user_id, "share", city="Hải Minh")
    shared = simulator.ask(DETAIL, {"user_id": user_id})["data"]["shared_info"]
    simulator.act(user_id, "withdraw")
    withdrawn = simulator.ask(DETAIL, {"user_id": user_id})["data"]["shared_info"]
    assert (shared["phone"], shared["city"]) == ("84900000055", "Hải Minh")
    assert withdrawn["phone"] == 0


@pytest.mark.parametrize("path", [DETAIL, "/v2.0/oa/conversation"])
def test_an_unknown_user_is_refused(simulator: Simulator, path: str) -> None:
    assert simulator.ask(path, {"user_id": "1", "offset": 0, "count": 1})["error"] == -201


@pytest.mark.parametrize("path", ["/v2.0/oa/getprofile", "/v2.0/oa/getfollowers"])
def test_the_older_user_calls_are_for_government_pages(simulator: Simulator, path: str) -> None:
    user_id = simulator.citizen(GOVERNMENT)
    query = {"user_id": user_id} if path.endswith("profile") else {"offset": 0, "count": 50}
    codes = [simulator.ask(path, query, page=page)["error"] for page in (GOVERNMENT, BUSINESS)]
    assert codes == [0, -209]


def test_users_are_listed_by_page_offset_and_following(simulator: Simulator) -> None:
    first, second, third = (simulator.citizen() for _ in range(3))
    simulator.act(third, "unfollow")
    simulator.citizen(GOVERNMENT)
    everybody = simulator.ask(LIST, {"offset": 0, "count": 50})
    followers = simulator.ask(LIST, {"offset": 0, "count": 50, "is_follower": "true"})
    part = simulator.ask(LIST, {"offset": 1, "count": 1})
    assert (ids(everybody), everybody["data"]["total"]) == ([first, second, third], 3)
    assert (ids(followers), ids(part)) == ([first, second], [second])


def test_users_are_listed_by_their_last_interaction(simulator: Simulator) -> None:
    old = simulator.citizen()
    simulator.advance("P1D")
    new = simulator.citizen()
    found = {
        period: ids(simulator.ask(LIST, {"last_interaction_period": period}))
        for period in ("TODAY", "YESTERDAY", "L7D")
    }
    assert found == {"TODAY": [new], "YESTERDAY": [old], "L7D": [old, new]}


def test_users_can_be_tagged(simulator: Simulator) -> None:
    user_id, _ = simulator.citizen(), simulator.citizen()
    body = {"user_id": user_id, "tag_name": "dan-cu"}
    simulator.call("POST", "/v2.0/oa/tag/tagfollower", json=body)
    tags = simulator.call("GET", "/v2.0/oa/tag/gettagsofoa").json()["data"]
    assert (tags, ids(simulator.ask(LIST, {"tag_name": "dan-cu"}))) == (["dan-cu"], [user_id])
    simulator.call("POST", "/v2.0/oa/tag/rmfollowerfromtag", json=body)
    assert ids(simulator.ask(LIST, {"tag_name": "dan-cu"})) == []


def test_a_tag_can_be_removed(simulator: Simulator) -> None:
    body = {"user_id": simulator.citizen(), "tag_name": "dan-cu"}
    simulator.call("POST", "/v2.0/oa/tag/tagfollower", json=body)
    simulator.call("POST", "/v2.0/oa/tag/rmtag", json={"tag_name": "dan-cu"})
    assert simulator.call("GET", "/v2.0/oa/tag/gettagsofoa").json()["data"] == []


def test_a_user_can_be_given_an_alias(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    body = {"user_id": user_id, "alias": "Chị Lan, tổ 4"}
    simulator.call("POST", "/v3.0/oa/user/update", json=body)
    alias = simulator.ask(DETAIL, {"user_id": user_id})["data"]["user_alias"]
    assert alias == "Chị Lan, tổ 4"


def test_a_conversation_is_read_newest_first(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    asked = simulator.say(user_id, "Bao giờ có kết quả?")
    answered = simulator.send(user_id, {"text": "Đang xác minh.", "quote_message_id": asked})
    items = simulator.ask("/v2.0/oa/conversation", {"user_id": user_id, "offset": 0, "count": 10})
    newest, oldest = items["data"]
    assert (newest["src"], newest["message_id"]) == (0, answered["data"]["message_id"])
    assert (newest["from_id"], newest["to_id"], newest["quote_id"]) == (BUSINESS, user_id, asked)
    assert (oldest["src"], oldest["message"], oldest["time"]) == (
        1,
        "Bao giờ có kết quả?",
        1795230000000,
    )


def test_a_conversation_is_read_in_parts(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    for text in ("một", "hai", "ba"):
        simulator.say(user_id, text)
    query = {"user_id": user_id, "offset": 1, "count": 1}
    (item,) = simulator.ask("/v2.0/oa/conversation", query)["data"]
    assert item["message"] == "hai"


def test_media_and_places_are_read_back(simulator: Simulator) -> None:
    user_id = simulator.citizen()
    simulator.act(user_id, "send", type="location", latitude=10.5, longitude=106.5)
    simulator.act(user_id, "send", type="sticker")
    query = {"user_id": user_id, "offset": 0, "count": 10}
    sticker, location = simulator.ask("/v2.0/oa/conversation", query)["data"]
    assert (sticker["type"], location["type"]) == ("sticker", "location")
    assert location["location"] == '{"latitude": "10.5", "longitude": "106.5"}'


def test_recent_chats_are_the_last_message_of_each(simulator: Simulator) -> None:
    first, second = simulator.citizen(), simulator.citizen()
    for user_id in (first, second, first):
        simulator.say(user_id)
    items = simulator.ask("/v2.0/oa/listrecentchat", {"offset": 0, "count": 10})["data"]
    assert [item["from_id"] for item in items] == [first, second]


@pytest.mark.parametrize(("page", "oa_type"), [(BUSINESS, 2), (GOVERNMENT, 4)])
def test_a_page_reads_itself(simulator: Simulator, page: str, oa_type: int) -> None:
    simulator.citizen(page)
    profile = simulator.call("GET", "/v2.0/oa/getoa", page=page).json()["data"]
    read = (profile["oa_id"], profile["oa_type"], profile["num_follower"], profile["is_verified"])
    assert read == (page, oa_type, 1, True)


def test_quota_is_read_for_a_user_and_for_the_page(simulator: Simulator) -> None:
    simulator.control(f"pages/{BUSINESS}/settings", {"purchased_messages": 7})
    user_id = simulator.citizen()
    path = "/v3.0/oa/quota/message"
    of_user = simulator.call("POST", path, json={"user_id": user_id}).json()["data"]
    of_page = simulator.call("POST", path, json={"quota_owner": "OA"}).json()["data"]
    assert of_user["last_interaction"] == "1795230000000"
    assert of_page[0]["remain"] == "7"
