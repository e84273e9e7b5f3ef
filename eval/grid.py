"""Variants of the settings asked over one indexed library, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from ..rag import Library
from .cases import Case, CaseSet
from .report import Run
from .rows import SetBroken
from .session import Asked, run_cases
from .tables import Rows, number

VARIED = ("top_k", "refuse_below", "fusion", "model")  # what can change without embedding again

SHOWN = (
    "hit@5",
    "answer_f1",
    "contained",
    "false_answer_rate",
    "refused_share",
    "citation_precision",
    "risk_coverage_area",
    "latency_ms_p50",
    "latency_ms_p95",
)


def variants(given: Sequence[str]) -> list[dict[str, str]]:
    """Every combination of the values in `given`, such as ["top_k=4,8", "fusion=all,vectors"]. Raises SetBroken."""
    axes: dict[str, list[str]] = {}
    for part in " ".join(given).split():
        name, sign, values = part.partition("=")
        if name not in VARIED or not sign or not all(values.split(",")):
            raise SetBroken(f'--grid cannot use "{part}": write NAME=VALUE,VALUE with one of {", ".join(VARIED)}')
        axes[name] = values.split(",")
    return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]


def run_grid(
    library: Library,
    case_set: CaseSet,
    cases: Sequence[Case],
    asked: Asked,
    grid: Sequence[Mapping[str, str]],
    *,
    command: str,
    track: Callable[[str, Iterator[Any]], Iterator[Any]],
) -> list[tuple[str, Run]]:
    """One run for each variant, called by what is set in it. Nothing is embedded but the questions."""
    libraries = [library.varied(**{k: v for k, v in one.items() if k != "model"}) for one in grid]
    runs: list[tuple[str, Run]] = []
    for variant, varied in zip(grid, libraries, strict=True):
        name = " ".join(f"{key}={value}" for key, value in variant.items())
        how = replace(asked, model=variant.get("model", asked.model))
        run = run_cases(
            varied, case_set, cases, how, command=command, track=lambda outcomes, name=name: track(name, outcomes)
        )
        run.log.close()
        runs.append((name, run))
    return runs


def grid_rows(runs: Sequence[tuple[str, Run]]) -> Rows:
    """One row a variant: its scores, and what it cost."""
    rows: Rows = [("variant", *SHOWN, "seconds", "tokens", "dollars")]
    for name, run in runs:
        metrics = run.metrics
        tokens = sum(one.prompt_tokens + one.completion_tokens for one in run.scores.values())
        cost = "" if run.cost is None else f"{run.cost:.4f}"
        scores = (number(metric, metrics[metric]) for metric in SHOWN)
        rows.append((name, *scores, f"{run.seconds:.1f}", f"{tokens:,}", cost))
    return rows


def grid_document(runs: Sequence[tuple[str, Run]]) -> list[dict[str, Any]]:
    """The same as plain values."""
    return [
        {
            "variant": name,
            "name": run.name,
            "settings": dict(run.settings),
            "metrics": run.metrics,
            "cost": run.cost,
            "seconds": round(run.seconds, 1),
        }
        for name, run in runs
    ]
