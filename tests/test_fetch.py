"""Fetching: pages come, and no address leads anywhere else."""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from datetime import date

import pytest
from web_server import answer, web_server

from pincite.index import Article, ReadFailed, Reading, read_all
from pincite.index.read.body import BODY_BYTES
from pincite.index.read.fetch import fetch, plain_address
from pincite.index.read.network import is_public

LOCAL = Reading(allow_private=True, pause_s=0)
PAGE = (
    b"<!doctype html><html lang=en><head><title>Bridge talks go on</title>"
    b"<meta property='article:published_time' content='2021-05-03'></head><body><article><h1>Bridge talks go on</h1>"
    b"<p>Delegates met in the old town and agreed to go on talking about the bridge.</p></article></body></html>"
)


def failure(url: str, *, time_limit_s: float = 10) -> str:
    with pytest.raises(ReadFailed) as failed:
        fetch(url, allow_private=True, time_limit_s=time_limit_s)
    assert failed.value.source == url
    return failed.value.reason


def test_a_page_is_fetched_and_read_under_its_own_address() -> None:
    with web_server({"/talks": answer(PAGE, "Content-Type: text/html; charset=utf-8")}) as server:
        (article,) = read_all([server.url("/talks?utm_source=mail&id=7#top")], LOCAL)
    assert isinstance(article, Article)
    assert article.source == server.url("/talks?id=7")
    assert (article.title, article.published) == ("Bridge talks go on", date(2021, 5, 3))
    assert article.text.startswith("Delegates met in the old town")
    assert "User-Agent: pincite/" in server.requests[-1]


def test_a_private_address_is_refused_without_a_connection() -> None:
    with web_server({"/": answer(PAGE)}) as server:
        server_port = server.port
        (failed,) = read_all([f"http://127.0.0.1:{server_port}/"])
        assert isinstance(failed, ReadFailed)
        for host in ("127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]"):
            with pytest.raises(ReadFailed):
                fetch(f"http://{host}/")
    assert server.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://192.0.0.8/",
        "http://198.18.0.1/",
        "http://224.0.0.1/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "http://[::]/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:7f00:1::]/",
        "http://[fc00::1]/",
        "http://[fe80::1]/",
        "http://[ff02::1]/",
    ],
)
def test_private_addresses_in_every_spelling_are_refused(url: str) -> None:
    with pytest.raises(ReadFailed, match=r"private network|cannot be found|not a web address"):
        fetch(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://user:secret@example.org/",
        "http://example.org:22/",
        "http://example.org:8080/",
        "https://",
        "http://",
        "http://exa mple.org/",
        "http://[::1/",
        "http://example.org:99999/",
    ],
)
def test_addresses_that_are_none_of_a_web_site_are_refused(url: str) -> None:
    with pytest.raises(ReadFailed):
        fetch(url)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "1.1.1.1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_every_address_of_a_name_must_be_public(monkeypatch: pytest.MonkeyPatch) -> None:
    # A name server of an attacker's, which no test can ask for real without the network.
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.215.14", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(ReadFailed, match=r"leads to 127\.0\.0\.1"):
        fetch("http://rebinding.example/")


def test_a_name_is_resolved_once_and_connected_to_as_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        if host != "127.0.0.1":  # Python's own `connect` asks once more for what is a number already
            asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    with web_server({"/": answer(PAGE)}) as server:
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        fetched = fetch(f"http://bridge.example:{server.port}/", allow_private=True)
    assert fetched.data == PAGE
    assert asked == ["bridge.example"]
    assert f"Host: bridge.example:{server.port}" in server.requests[0]


def redirect(to: str) -> bytes:
    return answer(b"", f"Location: {to}", status="302 Found")


def test_redirects_are_followed_to_the_page() -> None:
    with web_server({"/a": redirect("/b/c"), "/b/c": redirect("../d"), "/d": answer(PAGE)}) as server:
        fetched = fetch(server.url("/a"), allow_private=True)
    assert (fetched.url, fetched.data) == (server.url("/d"), PAGE)


@pytest.mark.parametrize(
    "to",
    ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "http://u:p@127.0.0.1/", "data:,x"],
)
def test_a_redirect_leads_to_web_addresses_only(to: str) -> None:
    with web_server({"/": redirect(to)}) as server:
        assert failure(server.url())
    assert server.connections == 1


def test_redirects_in_a_circle_end() -> None:
    with web_server({"/": redirect("/")}) as server:
        assert "redirects more than 5 times" in failure(server.url())
    assert server.connections == 6


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("404 Not Found", "no such page"),
        ("403 Forbidden", "does not give it to programs"),
        ("429 Too Many", "asks for a pause"),
        ("503 Down", "has a fault"),
    ],
)
def test_a_refusal_is_said_with_its_cure(status: str, said: str) -> None:
    with web_server({"/": answer(b"no", status=status)}) as server:
        assert said in failure(server.url())


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("gzip", gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:])),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE, wbits=-15)),
        ("identity", PAGE),
    ],
)
def test_compressed_answers_are_unpacked(encoding: str, body: bytes) -> None:
    with web_server({"/": answer(body, f"Content-Encoding: {encoding}")}) as server:
        assert fetch(server.url(), allow_private=True).data == PAGE


@pytest.mark.parametrize(
    ("encoding", "body", "said"),
    [
        ("gzip", gzip.compress(bytes(BODY_BYTES + 1)), "over 50 MB"),
        ("gzip", gzip.compress(PAGE)[:-20], "cut short"),
        ("gzip", b"no gzip at all", "compression is damaged"),
        ("br", PAGE, "not asked for"),
    ],
)
def test_answers_that_are_none_are_refused(encoding: str, body: bytes, said: str) -> None:
    with web_server({"/": answer(body, f"Content-Encoding: {encoding}")}) as server:
        assert said in failure(server.url())


def test_an_endless_answer_is_ended() -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(bytes(1_000_000))

    with web_server({"/": endless}) as server:
        assert "over 50 MB" in failure(server.url())


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_drips_is_left_at_the_deadline(head: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(b"X")
            time.sleep(0.2)

    with web_server({"/": drip}) as server:
        assert "did not answer in full in time" in failure(server.url(), time_limit_s=1.5)


def test_a_broken_answer_is_said_to_be_broken() -> None:
    cut = answer(PAGE).replace(b"Content-Length: ", b"Content-Length: 9")
    with web_server({"/cut": cut, "/junk": b"not http at all\r\n\r\n"}) as server:
        assert "broke off" in failure(server.url("/cut"))
        assert "broke off" in failure(server.url("/junk"))


def test_no_server_is_said_so() -> None:
    with web_server({}) as server:
        pass
    assert "no connection" in failure(server.url())


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with web_server({"/": answer(PAGE)}) as server:
        assert fetch(server.url(), allow_private=True).data == PAGE


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("https://example.org/a?utm_source=x&utm_medium=y", "https://example.org/a"),
        ("https://example.org/a?id=1&fbclid=abc#part", "https://example.org/a?id=1"),
        ("https://example.org/a?q=a%20b", "https://example.org/a?q=a%20b"),
    ],
)
def test_addresses_lose_what_only_tracks(given: str, plain: str) -> None:
    assert plain_address(given) == plain


def test_a_page_on_the_web_may_not_pass_for_another() -> None:
    note = b"---\nsource: https://news.example/scoop\n---\nDelegates met in the old town."
    with web_server({"/note.md": answer(note)}) as server:
        (article,) = read_all([server.url("/note.md")], LOCAL)
    assert isinstance(article, Article)
    assert article.source == server.url("/note.md")


def test_an_empty_answer_is_said_to_be_empty() -> None:
    with web_server({"/": answer(b"")}) as server:
        (failed,) = read_all([server.url()], LOCAL)
    assert isinstance(failed, ReadFailed)
    assert failed.reason.startswith("the answer is empty: ")


def test_a_picture_on_the_web_is_no_article() -> None:
    with web_server({"/a": answer(b"\x89PNG\r\n\x1a\n" + bytes(100))}) as server:
        (failed,) = read_all([server.url("/a")], LOCAL)
    assert isinstance(failed, ReadFailed)
    assert "a picture" in failed.reason
