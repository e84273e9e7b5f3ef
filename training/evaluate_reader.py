"""Measures an exported reader, and fits how its numbers become one logit and a probability.

    python training/evaluate_reader.py --data DATA --reader FOLDER --fit       # writes `logit` and `calibration`
    python training/evaluate_reader.py --data DATA --reader FOLDER [--limit N] # prints the scores on the dev parts

FOLDER holds model.onnx and config.json. Fitting uses only the training article that was kept out of training; the dev
parts are only judged on. Scores are those of SQuAD 2.0: exact match and word F1 after its normalisation, the best over
the annotators; a refusal is right exactly where the question has no answer.
"""

from __future__ import annotations

import argparse
import json
import re
import string
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from prepare_reader import KEEP_OUT, Article, Nearest, read, title_of

from pincite.rag.span_reader import SpanReader

JUDGE_WEIGHTS = (0.0, 0.5, 1.0, 2.0, 4.0)  # beside the spans' own logit

_ARTICLES = re.compile(r"\b(a|an|the)\b")


@dataclass(frozen=True, slots=True)
class Asked:
    id: str
    question: str
    passage: tuple[str, str]
    gold: tuple[str, ...]  # empty when unanswerable
    article: str
    subset: str


@dataclass(frozen=True, slots=True)
class Said:
    logit: float
    em: float  # of the best span, as if it were never refused; 0 for an unanswerable question
    f1: float


def normal(text: str) -> str:
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(_ARTICLES.sub(" ", text).split())


def f1(gold: str, said: str) -> float:
    a, b = normal(gold).split(), normal(said).split()
    same = sum((Counter(a) & Counter(b)).values())
    return 2 * same / (len(a) + len(b)) if same else float(a == b)


def load(data: Path, name: str, split: str, article: str = "") -> list[Asked]:
    articles = {a["id"]: a for a in read(data / name / "articles.jsonl.gz")}
    asked: list[Asked] = []
    for q in read(data / name / "questions.jsonl.gz"):
        at: Any = q["context"]
        if q["split"] != split or (article and at["article_id"] != article) or q["type"] == "free_form":
            continue
        a = articles[at["article_id"]]
        gold = [x for x in (q.get("all_answers") or q["answers"]) if normal(x)]
        passage = (title_of(a), a["text"][at["start"] : at["end"]])
        subset = str(q.get("subset") or name)
        asked.append(Asked(q["id"], q["question"], passage, () if q["unanswerable"] else tuple(gold), a["id"], subset))
    return asked


def answer(reader: SpanReader, asked: Sequence[Asked]) -> list[Said]:
    said: list[Said] = []
    for q in asked:
        spans = reader.read(q.question, [q.passage], per_passage=1)[0]
        if not spans:
            said.append(Said(-1e4, 0.0, 0.0))
            continue
        text = q.passage[1][spans[0].start : spans[0].end]
        em = max((float(normal(g) == normal(text)) for g in q.gold), default=0.0)
        said.append(Said(spans[0].logit, em, max((f1(g, text) for g in q.gold), default=0.0)))
    return said


def scores(asked: Sequence[Asked], said: Sequence[Said], threshold: float) -> dict[str, float]:
    """SQuAD 2.0 scores in percent when spans with a logit under `threshold` are refused."""
    rows: dict[str, list[float]] = defaultdict(list)
    for q, s in zip(asked, said, strict=True):
        refused = s.logit < threshold
        none = float(refused)
        em, word = (none, none) if not q.gold else (0.0, 0.0) if refused else (s.em, s.f1)
        rows["EM"].append(em)
        rows["F1"].append(word)
        if q.gold:
            rows["answerable F1, never refusing"].append(s.f1)
            rows["answerable EM, never refusing"].append(s.em)
            rows["answerable F1"].append(word)
            rows["answerable refused"].append(none)
        else:
            rows["unanswerable refused"].append(none)
    return {k: round(100 * float(np.mean(v)), 2) for k, v in rows.items()} | {"n": len(asked)}


def best_threshold(asked: Sequence[Asked], said: Sequence[Said]) -> float:
    """The logit under which to refuse, for the highest F1."""
    order = sorted((s.logit, s.f1 - float(not q.gold)) for q, s in zip(asked, said, strict=True))
    gains = np.cumsum([0.0, *(-gain for _, gain in order)])  # of refusing the first k
    k = int(np.argmax(gains))
    values = [order[0][0] - 1, *(logit for logit, _ in order), order[-1][0] + 1]
    return float(values[k] + values[k + 1]) / 2


def logistic(x: np.ndarray, y: np.ndarray, ridge: float = 1.0) -> np.ndarray:
    """Weights of a logistic regression, by Newton's method; the last is the constant, which pays no ridge."""
    x = np.column_stack([x, np.ones(len(y))])
    w = np.zeros(x.shape[1])
    keep = np.diag([ridge] * (x.shape[1] - 1) + [1e-6])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        w -= np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + keep, x.T @ (p - y) + keep @ w)
    return w


def separation(y: np.ndarray, x: np.ndarray) -> float:
    """The chance that a question with an answer has a higher x than one without (area under the ROC curve)."""
    return float(np.mean(x[y == 1][:, None] > x[y == 0][None, :]))


def calibration_error(asked: Sequence[Asked], said: Sequence[Said], slope: float, offset: float) -> float:
    """Expected calibration error over ten equally filled bins: stated probability against share right (F1 >= 0.5)."""
    p = np.array([1 / (1 + np.exp(-(slope * s.logit + offset))) for s in said])
    y = np.array([float(bool(q.gold) and s.f1 >= 0.5) for q, s in zip(asked, said, strict=True)])
    bins = np.array_split(np.argsort(p), 10)
    return float(sum(abs(p[b].mean() - y[b].mean()) * len(b) for b in bins) / len(p))


def configure(folder: Path, **values: Any) -> dict[str, Any]:
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    config |= values
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    return config


def fit(data: Path, folder: Path) -> None:
    """Fits the logit's weights, the calibration and the threshold on the kept-out article; writes them."""
    asked = load(data, "squad2", "train", KEEP_OUT)
    columns: list[list[float]] = []
    said: list[Said] = []
    for span, answerable in ((0.0, 1.0), (1.0, 0.0)):
        configure(folder, logit={"span": span, "answerable": answerable})
        said = answer(SpanReader(folder=folder), asked)
        columns.append([s.logit for s in said])
    judged, spans = np.array(columns)
    right = np.array([float(bool(q.gold) and s.f1 >= 0.5) for q, s in zip(asked, said, strict=True)])
    answered = np.array([float(bool(q.gold)) for q in asked])
    # The judge's opinion counts only if it tells questions with an answer from those without better by a point or more.
    areas = {weight: round(separation(answered, spans + weight * judged), 2) for weight in JUDGE_WEIGHTS}
    ratio = max(JUDGE_WEIGHTS, key=lambda weight: areas[weight])  # of equals the first
    said = [Said(float(d + ratio * a), s.em, s.f1) for d, a, s in zip(spans, judged, said, strict=True)]
    slope, offset = logistic(np.array([s.logit for s in said]), right, ridge=1e-3)
    threshold = best_threshold(asked, said)
    configure(
        folder,
        logit={"span": 1.0, "answerable": ratio},
        calibration={
            "slope": round(float(slope), 4),
            "offset": round(float(offset), 4),
            "threshold": round(threshold, 3),
            "fitted_on": f"{KEEP_OUT}, {len(asked)} questions",
        },
    )
    print(f"answerable weighs {ratio:.3f}; slope {slope:.3f}, offset {offset:.3f}, threshold {threshold:.2f}")
    print("kept-out article:", scores(asked, said, threshold))
    for weight in JUDGE_WEIGHTS:
        other = [Said(float(d + weight * a), s.em, s.f1) for d, a, s in zip(spans, judged, said, strict=True)]
        best = scores(asked, other, best_threshold(asked, other))["F1"]
        area = separation(answered, np.array([s.logit for s in other]))
        print(f"  answerable weighs {weight}: F1 {best}, answerable above unanswerable {area:.3f}")


def picking(reader: SpanReader, data: Path, asked: Sequence[Asked], limit: int) -> str:
    """How often the best logit of ten paragraphs stands in the question's own: among its nine nearest by BM25."""
    articles = [
        Article(a["id"], title_of(a), a["text"], [tuple(p) for p in a["paragraphs"]])
        for a in read(data / "squad2" / "articles.jsonl.gz")
        if a["split"] == "dev"
    ]
    nearest = Nearest(articles)
    some = [q for q in asked if q.gold]
    some = some[:: max(1, len(some) // limit)]
    right = first = 0
    overall: list[float] = []
    for q in some:
        near = [(a.title, a.text[p[0] : p[1]]) for a, p in nearest.find(q.question, 10)]
        first += near[:1] == [q.passage]
        passages = [q.passage, *[n for n in near if n != q.passage][:9]]
        best = max(
            (s for spans in reader.read(q.question, passages, per_passage=1) for s in spans), key=lambda s: s.logit
        )
        right += best.passage == 0
        text = passages[best.passage][1][best.start : best.end]
        overall.append(max(f1(g, text) for g in q.gold))
    n = len(some)
    return (
        f"own of ten paragraphs first: {right / n:.3f} (BM25 {first / n:.3f}), F1 {100 * np.mean(overall):.1f}, n {n}"
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", type=Path, required=True)
    ask.add_argument("--reader", type=Path, required=True)
    ask.add_argument("--fit", action="store_true")
    ask.add_argument("--limit", type=int, default=0, help="about this many questions of each set, evenly taken")
    ask.add_argument("--sets", default="squad2,squadshifts,fairytaleqa")
    ask.add_argument("--picking", type=int, default=0, help="also choose among ten paragraphs, this many questions")
    args = ask.parse_args()
    if args.fit:
        fit(args.data, args.reader)
        return
    config = configure(args.reader)
    slope, offset, threshold = (config["calibration"][k] for k in ("slope", "offset", "threshold"))
    reader = SpanReader(folder=args.reader)
    if args.picking:
        print(picking(reader, args.data, load(args.data, "squad2", "dev"), args.picking))
    for name in filter(None, args.sets.split(",")):
        asked = load(args.data, name, "dev")
        if args.limit:
            asked = asked[:: max(1, len(asked) // args.limit)]
        said = answer(reader, asked)
        print(name, json.dumps(scores(asked, said, threshold)))
        print(f"  calibration error {calibration_error(asked, said, slope, offset):.3f}")
        subsets = sorted({q.subset for q in asked})
        for subset in subsets if len(subsets) > 1 else ():
            own = [i for i, q in enumerate(asked) if q.subset == subset]
            print(f"  {subset}: {json.dumps(scores([asked[i] for i in own], [said[i] for i in own], threshold))}")


if __name__ == "__main__":
    main()
