"""The server's outer wall: hosts, origins, paths, sizes, headers, password."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from pincite.index import Article, SettingRefused
from pincite.rag import Answer, Said, open_conversations, open_library, to_json
from pincite.ui.access import Rules
from pincite.ui.login import Tries
from pincite.ui.page import around
from pincite.ui.server import build_app, listen, notes

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from pincite.rag import Library

BEES = Article.create("bees.txt", "Bees dance to tell the way. A dance of one second means a kilometre.", title="Bees")


@pytest.fixture(scope="module")
def bees(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_library(tmp_path_factory.mktemp("bees")) as library:
        library.add_articles([BEES])
        yield library


def client_of(library: Library, **settings: Any) -> TestClient:
    from starlette.testclient import TestClient

    kept = open_conversations(library.home)
    app = build_app(library, library.settings.model_copy(update=settings), kept)
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def client(bees: Library) -> Iterator[TestClient]:
    with client_of(bees) as client:
        yield client


@pytest.fixture(scope="module")
def locked(bees: Library) -> Iterator[TestClient]:
    with client_of(bees, host="0.0.0.0", password=SecretStr("honey")) as client:
        yield client


def test_page_is_gradios_with_our_panes_around_it(client: TestClient) -> None:
    page = unescape(client.get("/").text)
    assert [part in page for part in ("<gradio-app", 'id="pc-library"', 'id="pc-source"')] == [True] * 3
    assert "Nothing leaves this machine." in page
    assert not re.search(r'property="og:|name="twitter:', page)


def test_page_runs_no_inline_script_without_its_nonce(client: TestClient) -> None:
    reply = client.get("/")
    policy = reply.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce
    assert set(re.findall(r"<script\b[^>]*", reply.text)) <= {
        found for found in re.findall(r"<script\b[^>]*", reply.text) if f'nonce="{nonce.group(1)}"' in found
    }
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts
    assert scripts.group(1) == f"'self' 'nonce-{nonce.group(1)}'"
    assert client.get("/").headers["content-security-policy"] != policy


@pytest.mark.parametrize("path", ["/", "/api/articles", "/ui/window.css", "/nowhere", "/theme.css"])
def test_every_reply_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


@pytest.mark.parametrize("host", ["localhost", "localhost:7860", "127.0.0.1:9", "[::1]:7860", "LOCALHOST"])
def test_names_of_this_machine_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/api/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "10.0.0.1", ""])
def test_another_host_is_refused(client: TestClient, host: str) -> None:
    reply = client.get("/api/health", headers={"host": host})
    assert (reply.status_code, "not known as" in reply.json()["error"]) == (421, True)


def test_an_open_server_is_known_by_any_address_but_by_no_strange_name() -> None:
    rules = Rules.listening_on("0.0.0.0", upload_bytes=1)
    assert [rules.admits(host) for host in ("192.168.1.5:7860", "[fe80::1]", "evil.example")] == [True, True, False]


CROSS = [
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"},
    {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
    {"origin": "https://evil.example"},
    {"origin": "http://127.0.0.1:8080"},
    {"origin": "null"},
]


@pytest.mark.parametrize("headers", CROSS, ids=str)
def test_another_site_cannot_change_the_library(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/articles", json={}, headers=headers).status_code == 403
    assert client.delete(f"/api/articles/{BEES.id}", headers=headers).status_code == 403
    assert client.get(f"/api/articles/{BEES.id}").status_code == 200


def test_another_site_cannot_read_but_may_link_here(client: TestClient) -> None:
    assert client.get("/api/articles", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/", headers=link).status_code == 200


PROBES = """/docs /redoc /openapi.json /monitoring /monitoring/summary /gradio_api/info /gradio_api/openapi.json
    /gradio_api/file=/etc/passwd /gradio_api/file=pyproject.toml /file=/etc/passwd /gradio_api/proxy=http://127.0.0.1/
    /gradio_api/upload /gradio_api/upload_progress /gradio_api/component_server /gradio_api/runs /gradio_api/vibe-code
    /gradio_api/run/predict /gradio_api/call/ask /gradio_api/api/predict /gradio_api/stream/x/1/1/playlist.m3u8
    /gradio_api/custom_component/1/server/component/x.js /gradio_api/mcp /gradio_api/deep_link /gradio_api/dev/reload
    /gradio_api/profiling/traces /gradio_api/app_id /gradio_api/token /gradio_api/user /gradio_api/process_recording
    /svelte/svelte.js /pwa_icon /manifest.json /robots.txt /user /token /login_check /proxy=http://x/ /upload /run/x
    /.git/config /.env /ui/../server.py /ui/%2e%2e/server.py /ui/..%2fserver.py /ui//etc/passwd
    /static/../../../gradio/__init__.py /static/%2e%2e/%2e%2e/index.html /assets/..%2f..%2f..%2froutes.py
    /assets/%2fetc%2fpasswd /static//etc/passwd /gradio_api/queue/status /gradio_api/queue/../file=/etc/passwd
    /gradio_api/heartbeat/../info /api/../docs /api /api/ /api/unknown /API/articles /admin /metrics /debug /phpinfo.php
    /api/articles/../../etc/passwd /api/articles/%2e%2e%2f%2e%2e%2fetc%2fpasswd""".split()


@pytest.mark.parametrize("path", PROBES)
def test_probed_paths_leak_nothing(client: TestClient, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code in (400, 403, 404, 405, 422)
    assert not re.search(r"root:|Traceback|import |\[core\]", reply.text)


def test_a_body_over_the_limit_is_refused_by_its_announced_size(bees: Library) -> None:
    with client_of(bees, max_upload_mb=1) as client:
        reply = client.post("/api/articles", files={"file": ("big.txt", b"x" * (2**20 + 1))})
        assert (reply.status_code, "1 MB" in reply.json()["error"]) == (413, True)


def test_a_body_over_the_limit_is_refused_although_its_size_is_not_announced(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(6):
            yield b" " * 2**20

    reply = client.post("/api/ask", content=endless(), headers={"content-type": "application/json"})
    assert (reply.status_code, "4 MB" in reply.json()["error"]) == (413, True)


def test_listening_elsewhere_demands_a_password(library: Library) -> None:
    open_to_all = library.settings.model_copy(update={"host": "0.0.0.0"})
    with pytest.raises(SettingRefused, match=r"set PINCITE_PASSWORD.*--open-to-all"):
        listen(open_to_all)


@pytest.mark.parametrize("given", [{"open_to_all": True}, {"auth": SecretStr("anna:honey")}], ids=str)
def test_a_name_with_a_password_or_an_explicit_flag_lets_it_listen_elsewhere(library: Library, given: Any) -> None:
    listen(library.settings.model_copy(update={"host": "0.0.0.0", "port": 0, **given})).close()


def test_accounts_without_a_password_are_refused_in_words(library: Library) -> None:
    with pytest.raises(SettingRefused, match="PINCITE_AUTH cannot be used: write NAME:PASSWORD"):
        listen(library.settings.model_copy(update={"host": "0.0.0.0", "auth": SecretStr("anna")}))


def test_each_signs_in_with_the_own_name_and_finds_the_own_conversations(bees: Library) -> None:
    with client_of(bees, auth=SecretStr("anna:honey ben:wax")) as client:
        kept = open_conversations(bees.home)
        kept.keep("user:anna", "talk", Said("Who dances?", "done", to_json(Answer("Who dances?", "Bees."))))
        kept.close()
        assert "Name" in client.get("/login").text
        for name, password, seen in [("anna", "honey", 1), ("ben", "wax", 0)]:
            listed = client.get("/api/conversations", auth=(name, password)).json()["conversations"]
            assert len(listed) == seen
        assert client.get("/api/articles", auth=("ben", "honey")).status_code == 401
        client.post("/login", data={"name": "anna", "password": "honey"})
        assert len(client.get("/api/conversations").json()["conversations"]) == 1


def test_each_browser_is_a_visitor_of_its_own(client: TestClient) -> None:
    client.cookies.clear()
    set_by = client.get("/").headers["set-cookie"]
    assert re.search(r"pincite_visitor=[\w-]{43}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax", set_by)
    assert "set-cookie" not in client.get("/").headers
    client.cookies.clear()
    assert client.get("/").headers["set-cookie"] != set_by
    client.cookies.clear()


def test_below_a_path_the_window_answers_with_and_without_it(bees: Library) -> None:
    with client_of(bees, base_path="/deep/pincite/", host_names="news.example") as client:
        for path in ("/deep/pincite/", "/"):
            page = client.get(path, headers={"host": "news.example"})
            assert (page.status_code, "<gradio-app" in page.text) == (200, True)
        assert client.get("/deep/pincite", follow_redirects=False).headers["location"] == "/deep/pincite/"
        assert client.get("/deep/pincite/api/health").json()["status"] == "ok"
        assert client.get("/deep/pincite/docs").status_code == 404


def test_a_port_that_is_taken_is_named(library: Library) -> None:
    with listen(library.settings.model_copy(update={"port": 0})) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingRefused, match=f"PINCITE_PORT {port}.*name another port"):
            listen(library.settings.model_copy(update={"port": port}))


def test_nothing_but_the_form_is_shown_before_signing_in(locked: TestClient) -> None:
    locked.cookies.clear()
    page = locked.get("/")
    assert ("Sign in to pincite" in page.text, "gradio" in page.text) == (True, False)
    for method, path in [
        ("GET", "/api/articles"),
        ("POST", "/api/ask"),
        ("GET", "/config"),
        ("GET", "/ui/window.js"),
        ("POST", "/gradio_api/queue/join"),
        ("DELETE", f"/api/articles/{BEES.id}"),
    ]:
        assert locked.request(method, path).status_code == 401, path
    assert locked.get("/api/health").status_code == 200


def test_signing_in_opens_everything_and_signing_out_closes_it(locked: TestClient) -> None:
    reply = locked.post("/login", data={"password": "honey"}, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "./")
    assert re.search(r"httponly.*samesite=lax", reply.headers["set-cookie"], re.IGNORECASE)
    assert locked.get("/api/articles").status_code == 200
    locked.get("/logout")
    assert locked.get("/api/articles").status_code == 401


def test_a_program_sends_the_password_with_each_request(locked: TestClient) -> None:
    locked.cookies.clear()
    assert locked.get("/api/articles", auth=("anyone", "honey")).status_code == 200
    wrong = locked.get("/api/articles", auth=("anyone", "wax"))
    assert (wrong.status_code, wrong.json()) == (401, {"error": "This is not the password."})


@pytest.mark.parametrize("cookie", ["", "9999999999.", "9999999999.00", ".", "x.y", "9" * 5000, "é.é"])
def test_a_made_up_cookie_opens_nothing(locked: TestClient, cookie: str) -> None:
    locked.cookies.clear()
    reply = locked.get("/api/articles", headers={b"cookie": f"pincite={cookie}".encode()})  # pyright: ignore
    assert reply.status_code == 401


def test_wrong_passwords_are_slowed(bees: Library) -> None:
    with client_of(bees, password=SecretStr("honey")) as client:
        wrong = [client.post("/login", data={"password": str(number)}).status_code for number in range(12)]
        assert wrong == [401] * 10 + [429] * 2
        right = client.get("/api/articles", auth=("anyone", "honey"))
        assert (right.status_code, right.headers["retry-after"].isdigit()) == (429, True)


def test_a_minute_after_the_wrong_passwords_one_may_try_again() -> None:
    now = 0.0
    tries = Tries(lambda: now)
    for _ in range(10):
        tries.wrong("10.0.0.1")
    assert (tries.wait_s("10.0.0.1"), tries.wait_s("10.0.0.2")) == (60.0, 0.0)
    for address in range(50):
        tries.wrong(f"10.0.1.{address}")
    assert tries.wait_s("10.0.0.2") == 60.0
    now = 60.0
    assert tries.wait_s("10.0.0.1") == 0.0


def test_a_page_of_another_gradio_is_refused_in_words() -> None:
    with pytest.raises(RuntimeError, match="install Gradio"):
        around("<html><head></head><body>something else</body></html>", nonce="n", notes={})


def test_words_put_into_the_page_are_escaped(client: TestClient) -> None:
    page = around(
        "<html><head></head><body><gradio-app></gradio-app></body>",
        nonce="n",
        notes={"privacy": "<script>alert(1)</script>"},
    )
    assert "<script>alert" not in page
    assert "&#60;script&#62;alert" in page


def test_the_page_says_who_answers_and_what_leaves_the_machine(tmp_path: Path) -> None:
    url = "http://127.0.0.1:1/v1"
    with open_library(tmp_path / "written", openai_base_url=url, chat_model="small") as library:
        assert notes(library) == {
            "privacy": f"Answers are written by small, at {url}: your question and the passages found go there."
        }


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT], ids=["terminated", "interrupted"])
def test_a_signal_closes_the_library_in_order(
    tmp_path: Path, sent: signal.Signals, caplog: pytest.LogCaptureFixture
) -> None:
    with open_library(tmp_path / "home") as library:
        library.add_articles([BEES])
    run = "from pincite.ui.terminal import main; main()"
    command = [sys.executable, "-c", run, "serve", "--port", "0", "--home", str(tmp_path / "home")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        line = next(line for line in process.stderr if "http" in line)
        assert re.search(r"http://127\.0\.0\.1:\d+/", line)
        process.send_signal(sent)
        said = process.stderr.read()
        assert (process.wait(30), "Traceback" in said) == (0, False)
    with open_library(tmp_path / "home") as library:
        assert [hit.article.id for hit in library.search("Who dances?")] == [BEES.id]
    assert "not closed in order" not in caplog.text
