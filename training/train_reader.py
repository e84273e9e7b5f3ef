"""Trains the span reader on windows from prepare_reader.py, for a given number of minutes.

    python training/train_reader.py --windows windows.npz --body BODY --out RUN --minutes 70
    python training/train_reader.py --windows windows.npz --weights RUN/average.safetensors --out RUN2 --minutes 70

BODY is the folder of all-MiniLM-L6-v2 (model.safetensors). The learning rate follows the clock, so that the run ends
where it should on a busy machine too. Each worker is a process with one thread, its own windows and its own AdamW, and
all write to the same weights without waiting for each other (Hogwild!: Recht, Ré, Wright and Niu, NIPS 2011): on a
machine shared with other work, threads that wait for each other at every product are far slower. RUN gets
`last.safetensors` (plain weights) and `average.safetensors` (their moving average, the one to export) every few
minutes, and a log of each worker.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from reader_model import Reader
from safetensors.torch import load_file, save_file
from torch import multiprocessing
from torch.nn import functional

# Share of the windows drawn from each group, at the start and at the end of the run: the human questions, which are
# few and the nearest to what is asked for, come last, when the learning rate falls. What a reader meets most often in
# use is a passage on the subject that does not answer: "elsewhere" and "cut" are that.
MIX = {
    "squad2": (0.06, 0.11),
    "squad2-none": (0.07, 0.13),
    "squad11": (0.10, 0.10),
    "wiki": (0.12, 0.10),
    "reddit": (0.07, 0.05),
    "amazon": (0.07, 0.05),
    "covidqa": (0.01, 0.01),
    "fairytaleqa": (0.04, 0.03),
    "qamr": (0.05, 0.02),
    "swapped": (0.08, 0.07),
    "elsewhere": (0.10, 0.09),
    "cut": (0.06, 0.05),
    "sentence": (0.12, 0.14),
    "sentence-none": (0.13, 0.16),
}
SETS = 0.4  # share of the batches that hold whole sets of windows of one question, to be compared with each other
SET = 4  # windows of a set: the question's own passage first
BATCH = 24
POOL = 30  # batches drawn together and sorted by length, so that little is padding


class Windows:
    """The prepared windows, and batches of them."""

    def __init__(self, path: Path, seed: int) -> None:
        with np.load(path) as data:
            self.ids, lengths, self.table = data["ids"], data["lengths"], data["table"].astype(np.int64)
        self.ends = np.cumsum(lengths)
        self.lengths = lengths
        self.draw = np.random.default_rng(seed)
        groups = [np.flatnonzero(self.table[:, 0] == g) for g in range(len(MIX))]
        self.groups = [self.draw.permutation(g) for g in groups]
        self.used = np.zeros(len(MIX) + 1, dtype=np.int64)
        # Sets follow each other in the file, as the last group.
        firsts = np.flatnonzero(self.table[:, 0] == len(MIX))[::SET]
        self.sets = self.draw.permutation(firsts)[:, None] + np.arange(SET)

    def pool(self, progress: float) -> list[tuple[np.ndarray, bool]]:
        """The next POOL batches of window numbers for a run that is `progress` (0 to 1) done, and which are of sets."""
        of_sets = round(SETS * POOL) if len(self.sets) else 0
        share = np.array([a + (b - a) * progress for a, b in MIX.values()])
        counts = self.draw.multinomial(BATCH * (POOL - of_sets), share / share.sum())
        chosen: list[np.ndarray] = []
        for g, n in enumerate(counts):
            members = self.groups[g]
            chosen.append(members[(self.used[g] + np.arange(n)) % len(members)])
            self.used[g] += n
        picked = np.concatenate(chosen)
        # A little noise keeps equal lengths from always meeting the same neighbours.
        picked = picked[np.argsort(self.lengths[picked] + self.draw.uniform(0, 6, len(picked)))]
        batches = [(batch, False) for batch in np.split(picked, POOL - of_sets)]
        if of_sets:
            number = of_sets * BATCH // SET
            sets = self.sets[(self.used[-1] + np.arange(number)) % len(self.sets)]
            self.used[-1] += number
            sets = sets[np.argsort(self.lengths[sets].max(axis=1) + self.draw.uniform(0, 6, number))]
            batches += [(batch.ravel(), True) for batch in np.split(sets, of_sets)]
        return [batches[i] for i in self.draw.permutation(POOL)]

    def batch(self, chosen: np.ndarray) -> dict[str, torch.Tensor]:
        width = int(math.ceil(self.lengths[chosen].max() / 8) * 8)
        ids = np.zeros((len(chosen), width), dtype=np.int64)
        for row, i in enumerate(chosen):
            ids[row, : self.lengths[i]] = self.ids[self.ends[i] - self.lengths[i] : self.ends[i]]
        at = np.arange(width)[None, :]
        _, passage_at, text_at, start, end = self.table[chosen].T
        mask = at < self.lengths[chosen][:, None]
        arrays = {
            "ids": ids,
            "types": ((at >= passage_at[:, None]) & mask).astype(np.int64),
            "mask": mask,
            # Pieces that a span may use: the passage's text without the last [SEP], and [CLS] for "no answer".
            "spans": ((at >= text_at[:, None]) & (at < self.lengths[chosen][:, None] - 1)) | (at == 0),
            "start": start,
            "end": end,
        }
        return {k: torch.from_numpy(v) for k, v in arrays.items()}


def loss_of(
    model: Reader, b: dict[str, torch.Tensor], answer_weight: float, of_sets: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """The loss, and its two parts for the log."""
    start, end, answerable = model(b["ids"], b["mask"], b["types"], b["spans"])
    start, end, answerable = start.float(), end.float(), answerable.float()
    span = functional.cross_entropy(start, b["start"]) + functional.cross_entropy(end, b["end"])
    has = (b["end"] > 0).float()
    binary = functional.binary_cross_entropy_with_logits(answerable, has)
    loss = span / 2 + answer_weight * binary
    if of_sets:
        loss = loss + (across(start, b["start"]) + across(end, b["end"])) / 2
    return loss, torch.stack([span.detach() / 2, binary.detach()])


def across(logits: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over all places of a question's passages at once, each counted from its own passage's "no answer".

    One normalisation over passages makes their scores comparable (Clark and Gardner, ACL 2018, "shared-norm"). The
    right place is in the first passage of each set; where the question has no answer, "nowhere", which scores 0.
    """
    width = logits.shape[1] - 1
    beyond = (logits[:, 1:] - logits[:, :1]).reshape(-1, SET * width)
    scores = torch.cat([torch.zeros_like(beyond[:, :1]), beyond], dim=1)
    return functional.cross_entropy(scores, right[::SET])  # place p of the first passage is column p; nowhere is 0


def batches(windows: Windows, progress: Iterator[float]) -> Iterator[tuple[float, np.ndarray, bool]]:
    while True:
        for chosen, of_sets in windows.pool(min(1.0, next(progress))):
            now = next(progress)
            if now >= 1:
                return
            yield now, chosen, of_sets


@dataclass(frozen=True, slots=True)
class Plan:
    windows: Path
    out: Path
    began: float
    minutes: float
    rate: float
    warmup: float
    answer_weight: float
    average: float
    seed: int
    float32: bool


def work(worker: int, plan: Plan, model: Reader, seen: torch.Tensor) -> None:
    """Trains the shared `model` until the time is over; worker 0 also averages, logs and saves."""
    torch.set_num_threads(1)
    torch.manual_seed(plan.seed + worker)
    windows = Windows(plan.windows, plan.seed + worker)
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
    groups = [
        {"params": [p for p in trained.values() if p.ndim > 1], "weight_decay": 0.01},
        {"params": [p for p in trained.values() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=plan.rate, betas=(0.9, 0.98), eps=1e-6, fused=True)
    average = {n: p.detach().clone() for n, p in trained.items()}
    log = (plan.out / f"log{worker}.txt").open("a", buffering=1)
    saved, sums, steps = time.monotonic(), torch.zeros(2), 0

    def save() -> None:
        rest = {n: p.detach() for n, p in model.named_parameters() if n not in trained}
        save_file({n: p.detach().clone() for n, p in trained.items()} | rest, plan.out / "last.safetensors")
        save_file({n: p.clone() for n, p in average.items()} | rest, plan.out / "average.safetensors")

    def clock() -> Iterator[float]:
        while True:
            yield (time.monotonic() - plan.began) / (60 * plan.minutes)

    for progress, chosen, of_sets in batches(windows, clock()):
        rate = plan.rate * min(progress / plan.warmup, (1 - progress) / (1 - plan.warmup))
        for group in optimizer.param_groups:
            group["lr"] = rate
        b = windows.batch(chosen)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=not plan.float32):
            loss, parts = loss_of(model, b, plan.answer_weight, of_sets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained.values(), 1.0)
        optimizer.step()
        steps, sums = steps + 1, sums + parts
        seen[worker] += len(chosen)
        if steps % 50 == 0:
            spent, total = time.monotonic() - plan.began, int(seen.sum())
            span, binary = (sums / 50).tolist()
            print(
                f"{spent / 60:6.1f} min  step {steps:5}  windows {total:6}  {total / spent:5.1f}/s  "
                f"rate {rate:.1e}  span {span:.3f}  answerable {binary:.3f}",
                file=log,
            )
            sums = torch.zeros(2)
        if worker == 0:
            # A short memory early, so that a stop at any time leaves a usable average.
            keep = min(plan.average, (1 + steps) / (10 + steps))
            with torch.no_grad():
                torch._foreach_lerp_(list(average.values()), list(trained.values()), 1 - keep)
            if time.monotonic() - saved > 240:
                save()
                saved = time.monotonic()
    if worker == 0:
        save()
    drawn = dict(zip([*MIX, "sets"], windows.used.tolist(), strict=True))
    print(f"done: {steps} steps; drawn of each group: {drawn}", file=log)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--windows", type=Path, required=True)
    start = ask.add_mutually_exclusive_group(required=True)
    start.add_argument("--body", type=Path, help="begin with this folder's all-MiniLM-L6-v2")
    start.add_argument("--weights", type=Path, help="go on from weights that an earlier run saved")
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--minutes", type=float, default=70)
    ask.add_argument("--rate", type=float, default=2e-4)
    ask.add_argument("--warmup", type=float, default=0.05)
    ask.add_argument("--answer-weight", type=float, default=0.5)
    ask.add_argument("--dropout", type=float, default=0.1)
    ask.add_argument("--average", type=float, default=0.985, help="decay of the moving average, a step of one worker")
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--seed", type=int, default=3)
    ask.add_argument("--float32", action="store_true")
    args = ask.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    model = Reader(args.dropout)
    if args.weights:
        model.load_state_dict(load_file(args.weights))
    else:
        model.load_body(load_file(args.body / "model.safetensors"))
    model.words.weight.requires_grad_(False)
    model.share_memory()
    plan = Plan(
        args.windows,
        args.out,
        time.monotonic(),
        args.minutes,
        args.rate,
        args.warmup,
        args.answer_weight,
        args.average,
        args.seed,
        args.float32,
    )
    seen = torch.zeros(args.workers, dtype=torch.int64).share_memory_()
    multiprocessing.spawn(work, (plan, model, seen), nprocs=args.workers)


if __name__ == "__main__":
    main()
