"""The exact words that answer a question, found in passages by the bundled reader; runs on onnxruntime alone.

The model (`models/reader/CARD.md`) gives every word piece a score as start and as end of the answer, the same for "no
answer here" (on the [CLS] piece), and a second opinion on whether the passage answers at all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from ..index import embed
from ..index.embed import checked, encodable, load_tokenizer, processors
from ..index.errors import ModelFailed

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

FOLDER = Path(__file__).parent / "models" / "reader"
TOKENIZER = Path(embed.__file__).parent / "models" / "minilm"  # the embedder's: both models know the same word pieces

MAX_PIECES = 256  # of a window: trained so
MAX_QUESTION = 64
MAX_TITLE = 32
OVERLAP = 64  # pieces that neighbouring windows of a long passage share; twice the longest span
MAX_SPAN = 30
CLS, SEP = 101, 102

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SpanCandidate:
    """`text[start:end]` of the passage, and how much better it is than "no answer here"."""

    passage: int  # which of the passages given
    start: int
    end: int
    logit: float  # span score minus the null score of its window: comparable across passages


@dataclass(frozen=True, slots=True)
class _Window:
    """One input of the model: `ids[text_at : text_at + len(offsets)]` are pieces of the passage's text."""

    passage: int
    ids: list[int]
    passage_at: int  # where the second segment begins, title first
    text_at: int
    offsets: NDArray[np.int64]  # of the text's pieces, characters of the passage, shape (pieces, 2)
    words: NDArray[np.int64]  # which word each of them belongs to


@dataclass(frozen=True, slots=True)
class _Model:
    session: InferenceSession
    tokenizer: Tokenizer
    span_weight: float
    answerable_weight: float

    def run(self, window: _Window) -> Sequence[Floats]:
        """Start logits, end logits, answerable logit: each with a first axis of one."""
        return cast("Sequence[Floats]", self.session.run(None, _inputs(window)))


class SpanReader:
    """Reads passages for the answer to a question. Loaded on first use; one object serves any number of threads."""

    def __init__(self, *, threads: int | None = None, folder: Path = FOLDER) -> None:
        """`threads` is by default the number of processors this process may use; `folder` holds the model."""
        if threads is not None and threads < 1:
            raise ValueError(f"threads is {threads}, and at least 1 is needed")
        self.threads = threads or processors()
        self._folder = folder
        self._lock = Lock()
        self._model: _Model | None = None

    def read(
        self, question: str, passages: Sequence[tuple[str, str]], *, per_passage: int = 3
    ) -> list[list[SpanCandidate]]:
        """For each (title, text): its best spans, best first, none touching another.

        A span is whole words of the text, at most 30 word pieces; never words of the title. A passage without words
        has none. Raises ModelFailed when the bundled model cannot be loaded.
        """
        model = self._loaded()
        found: list[list[SpanCandidate]] = [[] for _ in passages]
        windows = sorted(_windows(model.tokenizer, question, passages), key=lambda w: -len(w.ids))
        for window, (starts, ends, answerable) in zip(windows, self._run(model, windows), strict=True):
            second = model.answerable_weight * float(answerable[0])
            for at, to, score in _best_spans(window, starts[0], ends[0], per_passage):
                start, end = int(window.offsets[at, 0]), int(window.offsets[to, 1])
                logit = model.span_weight * score + second
                found[window.passage].append(SpanCandidate(window.passage, start, end, logit))
        return [_apart(candidates)[:per_passage] for candidates in found]

    def _run(self, model: _Model, windows: Sequence[_Window]) -> list[Sequence[Floats]]:
        """The model's outputs for each window, each run by itself on one thread, as the embedder does.

        A batch took longer (padding), and int8 scales its inputs by all it is given, so that a passage's logit would
        depend on its neighbours.
        """
        if len(windows) < 2 or self.threads == 1:
            return [model.run(window) for window in windows]
        with ThreadPoolExecutor(min(self.threads, len(windows)), "pincite-reader") as pool:
            return list(pool.map(model.run, windows))

    def _loaded(self) -> _Model:
        with self._lock:
            if self._model is None:
                self._model = _load(self._folder)
            return self._model


def _load(folder: Path) -> _Model:
    session = _load_session(folder)
    weights = json.loads((folder / "config.json").read_bytes())["logit"]
    return _Model(session, load_tokenizer(TOKENIZER), float(weights["span"]), float(weights["answerable"]))


def _load_session(folder: Path) -> InferenceSession:
    model = checked(folder, "model.onnx")
    # From 1.29 on it reports to its makers as soon as it is imported, before a call can forbid it: this keeps it quiet.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only
    try:
        return onnxruntime.InferenceSession(
            model,
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],  # slower than what it fuses, in onnxruntime 1.32
        )
    except Exception as err:  # onnxruntime's errors have no common class but this one
        raise ModelFailed(
            f"onnxruntime {onnxruntime.__version__} cannot load {folder / 'model.onnx'}: install the versions "
            "that pincite was tested with"
        ) from err


def _windows(tokenizer: Tokenizer, question: str, passages: Sequence[tuple[str, str]]) -> Iterator[_Window]:
    """`[CLS] question [SEP] title. text [SEP]`, as often as a text needs to stand in them whole, with overlap."""
    titles = [f"{title.strip()}." if title.strip() else "" for title, _ in passages]
    texts = [question, *titles, *(text for _, text in passages)]
    encodings = tokenizer.encode_batch([encodable(text) for text in texts], add_special_tokens=False)
    asked = [CLS, *encodings[0].ids[:MAX_QUESTION], SEP]
    for i in range(len(passages)):
        title = encodings[1 + i]
        text = encodings[1 + len(passages) + i]
        lead = [*asked, *title.ids[:MAX_TITLE]]
        room = MAX_PIECES - len(lead) - 1
        offsets = np.array(text.offsets, dtype=np.int64).reshape(-1, 2)
        words = np.array([-1 if w is None else w for w in text.word_ids], dtype=np.int64)
        for first, last in _cuts(len(text.ids), room):
            ids = [*lead, *text.ids[first:last], SEP]
            yield _Window(i, ids, len(asked), len(lead), offsets[first:last], words[first:last])


def _cuts(pieces: int, room: int) -> Iterator[tuple[int, int]]:
    """Equal stretches of at most `room` pieces that cover them all and overlap by at least OVERLAP."""
    if pieces <= room:
        if pieces:
            yield 0, pieces
        return
    count = -(-(pieces - OVERLAP) // (room - OVERLAP))
    step = (pieces - room) / (count - 1)
    for i in range(count):
        first = round(i * step)
        yield first, first + room


def _inputs(window: _Window) -> dict[str, NDArray[np.int64]]:
    size = len(window.ids)
    at = np.arange(size)
    inputs = {
        "input_ids": np.array(window.ids),
        "attention_mask": np.ones(size),
        "token_type_ids": at >= window.passage_at,
        "span_mask": (at == 0) | ((at >= window.text_at) & (at < size - 1)),
    }
    return {name: value.astype(np.int64)[None] for name, value in inputs.items()}


def _best_spans(window: _Window, starts: Floats, ends: Floats, count: int) -> Iterator[tuple[int, int, float]]:
    """The window's best spans (first piece, last piece, score), best first, none touching another.

    The score is start plus end logit, less those of [CLS].
    """
    size = len(window.words)
    inside = slice(window.text_at, window.text_at + size)
    changes = window.words[1:] != window.words[:-1]
    opens, closes = np.append(True, changes), np.append(changes, True)
    start = np.where(opens, starts[inside], -np.inf)
    end = np.where(closes, ends[inside], -np.inf)
    scores = start[:, None] + end[None, :]
    length = np.arange(size)[None, :] - np.arange(size)[:, None]
    scores[(length < 0) | (length >= MAX_SPAN)] = -np.inf
    null = float(starts[0] + ends[0])
    for _ in range(count):
        at, to = divmod(int(scores.argmax()), size)
        best = float(scores[at, to])
        if not np.isfinite(best):
            return
        yield at, to, best - null
        scores[: to + 1, at:] = -np.inf  # every span that starts before this one's end and ends after its start


def _apart(candidates: Sequence[SpanCandidate]) -> list[SpanCandidate]:
    """Best first; of candidates that touch (windows overlap), only the best."""
    kept: list[SpanCandidate] = []
    for one in sorted(candidates, key=lambda c: -c.logit):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return kept
