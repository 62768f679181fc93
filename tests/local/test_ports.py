"""Ports: nobody's by accident, and a taken one is named."""

import socket
from dataclasses import asdict, replace

import pytest

from infra.local.errors import LocalSystemError
from infra.local.ports import HOST, FreePorts, Ports, free_port, is_free, require_free


@pytest.fixture
def free() -> FreePorts:
    return FreePorts()


def test_a_port_with_a_listener_is_not_free() -> None:
    with socket.create_server((HOST, 0)) as listening:
        assert not is_free(listening.getsockname()[1])


def test_a_port_whose_connections_have_just_closed_is_free() -> None:
    port = free_port()
    with socket.create_server((HOST, port)) as server, socket.create_connection((HOST, port)):
        server.accept()[0].close()
    assert is_free(port)


def test_the_fixed_ports_are_all_different() -> None:
    ports = list(asdict(Ports()).values())
    assert len(set(ports)) == len(ports)


def test_two_systems_get_different_free_ports(free: FreePorts) -> None:
    other = FreePorts()
    try:
        assert not set(asdict(free.ports).values()) & set(asdict(other.ports).values())
    finally:
        free.close()
        other.close()


def test_free_ports_can_be_listened_on(free: FreePorts) -> None:
    try:
        require_free(free.ports)
    finally:
        free.close()


def test_a_taken_port_is_named_with_what_to_do(free: FreePorts) -> None:
    free.close()
    with socket.create_server((HOST, 0)) as listening:
        taken = listening.getsockname()[1]
        with pytest.raises(LocalSystemError) as raised:
            require_free(replace(free.ports, simulator=taken))
    assert str(raised.value) == (
        f"Port {taken}, which simulator needs, is taken: stop the program that uses it "
        "(another `make run`?) or start with --free-ports."
    )
