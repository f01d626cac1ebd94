"""No test leaves this machine."""

import socket

import pytest


def test_a_connection_to_another_machine_is_refused():
    with socket.socket() as outside, pytest.raises(RuntimeError, match="this machine only"):
        outside.connect(("192.0.2.1", 80))


def test_a_connection_to_this_machine_is_made():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()

        client.connect(server.getsockname())
