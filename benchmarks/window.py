"""How quick the window is: page, first words, and many visitors at once.

    python benchmarks/window.py [--articles 1000] [--visitors 50] [--seconds 60]

Starts a real server over the demo articles and generated ones (those of benchmarks/ask.py) and a real Chromium; prints
one line for each figure. Exit code 1 when an answer is wrong, mixed up or kept for another visitor.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from ask import generated

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

# Each is answered from another article: an answer that points at another's is a mixed-up conversation.
ASKED = (
    "How many prisoners were exchanged?",
    "When did Hong Kong return to China?",
    "Who was the last human being to be infected with smallpox in nature?",
)
TRIES = 7  # page loads and first words measured; the median is printed


def main() -> None:
    from browser import chromium, serving

    from pincite.index import read_collection
    from pincite.rag import open_library

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, open_library(home) as library:
        library.add_articles(read_collection(ROOT / "eval" / "data" / "articles", "demo"))
        library.add_articles(generated(max(0, given.articles - len(library.entries()))))
        answers = {question: library.ask(question) for question in ASKED}
        homes = {question: f"#pin={answer.citations[0].article.id}" for question, answer in answers.items()}
        with serving(library, examples=ASKED) as address:
            with chromium() as browser:
                page_times(browser, address)  # the first fills the caches of a fresh server
                times = [page_times(browser, address) for _ in range(TRIES)]
            paint, ready, words = (statistics.median(column) for column in zip(*times, strict=True))
            print(
                f"{len(library.entries()):,} articles, medians of {TRIES}: first paint {paint:.0f} ms, "
                f"ready to type {ready:.0f} ms, first words {words:.0f} ms"
            )
            faults = asyncio.run(crowd(address, homes, given.visitors, given.seconds))
    sys.exit(1 if faults else 0)


def page_times(browser: Any, address: str) -> tuple[float, float, float]:
    """Milliseconds to the first paint, to a question box, and from sending a question to its first words."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("#pc-question textarea")
    ready = (time.perf_counter() - began) * 1000
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.fill("#pc-question textarea", ASKED[0])
    words = page.evaluate(
        """() => new Promise((done) => {
            const began = performance.now();
            new MutationObserver(() => {
                if (document.querySelector('#pc-chat .pc-text')) done(performance.now() - began);
            }).observe(document.querySelector('#pc-chat'), {childList: true, subtree: true});
            document.querySelector('#pc-question .submit-button').click();
        })"""
    )
    page.context.close()
    return paint, ready, words


async def crowd(address: str, homes: dict[str, str], visitors: int, seconds: float) -> list[str]:
    """What went wrong while `visitors` asked all the time through the window's own queue; prints what they got.

    `homes` tells for each question what a link to the article that answers it begins with.
    """
    until = time.perf_counter() + seconds
    took: list[float] = []
    faults: list[str] = []

    async def visit(number: int) -> None:
        dice = random.Random(number)
        said: dict[str, str] = {}  # each question in a conversation of its own: before others it may mean another thing
        async with httpx.AsyncClient(base_url=address, timeout=120) as client:
            await client.get("")  # the page's cookie: who this visitor is
            ask = (await client.get("config")).json()["dependencies"][0]["id"]
            while time.perf_counter() < until:
                question = dice.choice(ASKED)
                began = time.perf_counter()
                states, talk = await asked(client, ask, question, f"visitor{number}x{dice.random()}")
                took.append(time.perf_counter() - began)
                said[talk] = question
                if [asked for asked, home in homes.items() if home in states] != [question]:
                    faults.append(f"asked {question}: {states[-200:]}")
            kept = (await client.get("api/conversations")).json()["conversations"]
            if {one["id"]: one["title"] for one in kept} != said:
                faults.append(f"visitor {number} finds other conversations than it held")

    await asyncio.gather(*(visit(number) for number in range(visitors)))
    p50, p95 = statistics.median(took), sorted(took)[int(len(took) * 0.95)]
    print(
        f"{visitors} visitors for {seconds:.0f} s: {len(took)} answers, {len(faults)} wrong, mixed up or failed, "
        f"p50 {p50:.2f} s, p95 {p95:.2f} s, {len(took) / seconds:.1f} a second"
    )
    for fault in faults[:3]:
        print("  ", fault)
    return faults


async def asked(client: httpx.AsyncClient, ask: int, question: str, session: str) -> tuple[str, str]:
    """All states of a conversation while a question is answered, as the page would get them; and its id."""
    body = {"data": [question, "", "", ""], "fn_index": ask, "session_hash": session, "trigger_id": None}
    joined = await client.post("gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        return joined.text, ""
    states: list[Any] = []
    async with client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as reply:
        async for line in reply.aiter_lines():
            if not line.startswith("data:"):
                continue
            event = json.loads(line[5:])
            if event["msg"] == "process_generating":
                states.append(event["output"])
            if event["msg"] in ("process_completed", "close_stream"):
                break
    return json.dumps(states), str(states[0]["data"][1]) if states else ""


if __name__ == "__main__":
    main()
