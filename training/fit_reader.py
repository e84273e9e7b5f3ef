"""Fits how the reader's scores become an order, a confidence and a refusal; writes rag/models/calibration.json.

    python training/fit_reader.py ../shared/data/squad2:squad2-Harvard_University ../shared/data/clapnq

Each argument is a set, or a set and the one article of it whose questions are read: of squad2 that `train` article that
was kept out of the reader's training. All of a set's articles are searched, as at run time. Chosen on these questions:
what a point of retrieval score is worth beside the reader's logit (by how often the best span is right), the logistic
weights from signals to the probability that it is, and the threshold under which at most MOST_FALSE of the unanswerable
ones are answered.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

import numpy as np
from fit_sentences import as_article, logistic, read_rows

from pincite.index import Hit
from pincite.rag import open_library
from pincite.rag.exact_reader import Calibration, ExactReader, Signals
from pincite.rag.reading import Span
from pincite.rag.span_reader import SpanReader

OUT = Path(__file__).parent.parent / "rag" / "models" / "calibration.json"
RETRIEVAL = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
MOST_FALSE = 0.15  # of the unanswerable questions, what may be answered: the goal for this project's own set
EXACT_RIGHT = 0.6  # confidence from which a span stands alone: surer right than wrong, with a margin

Example = tuple[dict[str, Any], list[tuple[Span, float]], list[Hit], bool, Signals]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+")
    given = parser.parse_args()
    by_weight = {weight: [e for name in given.sets for e in examples(name, weight)] for weight in RETRIEVAL}
    share = {weight: float(np.mean([e[3] for e in found])) for weight, found in by_weight.items()}
    weight = max(RETRIEVAL, key=lambda w: share[w])
    found = by_weight[weight]
    rows = np.array([astuple(e[4]) for e in found])
    right = np.array([e[3] for e in found], dtype=float)
    unanswerable = np.array([e[0]["unanswerable"] for e in found])
    weights, bias = logistic(rows, right)
    sure = 1 / (1 + np.exp(-(rows @ weights + bias)))
    threshold = round(float(np.quantile(sure[unanswerable], 1 - MOST_FALSE)), 3)
    rounded = Signals(*(round(float(w), 4) for w in weights))
    OUT.write_text(
        json.dumps(asdict(Calibration(weight, rounded, round(bias, 4), threshold, EXACT_RIGHT)), indent=2) + "\n",
        encoding="utf-8",
    )
    print(OUT.read_text(encoding="utf-8"))
    print("best span right, by weight of retrieval:", {w: round(value, 4) for w, value in share.items()})
    told = sure >= threshold
    print(f"{len(found)} questions, {unanswerable.sum()} unanswerable; best span right {right.mean():.3f}")
    print(f"answered {told.mean():.3f}, of those right {right[told].mean():.3f}")
    print(
        f"unanswerable answered {told[unanswerable].mean():.3f}, answerable refused {(~told)[~unanswerable].mean():.3f}"
    )
    for low in np.arange(0, 1, 0.2):
        here = (sure >= low) & (sure < low + 0.2)
        if here.any():
            print(f"  sure {low:.1f} to {low + 0.2:.1f}: {here.sum()} questions, right {right[here].mean():.3f}")


_made: dict[str, list[tuple[dict[str, Any], list[Hit]]]] = {}


def examples(name: str, weight: float) -> list[Example]:
    """Each question of the set with its spans in the order that `weight` gives, and whether the best is right."""
    folder, _, article = name.partition(":")
    calibration = Calibration(weight, Signals(1, 0, 0), 0.0, 0.5, 0.5)
    reader = ExactReader(_embedder, reader=_Remembering(), calibration=calibration)
    found: list[Example] = []
    for question, hits in searched(Path(folder), article):
        spans = reader.spans(question["question"], hits)
        if spans:
            signals = reader.signals(question["question"], *spans[0], hits)
            found.append((question, spans, hits, is_right(question, spans[0][0]), signals))
    return found


def searched(folder: Path, article: str) -> list[tuple[dict[str, Any], list[Hit]]]:
    """The questions on `article`, or all, and the passages found for each; remembered."""
    key = f"{folder}:{article}"
    if key not in _made:
        rows = list(read_rows(folder / "questions.jsonl.gz"))
        asked = [q for q in rows if not article or q["context"]["article_id"] == article]
        with tempfile.TemporaryDirectory() as home, open_library(home) as library:
            library.add_articles(as_article(row) for row in read_rows(folder / "articles.jsonl.gz"))
            _made[key] = [(question, library.search(question["question"])) for question in asked]
    return _made[key]


class _RememberingEmbedder:
    """Embeds each text once."""

    def __init__(self) -> None:
        from pincite.index import MiniLM

        self._model, self._known = MiniLM(), dict[str, Any]()
        self.name, self.dim = self._model.name, self._model.dim

    def embed(self, texts: Any) -> Any:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= zip(new, self._model.embed(new), strict=True)
        return np.array([self._known[text] for text in texts])


class _Remembering(SpanReader):
    """Reads the same question over the same passages only once."""

    _read: dict[str, Any] = {}  # noqa: RUF012 - shared on purpose by one run of this script

    def read(self, question: str, passages: Any, *, per_passage: int = 3) -> Any:
        if question not in self._read:
            self._read[question] = super().read(question, passages, per_passage=per_passage)
        return self._read[question]


_embedder = _RememberingEmbedder()


def is_right(question: dict[str, Any], span: Span) -> bool:
    """Whether the span touches an answer of the question, or its evidence where it has no answer spans."""
    places = [] if question["unanswerable"] else question.get("spans") or question["evidence"]
    return any(
        place["article_id"] == span.hit.article.id and place["start"] < span.end and span.start < place["end"]
        for place in places
    )


if __name__ == "__main__":
    main()
