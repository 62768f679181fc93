"""The media host: links that expire (fact sheet 3.3)."""

import hashlib
from pathlib import Path

import pytest

from tests.local.zalo.simulator import PHOTO, Simulator


def test_a_link_needs_no_authorisation_and_has_the_type_of_the_file(simulator: Simulator) -> None:
    answer = simulator.http.get(simulator.link())
    assert (answer.status_code, answer.content) == (200, PHOTO)
    assert answer.headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize(("later", "status"), [("PT1H", 200), ("PT1H0.001S", 404)])
def test_a_link_lives_an_hour(simulator: Simulator, later: str, status: int) -> None:
    url = simulator.link()
    simulator.advance(later)
    assert simulator.http.get(url).status_code == status


def test_the_lifetime_of_links_is_a_setting(simulator: Simulator) -> None:
    simulator.control("settings", {"media_lifetime_seconds": 60})
    url = simulator.link()
    simulator.advance("PT1M1S")
    assert simulator.http.get(url).status_code == 404


def test_an_unknown_link_is_not_found(simulator: Simulator) -> None:
    assert simulator.http.get("/media/unknown/a.jpg").status_code == 404


def test_a_checksum_verifies_a_file(simulator: Simulator) -> None:
    simulator.link("file", "đơn.pdf")
    (attachment,) = simulator.event("user_send_file")["message"]["attachments"]
    assert attachment["payload"]["checksum"] == hashlib.md5(PHOTO).hexdigest()  # noqa: S324


def test_a_link_can_be_fetched_in_parts(simulator: Simulator) -> None:
    answer = simulator.http.get(simulator.link(), headers={"Range": "bytes=3-"})
    assert (answer.status_code, answer.content) == (206, b"the photo")


def test_fetches_are_recorded(simulator: Simulator) -> None:
    simulator.http.get(simulator.link())
    (call,) = simulator.control("calls?kind=media")
    assert call["status"] == 200


def test_a_file_of_this_machine_can_be_sent_by_its_path(
    simulator: Simulator, tmp_path: Path
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"a clip")
    simulator.act(simulator.citizen(), "send", type="video", media_path=str(path))
    (attachment,) = simulator.event("user_send_video")["message"]["attachments"]
    assert simulator.http.get(attachment["payload"]["url"]).content == b"a clip"


def test_a_name_cannot_lead_out_of_its_folder(simulator: Simulator) -> None:
    assert simulator.link("file", "../../etc/passwd").endswith("/passwd")
