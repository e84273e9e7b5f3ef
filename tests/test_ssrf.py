"""No address that a person is given leads pincite into a private network: every spelling, redirect and name."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpcore
import pytest
from name_server import NameServer, name_server
from web_server import WebServer, answer, web_server

from pincite.index import ReadFailed
from pincite.index.read import fetch as fetching
from pincite.index.read.visitor import Visitor

PUBLIC = "93.184.215.14"  # stands for the internet: what is sent to it comes to a server of this test's
SECRET = b"<html><body><article><p>Words that only the private network may read.</p></article></body></html>"

# In place of {port} comes that of a server which really listens on this machine, on 127.0.0.1 and on ::1.
ADDRESSES = """
http://127.0.0.1:{port}/
https://127.0.0.1:{port}/
http://localhost:{port}/
http://LOCALHOST:{port}/
http://localhost.:{port}/
http://localhost.localdomain:{port}/
http://127.0.0.2:{port}/
http://127.255.255.254:{port}/
http://127.1:{port}/
http://127.0.1:{port}/
http://0:{port}/
http://0.0.0.0:{port}/
http://2130706433:{port}/
http://017700000001:{port}/
http://0x7f000001:{port}/
http://0x7f.0.0.1:{port}/
http://0x7f.1:{port}/
http://0177.0.0.1:{port}/
http://0177.0.0.01:{port}/
http://127.0.0.0x1:{port}/
http://0000127.0.0.1:{port}/
http://4294967297:{port}/
http://127.0.0.1.:{port}/
http://１２７.０.０.１:{port}/
http://①②⑦.⓪.⓪.①:{port}/
http://127。0。0。1:{port}/
http://ⓛocalhost:{port}/
http://%31%32%37.0.0.1:{port}/
http://127.0.0.1%2f@example.org:{port}/
http://example.org@127.0.0.1:{port}/
http://example.org:80@127.0.0.1:{port}/
http://example.org%00@127.0.0.1:{port}/
http://127.0.0.1\\@example.org:{port}/
http://example.org\\.127.0.0.1:{port}/
http:///127.0.0.1:{port}/
http:127.0.0.1:{port}/
http:/127.0.0.1:{port}/
HTTP://127.0.0.1:{port}/
http://[::1]:{port}/
http://[0:0:0:0:0:0:0:1]:{port}/
http://[::0001]:{port}/
http://[::]:{port}/
http://[::1%25lo]:{port}/
http://[::ffff:127.0.0.1]:{port}/
http://[::ffff:7f00:1]:{port}/
http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/
http://[::127.0.0.1]:{port}/
http://[::7f00:1]:{port}/
http://[::ffff:0:127.0.0.1]:{port}/
http://[64:ff9b::127.0.0.1]:{port}/
http://[64:ff9b::7f00:1]:{port}/
http://[64:ff9b:1::7f00:1]:{port}/
http://[2002:7f00:1::]:{port}/
http://[2002:a00:1::1]:{port}/
http://[2001:0:7f00:1::]:{port}/
http://[2001:0:0:0:0:0:f5ff:fffe]:{port}/
http://[fc00::1]:{port}/
http://[fd12:3456:789a::1]:{port}/
http://[fd00:ec2::254]/latest/meta-data/
http://[fe80::1]:{port}/
http://[fec0::1]:{port}/
http://[ff02::1]:{port}/
http://[100::1]:{port}/
http://[2001:db8::1]:{port}/
http://169.254.169.254/latest/meta-data/
http://169.254.170.2/v2/credentials
http://0xa9fea9fe/latest/meta-data/
http://2852039166/latest/meta-data/
http://0251.0376.0251.0376/latest/meta-data/
http://[::ffff:169.254.169.254]/latest/meta-data/
http://[::ffff:a9fe:a9fe]/
http://[64:ff9b::a9fe:a9fe]/
http://[2002:a9fe:a9fe::]/
http://100.100.100.200/latest/meta-data/
http://192.0.0.192/opc/v2/
http://10.0.0.1/
http://10.255.255.255/
http://012.0.0.1/
http://0xa.0.0.1/
http://167772161/
http://172.16.0.1/
http://172.31.255.255/
http://192.168.0.1/
http://192.168.255.255/
http://3232235521/
http://0xc0.0xa8.0.1/
http://100.64.0.1/
http://100.127.255.255/
http://192.0.0.8/
http://192.0.2.1/
http://198.18.0.1/
http://198.51.100.1/
http://203.0.113.1/
http://224.0.0.1/
http://239.255.255.250/
http://240.0.0.1/
http://255.255.255.255/
file:///etc/passwd
ftp://127.0.0.1:{port}/
gopher://127.0.0.1:{port}/_GET
dict://127.0.0.1:{port}/
unix:///var/run/docker.sock
""".split()


@dataclass
class Network:
    """What was connected to, for real; only what is sent to PUBLIC is led to a server of the test's."""

    web: WebServer
    port: int  # of the private server
    reached: list[str] = field(default_factory=list)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    connect = httpcore.SyncBackend.connect_tcp
    with web_server({"/": answer(SECRET)}) as private, web_server({}) as web:
        found = Network(web, private.port)

        def connected(self: httpcore.SyncBackend, host: str, port: int, *rest: Any, **named: Any) -> Any:
            found.reached.append(host)
            if host == PUBLIC:
                host, port = "127.0.0.1", web.port
            return connect(self, host, port, *rest, **named)

        # The lowest place of all: below our checks, and above the socket, since no test may reach the internet.
        monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connected)
        # So that the address is what refuses, and never only the port.
        monkeypatch.setattr(fetching, "_PORTS", frozenset((80, 443, private.port)))
        yield found
        assert private.connections == 0


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    with name_server({}) as server:
        monkeypatch.setattr(socket, "getaddrinfo", server.getaddrinfo)
        yield server


def refused(url: str) -> str:
    with pytest.raises(ReadFailed) as failed:
        Visitor(pause_s=0).fetch(url)
    assert failed.value.source == url
    return failed.value.reason


def test_the_list_is_long_enough() -> None:
    assert len(set(ADDRESSES)) >= 60


@pytest.mark.parametrize("url", ADDRESSES)
def test_an_address_is_refused_without_a_connection(url: str, network: Network) -> None:
    assert ": " in refused(url.format(port=network.port))
    assert network.reached == []


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
@pytest.mark.parametrize("to", [address for address in ADDRESSES if address.isascii()][::12])
def test_a_redirect_into_the_private_network_is_not_followed(status: str, to: str, network: Network) -> None:
    network.web.answers["/"] = answer(b"", f"Location: {to.format(port=network.port)}", status=status)
    refused(f"http://{PUBLIC}/")
    assert set(network.reached) == {PUBLIC}


@pytest.mark.parametrize("to", ["//127.0.0.1:{port}/", "//localhost:{port}", "http:\\\\127.0.0.1:{port}"])
def test_a_redirect_without_its_scheme_is_not_followed_there(to: str, network: Network) -> None:
    network.web.answers["/"] = answer(b"", f"Location: {to.format(port=network.port)}", status="302 Found")
    refused(f"http://{PUBLIC}/")
    assert set(network.reached) == {PUBLIC}


def test_a_chain_of_redirects_is_checked_at_each_step(network: Network) -> None:
    for n in range(3):
        network.web.answers[f"/{n}"] = answer(b"", f"Location: /{n + 1}", status="302 Found")
    network.web.answers["/3"] = answer(b"", f"Location: http://127.0.0.1:{network.port}/", status="302 Found")
    assert "leads to 127.0.0.1, an address inside a private network" in refused(f"http://{PUBLIC}/0")
    assert set(network.reached) == {PUBLIC}


def test_a_robots_txt_that_redirects_inwards_is_not_followed(network: Network) -> None:
    network.web.answers["/robots.txt"] = answer(b"", f"Location: http://127.0.0.1:{network.port}/", status="302 Found")
    assert "private network" in refused(f"http://{PUBLIC}/")
    assert set(network.reached) == {PUBLIC}


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1",
        "10.0.0.5",
        "169.254.169.254",
        "192.168.1.1",
        "::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
    ],
)
def test_a_name_for_a_private_address_is_refused(inside: str, network: Network, names: NameServer) -> None:
    names.names["inside.example"] = [[inside]]
    names.names["both.example"] = [[PUBLIC, inside]]
    # The rounds of answers are fixed when the server starts: a server of its own knows these two.
    with name_server(names.names) as server:
        names.port = server.port
        assert "private network" in refused("http://inside.example/")
        assert "private network" in refused("http://both.example/")
        assert set(server.asked) == {"inside.example", "both.example"}
    assert network.reached == []


def test_a_name_that_resolves_differently_the_second_time_is_refused_then(network: Network, names: NameServer) -> None:
    names.names["rebinding.example"] = [[PUBLIC], ["127.0.0.1"]]
    network.web.answers["/"] = answer(SECRET)
    with name_server(names.names) as server:
        names.port = server.port
        # The rules are asked for at the public address; then the name leads inwards, and the page is not asked for.
        assert "leads to 127.0.0.1" in refused("http://rebinding.example/")
        assert server.asked == ["rebinding.example"] * 2
    assert network.reached == [PUBLIC]


def test_what_was_checked_is_what_is_connected_to(network: Network, names: NameServer) -> None:
    names.names["rebinding.example"] = [[PUBLIC], [PUBLIC], ["127.0.0.1"]]
    network.web.answers["/"] = answer(SECRET)
    with name_server(names.names) as server:
        names.port = server.port
        assert Visitor(pause_s=0).fetch("http://rebinding.example/").data == SECRET
        assert server.asked == ["rebinding.example"] * 2  # once for the rules and once for the page, not once more
    assert network.reached == [PUBLIC, PUBLIC]


def test_a_name_with_no_address_is_said_to_have_none(network: Network, names: NameServer) -> None:
    names.names["nowhere.example"] = [[]]
    with name_server(names.names) as server:
        names.port = server.port
        assert "cannot be found" in refused("http://nowhere.example/")
    assert network.reached == []
