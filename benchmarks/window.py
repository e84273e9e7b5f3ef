"""How quick the window is: page, first words, and many visitors at once.

    python benchmarks/window.py [--visitors 50] [--seconds 20]

Starts a real server over the demo articles and a real Chromium; prints one line for each figure.
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

import httpx

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

# Questions with a word that only their own answer has: an answer with another's word is a mixed-up conversation.
ASKED = {
    "How many prisoners were exchanged?": "175",
    "When was the Hong Kong handover?": "July 1",
    "Who first climbed Everest?": "Hillary",
}


def main() -> None:
    from browser import chromium, serving

    from pincite.index import read_collection
    from pincite.rag import open_library

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, open_library(home) as library:
        library.add_articles(read_collection(ROOT / "eval" / "data" / "articles", "demo"))
        for question in ASKED:
            library.ask(question)
        with serving(library, examples=tuple(ASKED)) as address:
            with chromium() as browser:
                for _ in range(3):  # the first fills the caches of a fresh server
                    paint, ready, words = page_times(browser, address)
                print(f"first paint {paint:.0f} ms, ready to type {ready:.0f} ms, first words {words:.0f} ms")
            asyncio.run(crowd(address, given.visitors, given.seconds))


def page_times(browser, address: str) -> tuple[float, float, float]:
    """Milliseconds to the first paint, to a question box, and from sending a question to its first words."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("#pc-question textarea")
    ready = (time.perf_counter() - began) * 1000
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.fill("#pc-question textarea", next(iter(ASKED)))
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


async def crowd(address: str, visitors: int, seconds: float) -> None:
    """Prints what `visitors` asking all the time through the window's own queue got."""
    until = time.perf_counter() + seconds
    took: list[float] = []
    faults: list[str] = []

    async def visit(number: int) -> None:
        dice = random.Random(number)
        async with httpx.AsyncClient(base_url=address, timeout=60) as client:
            while time.perf_counter() < until:
                question, word = dice.choice(list(ASKED.items()))
                began = time.perf_counter()
                said = await asked(client, question, f"visitor{number}x{dice.random()}")
                took.append(time.perf_counter() - began)
                if word not in said or any(other in said for other in ASKED.values() if other != word):
                    faults.append(said[:80])

    await asyncio.gather(*(visit(number) for number in range(visitors)))
    p50, p95 = statistics.median(took), sorted(took)[int(len(took) * 0.95)]
    print(
        f"{visitors} visitors for {seconds:.0f} s: {len(took)} answers, {len(faults)} wrong or mixed, "
        f"p50 {p50:.2f} s, p95 {p95:.2f} s, {len(took) / seconds:.1f} a second"
    )
    for fault in faults[:3]:
        print("  ", fault)


async def asked(client: httpx.AsyncClient, question: str, session: str) -> str:
    """The text of the last state of a conversation with one question, as the page would get it."""
    body = {"data": [question, []], "fn_index": 0, "session_hash": session, "event_data": None, "trigger_id": None}
    joined = await client.post("gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        return joined.text
    state: list[dict] = []
    async with client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as reply:
        async for line in reply.aiter_lines():
            if not line.startswith("data:"):
                continue
            event = json.loads(line[5:])
            if event["msg"] == "process_generating":
                state.append(event["output"])
            if event["msg"] in ("process_completed", "close_stream"):
                break
    return json.dumps(state)


if __name__ == "__main__":
    main()
