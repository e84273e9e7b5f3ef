"""Fits how the reader's scores become an order, a confidence and a refusal; writes rag/models/calibration.json.

    python training/fit_reader.py ../shared/data/squad2:squad2-Harvard_University ../shared/data/clapnq

Each argument is a set, or a set and the one article of it whose questions are read: of squad2 that `train` article that
was kept out of the reader's training. All of a set's articles are searched, as at run time. Chosen on these questions:
what a point of retrieval score and of likeness are worth beside the reader's logit (by how often the best span is
right), the logistic weights from signals to the probability that it is, and the threshold under which at
most MOST_FALSE of the unanswerable ones are answered.
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
RETRIEVAL = (0.0, 0.3, 0.5, 0.7, 1.0, 1.5)
LIKENESS = (0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0)
MOST_FALSE = 0.15  # of the unanswerable questions, what may be answered: the goal for this project's own set
EXACT_RIGHT = 0.6  # confidence from which a span stands alone: surer right than wrong, with a margin

Example = tuple[dict[str, Any], bool, Signals]  # a question, whether the best span is right, what speaks for it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+")
    given = parser.parse_args()
    tried = {
        (retrieval, likeness): [e for name in given.sets for e in examples(name, retrieval, likeness)]
        for retrieval in RETRIEVAL
        for likeness in LIKENESS
    }
    share = {weights: float(np.mean([right for _, right, _ in found])) for weights, found in tried.items()}
    best = max(share, key=lambda weights: share[weights])
    found = tried[best]
    rows = np.array([astuple(signals) for _, _, signals in found])
    right = np.array([right for _, right, _ in found], dtype=float)
    unanswerable = np.array([question["unanswerable"] for question, _, _ in found])
    weights, bias = logistic(rows, right)
    sure = 1 / (1 + np.exp(-(rows @ weights + bias)))
    threshold = round(float(np.quantile(sure[unanswerable], 1 - MOST_FALSE)), 3)
    rounded = Signals(*(round(float(w), 4) for w in weights))
    OUT.write_text(
        json.dumps(asdict(Calibration(*best, rounded, round(bias, 4), threshold, EXACT_RIGHT)), indent=2) + "\n",
        encoding="utf-8",
    )
    print(OUT.read_text(encoding="utf-8"))
    print("best span right, by weight of retrieval and of likeness:")
    for retrieval in RETRIEVAL:
        print(f"  {retrieval:.1f}:", *(f"{likeness:.0f} {share[retrieval, likeness]:.4f} " for likeness in LIKENESS))
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


def examples(name: str, retrieval: float, likeness: float) -> list[Example]:
    """Each question of the set, whether its best span in the order that the weights give is right, and its signals."""
    folder, _, article = name.partition(":")
    calibration = Calibration(retrieval, likeness, Signals(1, 0, 0, 0), 0.0, 0.5, 0.5)
    reader = ExactReader(_embedder, reader=_Remembering(), calibration=calibration)
    found: list[Example] = []
    for question, hits in searched(Path(folder), article):
        candidates = reader.candidates(question["question"], hits)
        if candidates:
            best = candidates[0]
            signals = reader.signals(question["question"], best, hits)
            found.append((question, is_right(question, best.span), signals))
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
    """Reads a question over a passage only once."""

    _read: dict[Any, Any] = {}  # noqa: RUF012 - shared on purpose by one run of this script

    def read(self, question: str, passages: Any, *, per_passage: int = 3) -> Any:
        for passage in passages:
            if (question, passage, per_passage) not in self._read:
                (found,) = super().read(question, [passage], per_passage=per_passage)
                self._read[question, passage, per_passage] = found
        return [self._read[question, passage, per_passage] for passage in passages]


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
