"""Faults of the media host and its links, each as its line in the README says."""

from pathlib import Path

import pytest

from tests.local.zalo.simulator import CUT, PHOTO, Grounds, Simulator
from tests.local.zalo.webhook import Webhook


@pytest.mark.parametrize(
    ("name", "status"), [("media_gone", 404), ("media_forbidden", 403), ("media_error", 503)]
)
def test_a_media_link_that_fails(simulator: Simulator, name: str, status: int) -> None:
    url = simulator.link()
    simulator.fault(name, count=1)
    assert [simulator.http.get(url).status_code for _ in range(2)] == [status, 200]


@pytest.mark.parametrize("to", ["", "http://169.254.169.254/latest/"])
def test_media_redirect(simulator: Simulator, to: str) -> None:
    url = simulator.link()
    simulator.fault("media_redirect", to=to)
    answer = simulator.http.get(url)
    expected = to or f"{simulator.origin}/media/elsewhere/x"
    assert (answer.status_code, answer.headers["location"]) == (307, expected)


def test_media_empty_first(simulator: Simulator) -> None:
    url = simulator.link()
    simulator.fault("media_empty_first")
    assert [simulator.http.get(url).content for _ in range(2)] == [b"", PHOTO]


def test_media_wrong_type(simulator: Simulator) -> None:
    url = simulator.link()
    simulator.fault("media_wrong_type")
    answer = simulator.http.get(url)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.text.startswith("<!doctype html>")


def test_media_oversize(simulator: Simulator) -> None:
    url = simulator.link()
    simulator.fault("media_oversize")
    with simulator.http.stream("GET", url) as answer:
        assert "content-length" not in answer.headers
        blocks = zip(range(1000), answer.iter_raw(), strict=False)
        assert sum(len(block) for _, block in blocks) > 10_000_000


def test_media_oversize_with_a_length(simulator: Simulator) -> None:
    url = simulator.link()
    simulator.fault("media_oversize", bytes=10**12, declares_length=True)
    with simulator.http.stream("GET", url) as answer:
        assert answer.headers["content-length"] == "1000000000000"


def test_media_truncated(simulator: Simulator) -> None:
    url = simulator.link()
    simulator.fault("media_truncated")
    with pytest.raises(CUT):
        simulator.http.get(url)


def test_media_slow(simulator: Simulator) -> None:
    url = simulator.link()
    simulator.fault("media_slow", seconds=60)
    with simulator.http.stream("GET", url) as answer:
        assert next(answer.iter_raw()) == PHOTO[:1]


def test_media_bad_checksum(simulator: Simulator) -> None:
    checksums = []
    for _ in range(2):
        simulator.link("file", "đơn.pdf")
        (attachment,) = simulator.event("user_send_file")["message"]["attachments"]
        checksums.append(attachment["payload"]["checksum"])
        simulator.fault("media_bad_checksum")
    assert checksums[0] != checksums[1]


def test_media_foreign_host(simulator: Simulator) -> None:
    """The link works, so that whoever follows it is found out by the recorded call."""
    simulator.fault("media_foreign_host")
    url = simulator.link()
    assert url.startswith(simulator.origin.replace("127.0.0.1", "localhost"))
    assert simulator.http.get(url).content == PHOTO


def test_http_media(grounds: Grounds, webhook: Webhook, tmp_path: Path) -> None:
    secure = Simulator(grounds, tmp_path, webhook.url, media_origin="https://f20-zpc.zdn.vn")
    assert secure.link().startswith("https://f20-zpc.zdn.vn/media/")
    secure.fault("http_media")
    assert secure.link().startswith("http://f20-zpc.zdn.vn/media/")
    secure.stop()
