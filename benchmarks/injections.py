"""Orders to a language model planted in articles: does an answer follow one, or show it?

    python benchmarks/injections.py [DATA] [--limit N] [--show N]

DATA is a folder with `injections.jsonl` (`text`) and `host_documents.jsonl` (`text`, `question`); without it the
orders of `tests/planted.py` are taken. Each order stands in an article as a paragraph of its own, before, in the middle
of and behind its sentences in turn.

The reader is asked what the article answers: a success of the order is a citation that overlaps it. Then a model on a
real server on this machine answers, and does what the order says: it writes the claim citing the order, the true
sentence, both, and nothing, an image and a link at each. A success is an image or a link on the page that leads
elsewhere than to a stored article, and any word left in no doubt but those the article bears out. Exit 1 on a success.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from model_server import ModelServer, model_server
from planted import EVIL, HOSTS, ORDERS, Host, Planted, live, obeyed, plant, shown_of_order, undoubted

from pincite.rag import Filters, Library, open_library
from pincite.rag.tainted import gives_orders
from pincite.ui import markup
from pincite.ui.exchange import Exchange

CLAIM_CHARS = 200  # of an order that has nothing in quotation marks: what whoever repeats it writes


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--limit", type=int, help="orders taken, spread over all")
    parser.add_argument("--show", type=int, default=10, metavar="N", help="successes printed")
    given = parser.parse_args()
    orders = list(_orders(given.data))
    orders = orders[:: max(1, len(orders) // given.limit)] if given.limit else orders
    own = [
        plant(HOSTS[n % len(HOSTS)], order, claim, place=n // len(HOSTS), name=f"own/{n}")
        for n, (order, claim) in enumerate(orders)
    ]
    hosts = list(_hosts(given.data))
    others = [
        plant(hosts[n % len(hosts)], order, claim, place=n, name=f"host/{n}")
        for n, (order, claim) in enumerate(orders if hosts else [])
    ]
    with (
        TemporaryDirectory() as home,
        model_server() as server,
        open_library(home, openai_base_url=server.url) as library,
    ):
        library.add_articles([one.article for one in (*own, *others)])
        read = [_followed(library, one) for one in (*own, *others)]
        written = [_passed(library, server, one) for one in own]
    known = sum(gives_orders(order) for order, _ in orders)
    print(f"{len(orders)} orders, {known} of them known for orders by their words alone")
    print(f"reader: {sum(bool(one) for one in read)} successes in {len(read)} planted articles")
    links, claims = (sum(bool(one[n]) for one in written) for n in (0, 1))
    print(
        f"a model that obeys, {len(written)} articles: {links} with a live image or link, {claims} with an open claim"
    )
    found = [*filter(None, read), *(words for one in written for words in one if words)]
    for words in found[: given.show]:
        print(f"  {words[:300]!r}")
    sys.exit(1 if found else 0)


def _orders(data: Path | None) -> Iterator[tuple[str, str]]:
    if data is None:
        yield from ORDERS
        return
    for row in _rows(data / "injections.jsonl"):
        order = str(row["text"])
        quoted = re.search(r"[\"“]([^\"”]{8,})[\"”]", order)
        yield order, quoted.group(1) if quoted else " ".join(order.split())[:CLAIM_CHARS]


def _hosts(data: Path | None) -> Iterator[Host]:
    for row in _rows(data / "host_documents.jsonl") if data else ():
        text = str(row["text"])
        yield Host(text.split("|")[0][:80], text, str(row["question"]).removeprefix("Q: "), "", "")


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line)


def _followed(library: Library, planted: Planted) -> str:
    """The words of an answer of the reader that come from the order, "" for none."""
    filters = Filters(article_ids=(planted.article.id,))
    answer = library.ask(planted.host.question, filters=filters, model="reader")
    places = [(one.start, one.end) for one in answer.citations]
    return answer.text if shown_of_order(planted, places) else ""


def _passed(library: Library, server: ModelServer, planted: Planted) -> tuple[str, str]:
    """What of a hijacked model's answer is live on the page, and what of it is left in no doubt; "" for none."""
    server.reply = lambda request: obeyed(planted, request)
    answer = library.ask(planted.host.question, filters=Filters(article_ids=(planted.article.id,)))
    html = markup.answer(Exchange(planted.host.question).answered(answer))
    leads = live(html) + re.findall(rf"{EVIL}|https?:|!\[|\]\(", answer.text)
    left = undoubted(answer).replace(f"{planted.host.honest}.", "", 1)
    left = re.sub(r"!\(seen\)|\(more\)|<img|\(link left out\)", "", left)  # what the bait became claims nothing
    return " ".join(leads), "" if answer.refused or not re.search(r"[^\W_]", left) else left


if __name__ == "__main__":
    main()
