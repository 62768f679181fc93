"""Attachments are fetched from Zalo's media hosts and from nowhere else."""

import pytest

from functions.evidence.model import FailureReason
from functions.evidence.screening import Origin, Refused, is_public, screen_address

ZALO = ("zdn.vn", "zadn.vn", "dlmd.me")

HOSTILE = [
    # Not one of the hosts.
    "https://evil.com/a.jpg",
    "https://zdn.vn/a.jpg",
    "https://evilzdn.vn/a.jpg",
    "https://zdn.vn.evil.com/a.jpg",
    "https://photo.zdn.vn.evil.com/a.jpg",
    "https://photo.zdn.vn.evil/a.jpg",
    "https://photo.zdn.vnn/a.jpg",
    "https://photo.zdn.v/a.jpg",
    "https://photo-zdn.vn/a.jpg",
    "https://photo.zdn-vn/a.jpg",
    "https://evil.com/photo.zdn.vn",
    "https://evil.com/?photo.zdn.vn",
    "https://evil.com?.zdn.vn",
    "https://evil.com#.zdn.vn",
    "https://evil.com;photo.zdn.vn.evil.com/",
    "https://localhost/a.jpg",
    "https://metadata.google.internal/computeMetadata/v1/",
    # Somebody else behind an @.
    "https://photo.zdn.vn@evil.com/a.jpg",
    "https://photo.zdn.vn:443@evil.com/a.jpg",
    "https://user@photo.zdn.vn/a.jpg",
    "https://user:password@photo.zdn.vn/a.jpg",
    "https://@photo.zdn.vn/a.jpg",
    "https://:@photo.zdn.vn/a.jpg",
    "https://evil.com%40photo.zdn.vn/a.jpg",
    "https://a@b@photo.zdn.vn/a.jpg",
    # Characters that some parser ends the host at.
    "https://evil.com\\.zdn.vn/a.jpg",
    "https://evil.com\\@photo.zdn.vn/a.jpg",
    "https:\\\\photo.zdn.vn/a.jpg",
    "https://photo.zdn.vn/a\\..\\b.jpg",
    "https://evil.com%2f.zdn.vn/a.jpg",
    "https://evil.com%00.zdn.vn/a.jpg",
    "https://evil.com;.zdn.vn/a.jpg",
    "https://evil.com&.zdn.vn/a.jpg",
    "https://evil.com,.zdn.vn/a.jpg",
    "https://evil.com'.zdn.vn/a.jpg",
    "https://$(id).zdn.vn/a.jpg",
    "https://*.zdn.vn/a.jpg",
    "https://evil_com.zdn.vn/a.jpg",
    "https://evil.com\x00.zdn.vn/a.jpg",
    "https://photo.zdn.vn/a.jpg\r\nHost: evil.com",
    "https://photo.zdn.vn/a b.jpg",
    "https://photo\t.zdn.vn/a.jpg",
    "\nhttps://photo.zdn.vn/a.jpg",
    " https://photo.zdn.vn/a.jpg",
    # Names that only look like a name.
    "https:///a.jpg",
    "https://./a.jpg",
    "https://.zdn.vn/a.jpg",
    "https://..zdn.vn/a.jpg",
    "https://photo..zdn.vn/a.jpg",
    "https://photo.zdn.vn../a.jpg",
    f"https://{'a' * 64}.zdn.vn/a.jpg",
    f"https://{'a.' * 130}zdn.vn/a.jpg",
    f"https://{'a' * 100_000}.zdn.vn/a.jpg",
    # Addresses in every notation.
    "https://127.0.0.1/a.jpg",
    "https://10.0.0.1/a.jpg",
    "https://169.254.169.254/computeMetadata/v1/",
    "https://2130706433/a.jpg",
    "https://0x7f000001/a.jpg",
    "https://0x7f.0x0.0x0.0x1/a.jpg",
    "https://017700000001/a.jpg",
    "https://0177.0.0.1/a.jpg",
    "https://127.1/a.jpg",
    "https://0/a.jpg",
    "https://１２７.0.0.1/a.jpg",
    "https://8.8.8.8/a.jpg",
    "https://[::1]/a.jpg",
    "https://[::]/a.jpg",
    "https://[::ffff:127.0.0.1]/a.jpg",
    "https://[64:ff9b::7f00:1]/a.jpg",
    "https://[2606:4700::1111]/a.jpg",
    "https://[::1%25.zdn.vn]/a.jpg",
    "https://[::1%.zdn.vn]/a.jpg",
    "https://[::ffff:1.2.3.4%x.zdn.vn]/a.jpg",
    "https://[photo.zdn.vn]/a.jpg",
    "https://[::1].zdn.vn/a.jpg",
    "https://127.0.0.1%.zdn.vn/a.jpg",
    # Other scripts.
    "https://photo.zdn.νn/a.jpg",
    "https://photo.zdո.vn/a.jpg",
    "https://zdn。vn/a.jpg",
    "https://evil.com\u2100.zdn.vn/a.jpg",
    "https://evil.com\uff0f.zdn.vn/a.jpg",
    "https://evil.com\uff1f.zdn.vn/a.jpg",
    "https://evil\u200d.com/.zdn.vn",
    # Ports.
    "https://photo.zdn.vn:80/a.jpg",
    "https://photo.zdn.vn:8443/a.jpg",
    "https://photo.zdn.vn:22/a.jpg",
    "https://photo.zdn.vn:0/a.jpg",
    "https://photo.zdn.vn:65536/a.jpg",
    "https://photo.zdn.vn:-443/a.jpg",
    "https://photo.zdn.vn:+443/a.jpg",
    "https://photo.zdn.vn:443evil/a.jpg",
    "https://photo.zdn.vn:４４３/a.jpg",
    "http://photo.zdn.vn:443/a.jpg",
    "http://photo.zdn.vn:8080/a.jpg",
    # Schemes.
    "ftp://photo.zdn.vn/a.jpg",
    "file:///etc/passwd",
    "file://photo.zdn.vn/etc/passwd",
    "gopher://photo.zdn.vn:443/_GET",
    "javascript://photo.zdn.vn/%0aalert(1)",
    "data:image/png;base64,AAAA",
    "ws://photo.zdn.vn/",
    "//photo.zdn.vn/a.jpg",
    "photo.zdn.vn/a.jpg",
    "https:photo.zdn.vn/a.jpg",
    "https:/photo.zdn.vn/a.jpg",
    "",
]


@pytest.mark.parametrize("address", HOSTILE, ids=lambda address: ascii(address[:60]))
def test_a_hostile_address_is_refused(address: str) -> None:
    with pytest.raises(Refused) as refused:
        screen_address(address, ZALO)

    assert refused.value.reason is FailureReason.FOREIGN_HOST


@pytest.mark.parametrize(
    ("address", "host", "path"),
    [
        ("https://photo.zdn.vn/a/b.jpg?size=1", "photo.zdn.vn", "/a/b.jpg?size=1"),
        ("https://f10-zpcloud.zdn.vn:443/a", "f10-zpcloud.zdn.vn", "/a"),
        ("https://a.b.c.dlmd.me", "a.b.c.dlmd.me", "/"),
        ("HTTPS://PHOTO.ZADN.VN/A.JPG", "photo.zadn.vn", "/A.JPG"),
        ("https://photo.zdn.vn./a.jpg", "photo.zdn.vn", "/a.jpg"),
        ("https://photo.zdn.vn/a.jpg#@evil.com", "photo.zdn.vn", "/a.jpg"),
        ("https://photo.zdn.vn//evil.com/a.jpg", "photo.zdn.vn", "//evil.com/a.jpg"),
        ("https://photo。zdn．vn/a.jpg", "photo.zdn.vn", "/a.jpg"),
        ("https://photo.zdn.vn/ảnh.jpg", "photo.zdn.vn", "/ảnh.jpg"),
    ],
)
def test_an_address_at_zalo_is_fetched_over_tls_from_a_public_host(
    address: str, host: str, path: str
) -> None:
    assert screen_address(address, ZALO) == Origin("https", host, 443, path, public_only=True)


@pytest.mark.parametrize("port", ["", ":80"])
def test_plain_http_is_raised_to_https(port: str) -> None:
    screened = screen_address(f"http://photo.zdn.vn{port}/a.jpg", ZALO)

    assert screened == Origin("https", "photo.zdn.vn", 443, "/a.jpg", public_only=True)


def test_an_origin_of_the_settings_is_taken_as_it_stands() -> None:
    screened = screen_address("http://127.0.0.1:8090/media/1", ["http://127.0.0.1:8090"])

    assert screened == Origin("http", "127.0.0.1", 8090, "/media/1", public_only=False)


@pytest.mark.parametrize(
    ("origin", "port"), [("http://media.example", 80), ("https://media.example", 443)]
)
def test_an_origin_without_a_port_has_its_scheme_s(origin: str, port: int) -> None:
    assert screen_address(f"{origin}/a", [origin]).port == port


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:8090/a",
        "http://127.0.0.1:8091/a",
        "http://127.0.0.1/a",
        "http://127.0.0.1:80/a",
        "http://127.0.0.2:8090/a",
        "http://x.127.0.0.1:8090/a",
        "http://127.0.0.1:8090@evil.com/a",
        "http://localhost:8090/a",
        "http://2130706433:8090/a",
    ],
)
def test_anything_but_that_very_origin_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        screen_address(address, ["http://127.0.0.1:8090"])


def test_nothing_is_allowed_when_the_list_is_empty() -> None:
    with pytest.raises(Refused):
        screen_address("https://photo.zdn.vn/a.jpg", [])


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "1.1.1.1",
        "171.244.0.1",
        "172.15.255.255",
        "172.32.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "2606:4700::1111",
        "2400:cb00::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
    ],
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        # Private, loopback, this host.
        *("10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"),
        *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3"),  # noqa: S104
        *("::", "::1", "fc00::1", "fd12:3456:789a::1"),
        # Link-local, with the metadata server.
        *("169.254.0.1", "169.254.169.254", "fe80::1", "fe80::1%eth0", "fec0::1"),
        # Shared by carriers, benchmarks, protocols, documentation.
        *("100.64.0.1", "100.100.100.200", "100.127.255.255", "198.18.0.1", "198.19.255.255"),
        *("192.0.0.1", "192.0.0.8", "192.0.0.170", "192.88.99.1"),
        *("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1", "3fff:fff::1"),
        # Multicast, reserved, broadcast, discard.
        *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
        *("ff02::1", "ff0e::1", "100::1", "5f00::1", "4000::1", "2001:2::1", "2001:10::1"),
        # An inner address in IPv6.
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"),
        *("::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808"),
        *("2002:7f00:1::1", "2002:a9fe:a9fe::1", "2002:c0a8:1::1"),
        # Teredo hides the client's address inverted.
        *("2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:0:4136:e378:8000:63bf:5601:5601"),
    ],
)
def test_an_address_that_is_not_of_the_internet_is_not_public(address: str) -> None:
    assert not is_public(address)
