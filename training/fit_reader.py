"""Fits how the reader's scores become an order, a confidence and a refusal; writes rag/models/calibration.json.

    python training/fit_reader.py ../shared/data/squad2 --article squad2-Harvard_University

Only questions of the one `train` article that was kept out of the reader's training are read, and every article of the
set is searched for them, as at run time. Chosen on them: what a point of retrieval score is worth beside the reader's
logit (by the reciprocal rank of the evidence), the logistic curve from the best logit to the probability that its span
is right, and the threshold at which right answers less wrong ones are most.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from fit_sentences import as_article, logistic, read_rows

from pincite.rag import Library, open_library
from pincite.rag.exact_reader import Calibration, ExactReader
from pincite.rag.reading import Reading
from pincite.rag.span_reader import SpanReader

OUT = Path(__file__).parent.parent / "rag" / "models" / "calibration.json"
WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--article", required=True)
    given = parser.parse_args()
    questions = read_rows(given.folder / "questions.jsonl.gz")
    asked = [q for q in questions if q["context"]["article_id"] == given.article]
    with tempfile.TemporaryDirectory() as folder, open_library(folder) as library:
        library.add_articles(as_article(row) for row in read_rows(given.folder / "articles.jsonl.gz"))
        readings = {weight: read_all(asked, library, weight) for weight in WEIGHTS}
    ranks = {weight: reciprocal_rank(asked, found) for weight, found in readings.items()}
    weight = max(WEIGHTS, key=lambda w: ranks[w])
    told = [(q, r) for q, r in zip(asked, readings[weight], strict=True) if r.spans]
    scores = np.array([reading.spans[0].score for _, reading in told])
    right = np.array([is_right(question, reading) for question, reading in told], dtype=float)
    slope, offset = logistic(scores[:, None], right, ridge=0.01)
    sure = 1 / (1 + np.exp(-(slope[0] * scores + offset)))
    threshold = max(np.linspace(0.05, 0.95, 91), key=lambda t: float(((2 * right - 1) * (sure >= t)).sum()))
    stored = {
        "retrieval": weight,
        "slope": round(float(slope[0]), 4),
        "offset": round(float(offset), 4),
        "refuse_below": round(float(threshold), 2),
    }
    OUT.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(stored, indent=2))
    print("reciprocal rank of the evidence by weight:", {w: round(rank, 4) for w, rank in ranks.items()})
    unanswerable = np.array([question["unanswerable"] for question, _ in told])
    answered = sure >= threshold
    print(f"{len(told)} questions, best span right {right.mean():.3f}; answered {answered.mean():.3f}")
    print(
        f"right of those answered {right[answered].mean():.3f}; unanswerable answered {answered[unanswerable].mean():.3f}"
    )
    print(f"answerable refused {(~answered)[~unanswerable].mean():.3f}")
    for low in np.arange(0, 1, 0.2):
        bin = (sure >= low) & (sure < low + 0.2)
        if bin.any():
            print(f"  sure {low:.1f} to {low + 0.2:.1f}: {bin.sum()} questions, right {right[bin].mean():.3f}")


def read_all(asked: list[dict[str, Any]], library: Library, weight: float) -> list[Reading]:
    """A reading of each question, with retrieval scores weighed by `weight`."""
    reader = ExactReader(_Remembering(), calibration=Calibration(weight, 1.0, 0.0, 0.5))
    return [reader.read(question["question"], library.search(question["question"])) for question in asked]


class _Remembering(SpanReader):
    """Reads the same question over the same passages only once."""

    _read: dict[str, Any] = {}  # noqa: RUF012 - shared on purpose by one run of this script

    def read(self, question: str, passages: Any, *, per_passage: int = 3) -> Any:
        if question not in self._read:
            self._read[question] = super().read(question, passages, per_passage=per_passage)
        return self._read[question]


def reciprocal_rank(asked: list[dict[str, Any]], readings: list[Reading]) -> float:
    """The mean over the answerable of 1 / rank of the first passage that overlaps the evidence."""
    total, count = 0.0, 0
    for question, reading in zip(asked, readings, strict=True):
        if question["unanswerable"]:
            continue
        count += 1
        for rank, hit in enumerate(reading.hits, 1):
            if any(overlaps(e, hit.article.id, hit.passage.start, hit.passage.end) for e in question["evidence"]):
                total += 1 / rank
                break
    return total / max(1, count)


def is_right(question: dict[str, Any], reading: Reading) -> bool:
    """Whether the best span touches an answer of the question."""
    best = reading.spans[0]
    return any(overlaps(span, best.hit.article.id, best.start, best.end) for span in question.get("spans") or [])


def overlaps(place: dict[str, Any], article_id: str, start: int, end: int) -> bool:
    return place["article_id"] == article_id and place["start"] < end and start < place["end"]


if __name__ == "__main__":
    main()
