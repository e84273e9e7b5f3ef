"""How well articles are found in saved web pages: `python benchmarks/extraction.py FOLDER`.

FOLDER holds `article_extraction` (pages with the article body made by hand; shingle F1 by the `metrics.py` beside it)
and `page_segments` (segments to keep and to drop), each as `pages.jsonl.gz` and `html/ID.html.gz`.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from trafilatura import extract

from pincite.index.read.draft import Unreadable
from pincite.index.read.page import read_page


def pages(folder: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Each page's record and its HTML."""
    with gzip.open(folder / "pages.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            page = json.loads(line)
            yield page, gzip.decompress((folder / page["html"]).read_bytes())


def ours(html: bytes) -> str:
    try:
        return read_page(html).text
    except Unreadable:
        return ""


def plain_trafilatura(html: bytes) -> str:
    return extract(html, include_comments=False) or ""


def segment_scores(results: list[tuple[dict[str, Any], str]]) -> dict[str, float]:
    """Each segment is a decision: a wanted one found in the text, an unwanted one not."""
    kept = found = unwanted = dropped = 0
    for page, text in results:
        flat = " ".join(text.split())
        kept += len(page["with"])
        found += sum(" ".join(segment.split()) in flat for segment in page["with"])
        unwanted += len(page["without"])
        dropped += sum(" ".join(segment.split()) not in flat for segment in page["without"])
    precision, recall = found / (found + unwanted - dropped), found / kept
    return {
        "F1": round(2 * precision * recall / (precision + recall), 3),
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "wanted kept": round(found / kept, 3),
        "unwanted dropped": round(dropped / unwanted, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    spec = importlib.util.spec_from_file_location("metrics", folder / "metrics.py")
    if spec is None or spec.loader is None:
        parser.error(f"{folder} has no metrics.py")
    metrics = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(metrics)
    for name, read in (("trafilatura", plain_trafilatura), ("pincite", ours)):
        start = perf_counter()
        bodies = [(page["article_body"], read(html)) for page, html in pages(folder / "article_extraction")]
        segments = [(page, read(html)) for page, html in pages(folder / "page_segments")]
        each_ms = (perf_counter() - start) * 1000 / (len(bodies) + len(segments))
        print(f"{name:12} article_extraction {metrics.extraction_scores(bodies)}")
        print(f"{'':12} page_segments      {segment_scores(segments)}   {each_ms:.0f} ms a page")


if __name__ == "__main__":
    main()
