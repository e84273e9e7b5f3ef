"""Texts as vectors: what an embedder is, and the one that comes with the package."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from .errors import ModelFailed

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

# A word piece is rarely over 10 characters, so 256 of them end long before this many; tokenising the rest of
# a text of 100 MB would cost minutes for nothing.
CHARS_READ = 50_000


class Embedder(Protocol):
    """Makes vectors whose dot product says how near two texts are in meaning."""

    @property
    def name(self) -> str:
        """The model and its quantisation: an index remembers it and refuses another."""
        ...

    @property
    def dim(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), self.dim), in the order of `texts`.

        Raises ModelFailed when the model cannot be loaded or does not answer, ModelBusy over a rate limit.
        """
        ...


class MiniLM:
    """The bundled all-MiniLM-L6-v2 (int8), loaded on first use. One object serves any number of threads."""

    name = "all-MiniLM-L6-v2-int8"
    dim = 384
    max_tokens = 256  # word pieces a vector sees, [CLS] and [SEP] among them; the rest of a text is not read

    def __init__(self, *, threads: int | None = None, folder: Path | None = None) -> None:
        """`threads` is by default the number of processors this process may use; `folder` holds the model."""
        if threads is not None and threads < 1:
            raise ValueError(f"threads is {threads}, and at least 1 is needed")
        self.threads = threads or processors()
        self._folder = folder or Path(__file__).parent / "models" / "minilm"
        self._lock = Lock()
        self._tokenizer: Tokenizer | None = None
        self._session: InferenceSession | None = None

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), self.dim), in the order of `texts`; empty texts have one too.

        A text's vector does not depend on the others, because each text is run by itself. int8 scales its
        activations over all that runs together: in batches of 16 the same text came out at cosine 0.994 (lowest
        0.981) to itself alone, as much as int8 loses at all. Alone is also the fastest way that was measured,
        with no padding (training/README.md). The longest go first, so that the threads end together.
        """
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        if not texts:
            return vectors
        session = self._loaded_session()
        rows = self._word_pieces(texts)

        def fill(place: int) -> None:
            vectors[place] = run(session, rows[place])

        order = sorted(range(len(rows)), key=lambda place: -len(rows[place]))
        if len(rows) == 1 or self.threads == 1:
            for place in order:
                fill(place)
        else:
            with ThreadPoolExecutor(min(self.threads, len(rows)), "pincite-embed") as pool:
                for _ in pool.map(fill, order):
                    pass
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, whole, without the two that `embed` sets around it."""
        encodings = self._loaded_tokenizer().encode_batch_fast(
            [encodable(text) for text in texts], add_special_tokens=False
        )
        return [len(encoding) for encoding in encodings]

    def _word_pieces(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """The numbers the model reads, one row of at most `max_tokens` for each text."""
        tokenizer = self._loaded_tokenizer()
        first, last = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
        encodings = tokenizer.encode_batch_fast(
            [encodable(text[:CHARS_READ]) for text in texts], add_special_tokens=False
        )
        most = self.max_tokens - 2
        return [np.array([first, *encoding.ids[:most], last], dtype=np.int64) for encoding in encodings]

    def _loaded_tokenizer(self) -> Tokenizer:
        with self._lock:
            if self._tokenizer is None:
                self._tokenizer = load_tokenizer(self._folder)
            return self._tokenizer

    def _loaded_session(self) -> InferenceSession:
        with self._lock:
            if self._session is None:
                self._session = load_session(self._folder)
            return self._session


def load_tokenizer(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    return Tokenizer.from_str(checked(folder, "tokenizer.json").decode("utf-8"))


def load_session(folder: Path) -> InferenceSession:
    """The model, ready to run on the calling thread. Raises ModelFailed when it cannot be."""
    model = checked(folder, "model.onnx")
    # From 1.29 on it reports to its makers as soon as it is imported, before a call can forbid it: this keeps it quiet.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Threads run texts, not parts of one matrix: two texts side by side took less processor time than one text
    # on two threads of onnxruntime's own, which spin while they wait and starve whatever else runs here.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only; onnxruntime writes its warnings straight to stderr
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as err:  # onnxruntime's own errors have no nearer class in common
        raise ModelFailed(
            f"onnxruntime {onnxruntime.__version__} cannot load {folder / 'model.onnx'}: install the versions "
            "that pincite was tested with"
        ) from err


def run(session: InferenceSession, word_pieces: NDArray[np.int64]) -> NDArray[np.float32]:
    """The vector of one text. The graph itself takes the mean over the tokens and makes it unit length."""
    tokens = word_pieces[np.newaxis]
    feeds = {
        "input_ids": tokens,
        "attention_mask": np.ones_like(tokens),
        "token_type_ids": np.zeros_like(tokens),
    }
    return np.asarray(session.run(None, feeds)[0])[0]


def checked(folder: Path, file: str) -> bytes:
    """The content of a model file whose SHA-256 is the one in config.json: a damaged one may run, and lie."""
    path = folder / file
    try:
        content = path.read_bytes()
        expected = json.loads((folder / "config.json").read_bytes())["sha256"][file]
    except OSError as err:
        raise ModelFailed(f"{err.filename} cannot be read ({err.strerror}): install pincite again") from err
    except (ValueError, KeyError, TypeError) as err:
        raise ModelFailed(f"{folder / 'config.json'} is damaged: install pincite again") from err
    if sha256(content).hexdigest() != expected:
        raise ModelFailed(f"{path} is damaged: install pincite again")
    return content


def encodable(text: str) -> str:
    """`text` with `?` in place of lone surrogates, which no UTF-8 and so no tokenizer can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def processors() -> int:
    """How many processors this process may use, as affinity and a container's quota (cgroup 2) allow."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return max(1, min(allowed, round(int(quota) / int(period))))
    except (OSError, ValueError):  # no cgroup 2, or "max": no quota
        return allowed
