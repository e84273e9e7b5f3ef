"""Fits the weights of the sentence reader and the threshold of its refusals; writes rag/models/sentences.json.

    python training/fit_sentences.py ../shared/data/squad2 --questions 1600

Only `train` questions are read. Half of them fit the weights of a sentence (does it overlap the evidence?); the other
half, of other articles, fit the confidence (is the best sentence right?) and choose the threshold: the one at which
right answers less wrong ones are most. What it prints stands in training/README.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pincite.index import Article, Hit
from pincite.rag import open_library
from pincite.rag.reading import passage_sentences
from pincite.rag.sentence_reader import FEATURES, PASSAGES, features

OUT = Path(__file__).parent.parent / "rag" / "models" / "sentences.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, default=1600)
    given = parser.parse_args()
    articles = {row["id"]: row for row in read_rows(given.folder / "articles.jsonl.gz")}
    asked = [q for q in read_rows(given.folder / "questions.jsonl.gz") if split_of(q, articles) == "train"]
    asked = sorted(asked, key=lambda q: sha256(q["id"].encode()).digest())[: given.questions]
    homes = sorted({home_of(q) for q in asked})
    with tempfile.TemporaryDirectory() as folder, open_library(folder) as library:
        library.add_articles(as_article(row) for row in articles.values())
        examples = [(home_of(q), *example(q, library)) for q in asked]
    first = [e for e in examples if homes.index(e[0]) % 2 == 0 and len(e[1])]
    second = [e for e in examples if homes.index(e[0]) % 2 == 1 and len(e[1])]
    weights, bias = logistic(np.vstack([e[1] for e in first]), np.concatenate([e[2] for e in first]))
    best = [(float((e[1] @ weights + bias).max()), bool(e[2][np.argmax(e[1] @ weights)])) for e in second]
    scores, right = np.array([b[0] for b in best]), np.array([b[1] for b in best], dtype=float)
    slope, offset = logistic(scores[:, None], right)
    sure = 1 / (1 + np.exp(-(slope[0] * scores + offset)))
    threshold = max(np.linspace(0.05, 0.95, 91), key=lambda t: float(((right - (1 - right)) * (sure >= t)).sum()))
    stored = {
        "bias": round(float(bias), 4),
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)},
        "slope": round(float(slope[0]), 4),
        "offset": round(float(offset), 4),
        "refuse_below": round(float(threshold), 2),
    }
    OUT.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
    answerable = np.array([bool(e[2].any()) for e in second])
    told = sure >= threshold
    print(json.dumps(stored, indent=2))
    print(f"{len(first)} questions fitted, {len(second)} judged; best sentence right {right.mean():.3f}")
    print(f"answered {told.mean():.3f}, of those right {right[told].mean():.3f}")
    print(f"no answer in what was read: {1 - answerable.mean():.3f}, answered {told[~answerable].mean():.3f}")


def example(question: dict[str, Any], library: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The features of every sentence read for `question`, and which of them overlap its evidence."""
    hits: list[Hit] = library.search(question["question"])[:PASSAGES]
    places = [(hit, start, end) for hit in hits for start, end in passage_sentences(hit)]
    wanted = [] if question["unanswerable"] else question["evidence"]
    labels = [
        any(e["article_id"] == hit.article.id and e["start"] < end and start < e["end"] for e in wanted)
        for hit, start, end in places
    ]
    return features(question["question"], hits, places, library.embedder), np.array(labels, dtype=float)


def logistic(
    rows: NDArray[np.float64], labels: NDArray[np.float64], *, ridge: float = 1.0
) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of a logistic regression, by Newton's method; `ridge` is the L2 penalty on the weights."""
    spread = np.where(rows.std(0) > 0, rows.std(0), 1.0)
    design = np.hstack([rows / spread, np.ones((len(rows), 1))])
    penalty = ridge * np.diag([1.0] * rows.shape[1] + [0.0])
    found = np.zeros(design.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (labels - chance) - penalty @ found
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
        found += np.linalg.solve(bend, slope)
    return found[:-1] / spread, float(found[-1])


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def split_of(question: dict[str, Any], articles: dict[str, dict[str, Any]]) -> str:
    return question.get("split") or articles[home_of(question)].get("split", "")


def home_of(question: dict[str, Any]) -> str:
    return question["context"]["article_id"]


def as_article(row: dict[str, Any]) -> Article:
    return Article.create(row["url"] or row["id"], row["text"], title=row["title"], id=row["id"])


if __name__ == "__main__":
    main()
