"""A run as a document: what was asked, what came, what it scored, and all that is needed to make it again."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ..rag import to_json
from .cases import CaseSet, Place
from .gate import Comparison
from .run import Outcome
from .scores import Metrics, by_kind, is_time, summarise

SCHEMA = 1  # of the report: raised when a name in it changes its meaning

PACKAGES = ("pincite", "chromadb", "llama-index-core", "numpy", "onnxruntime", "tantivy", "tokenizers")


@dataclass(frozen=True, slots=True)
class Run:
    """One finished run over a set."""

    case_set: CaseSet
    outcomes: tuple[Outcome, ...]
    command: str  # makes it again
    settings: Mapping[str, Any]
    started: datetime
    seconds: float
    breaches: tuple[str, ...] = ()  # why it fails, one sentence each
    comparison: Comparison | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    commit: str | None = None

    @property
    def metrics(self) -> Metrics:
        """Every metric over all cases."""
        scores = (outcome.scores for outcome in self.outcomes)
        return summarise(scores, (outcome.ms for outcome in self.outcomes if outcome.ms is not None))


def document(run: Run) -> dict[str, Any]:
    """The report as plain values. Two runs of one commit differ in "times" and the latencies and nowhere else."""
    texts = {article.id: article for article in run.case_set.articles}
    return {
        "schema": SCHEMA,
        "command": run.command,
        "passed": not run.breaches,
        "breaches": list(run.breaches),
        "set": {
            "name": run.case_set.name,
            "articles": len(run.case_set.articles),
            "cases": len(run.case_set.cases),
            "digest": run.case_set.digest,
        },
        "settings": dict(run.settings),
        "commit": run.commit,
        "versions": dict(run.versions),
        "metrics": run.metrics,
        "kinds": by_kind(outcome.scores for outcome in run.outcomes),
        "baseline": run.comparison.to_json() if run.comparison else None,
        "cases": [_case(outcome, texts) for outcome in run.outcomes],
        "times": {
            "started": run.started.isoformat(timespec="seconds"),
            "seconds": round(run.seconds, 1),
            "latency_ms": {o.case.id: round(o.ms, 2) for o in run.outcomes if o.ms is not None},
        },
    }


def without_times(report: Mapping[str, Any]) -> dict[str, Any]:
    """A report less everything that changes from run to run."""
    metrics = {name: value for name, value in report["metrics"].items() if not is_time(name)}
    return {**{key: value for key, value in report.items() if key != "times"}, "metrics": metrics}


def versions() -> dict[str, str]:
    """Of Python, and of the packages that answers depend on."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def commit() -> str | None:
    """The commit that the code stands at, with "-dirty" when files differ from it; None outside a repository."""
    command = ["git", "-C", str(Path(__file__).resolve().parent), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        done = subprocess.run([*command, "--exclude=*"], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def _case(outcome: Outcome, texts: Mapping[str, Any]) -> dict[str, Any]:
    case = outcome.case
    return {
        "id": case.id,
        "question": case.question,
        "type": case.kind,
        "history": [{"role": turn.role, "text": turn.text} for turn in case.history],
        "expected": {
            "unanswerable": case.unanswerable,
            "answers": list(case.answers),
            "items": list(case.items),
            "evidence": [[_place(place, texts) for place in group] for group in case.evidence],
        },
        "answer": _answer(outcome),
        "failure": outcome.failure or None,
        "scores": outcome.scores.to_json(),
    }


def _place(place: Place, texts: Mapping[str, Any]) -> dict[str, Any]:
    article = texts[place.article_id]
    return {
        "article_id": place.article_id,
        "source": article.source,
        "quote": article.text[place.start : place.end],
        "start": place.start,
        "end": place.end,
    }


def _answer(outcome: Outcome) -> dict[str, Any] | None:
    """The answer less what would make a report of thousands of cases too large: passages' texts and the trace."""
    if outcome.answer is None:
        return None
    told = to_json(outcome.answer)
    told["passages"] = [{k: v for k, v in passage.items() if k != "text"} for passage in told["passages"]]
    asked = told["trace"].get("question", told["question"])
    del told["trace"]
    return {**told, "asked_as": asked}
