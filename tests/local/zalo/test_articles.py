"""Articles and broadcasts (fact sheet section 8)."""

from typing import Any

import pytest

from tests.local.zalo.simulator import BUSINESS, GOVERNMENT, Simulator
from tests.local.zalo.test_limits import ARTICLE


def create(simulator: Simulator, page: str = BUSINESS, **changes: Any) -> Any:
    body = {**ARTICLE, **changes}
    return simulator.call("POST", "/v2.0/article/create", page=page, json=body).json()


def verify(simulator: Simulator, token: str, page: str = BUSINESS) -> Any:
    return simulator.call("POST", "/v2.0/article/verify", page=page, json={"token": token}).json()


def article(simulator: Simulator, page: str = BUSINESS) -> str:
    """The id of a finished article."""
    token = create(simulator, page)["data"]["token"]
    simulator.advance("PT2S")
    article_id: str = verify(simulator, token, page)["data"]["id"]
    return article_id


def broadcast(simulator: Simulator, article_id: str, page: str = BUSINESS) -> Any:
    element = {"media_type": "article", "attachment_id": article_id}
    payload = {"template_type": "media", "elements": [element]}
    body = {
        "recipient": {"target": {"cities": "4"}},
        "message": {"attachment": {"type": "template", "payload": payload}},
    }
    return simulator.call("POST", "/v2.0/oa/message", page=page, json=body).json()


def test_an_article_is_processed_for_a_while(simulator: Simulator) -> None:
    token = create(simulator)["data"]["token"]
    before = verify(simulator, token)
    simulator.advance("PT2S")
    assert (before["error"], verify(simulator, token)["error"]) == (-214, 0)


def test_an_article_has_a_public_page(simulator: Simulator) -> None:
    page = simulator.http.get(f"/articles/{article(simulator)}").text
    assert "Cảnh báo lừa đảo" in page


def test_an_unknown_article_has_none(simulator: Simulator) -> None:
    assert simulator.http.get("/articles/unknown").status_code == 404


def test_articles_are_listed_detailed_updated_and_removed(simulator: Simulator) -> None:
    article_id = article(simulator)
    changed = {**ARTICLE, "id": article_id, "title": "Tiêu đề mới"}
    simulator.call("POST", "/v2.0/article/update", json=changed)
    detail = simulator.call("GET", f"/v2.0/article/getdetail?id={article_id}").json()["data"]
    found = simulator.call("GET", "/v2.0/article/getslice?offset=0&limit=10&type=normal").json()
    assert (detail["title"], detail["status"], detail["comment"]) == ("Tiêu đề mới", "hide", "show")
    assert [one["id"] for one in found["data"]["medias"]] == [article_id]
    simulator.call("POST", "/v2.0/article/remove", json={"id": article_id})
    gone = simulator.call("GET", f"/v2.0/article/getdetail?id={article_id}").json()
    assert gone["error"] == -201


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "song"},
        {"title": ""},
        {"description": None},
        {"cover": {}},
        {"body": []},
        {"body": [{"type": "text"}]},
        {"status": "maybe"},
        {"type": "video"},
    ],
    ids=str,
)
def test_a_malformed_article_is_refused(shared: Simulator, changes: dict[str, Any]) -> None:
    assert create(shared, **changes)["error"] == -201


def test_a_token_of_another_page_is_unknown(simulator: Simulator) -> None:
    token = create(simulator)["data"]["token"]
    assert verify(simulator, token, GOVERNMENT)["error"] == -201


@pytest.mark.parametrize("page", [BUSINESS, GOVERNMENT])
def test_a_broadcast_reaches_the_followers(simulator: Simulator, page: str) -> None:
    follower, stranger = simulator.citizen(page), simulator.citizen(None)
    article_id = article(simulator, page)
    assert broadcast(simulator, article_id, page)["error"] == 0
    (message,) = simulator.phone(follower, page)
    assert (message["kind"], message["origin"]) == ("article", "broadcast")
    assert message["attachments"][0]["url"] == f"{simulator.origin}/articles/{article_id}"
    assert simulator.phone(stranger, page) == []


def test_nothing_is_broadcast_at_night(simulator: Simulator) -> None:
    article_id = article(simulator)
    simulator.advance("PT12H")
    assert broadcast(simulator, article_id)["error"] == -234


def test_only_articles_can_be_broadcast(simulator: Simulator) -> None:
    body = {"recipient": {"target": {}}, "message": {"text": "Thông báo"}}
    assert simulator.call("POST", "/v2.0/oa/message", json=body).json()["error"] == -233


@pytest.mark.parametrize("place", ["headers", "params"])
def test_a_video_for_an_article_is_processed_for_a_while(simulator: Simulator, place: str) -> None:
    file = {"file": ("a.mp4", b"ftyp")}
    path = "/v2.0/article/upload_video"
    token = simulator.call("POST", f"{path}/preparevideo", files=file).json()["data"]["token"]

    def percent() -> int:
        where: dict[str, Any] = {place: {"token": token}}
        answer = simulator.call("GET", f"{path}/verify", **where).json()["data"]
        return int(answer["convert_percent"])

    before = percent()
    simulator.advance("PT2S")
    assert (before, percent()) == (50, 100)


@pytest.mark.parametrize(
    ("path", "name", "content", "formats"),
    [
        ("/v2.0/oa/upload/image", "a.png", b"GIF89a", "png and jpeg"),
        ("/v2.0/oa/upload/gif", "a.gif", b"\x89PNG\r\n\x1a\n", "gif"),
        ("/v2.0/oa/upload/file", "a.exe", b"MZ", "pdf, doc, docx and csv"),
        ("/v2.0/article/upload_video/preparevideo", "a.mov", b"ftyp", "avi and mp4"),
    ],
)
def test_an_upload_of_a_wrong_format_is_refused(
    shared: Simulator, path: str, name: str, content: bytes, formats: str
) -> None:
    answer = shared.call("POST", path, files={"file": (name, content)}).json()
    message = f"file is invalid. We only support {formats}"
    assert answer == {"error": -201, "message": message}


def test_an_upload_without_a_file_is_refused(shared: Simulator) -> None:
    answer = shared.call("POST", "/v2.0/oa/upload/image", data={"a": "b"}).json()
    assert answer["error"] == -201
