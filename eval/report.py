"""A run as a document: what was asked, what came, what it scored, and all that is needed to make it again."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .cases import CaseSet
from .confidence import reliability, risk_coverage
from .gate import Comparison
from .record import CaseLog
from .scores import Scores
from .stages import STAGES
from .totals import Metrics, by_flavour, by_kind, by_turn, intervals, is_time, summarise

SCHEMA = 2  # of the report: raised when a name in it changes its meaning

PACKAGES = ("pincite", "chromadb", "llama-index-core", "numpy", "onnxruntime", "tantivy", "tokenizers")


@dataclass(frozen=True, slots=True)
class Run:
    """One finished run over a set."""

    case_set: CaseSet
    scores: Mapping[str, Scores]  # by case id, in the order asked
    latencies_ms: Mapping[str, float]
    log: CaseLog
    command: str  # makes it again
    settings: Mapping[str, Any]
    started: datetime
    seconds: float
    prices: tuple[float, float] | None = None  # dollars for a million tokens read and written
    breaches: tuple[str, ...] = ()  # why it fails, one sentence each
    comparison: Comparison | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    commit: str | None = None
    stages: Mapping[str, str] = field(default_factory=dict)  # by the id of each case that was lost
    graded: Mapping[str, Any] | None = None  # what a chat model thinks of the answers

    @property
    def metrics(self) -> Metrics:
        """Every metric over all cases."""
        return summarise(self.scores.values(), self.latencies_ms.values())

    @property
    def cost(self) -> float | None:
        """What the tokens cost, in dollars; None when no price was named."""
        if self.prices is None:
            return None
        read = sum(one.prompt_tokens for one in self.scores.values())
        written = sum(one.completion_tokens for one in self.scores.values())
        return round((read * self.prices[0] + written * self.prices[1]) / 1e6, 6)

    @property
    def name(self) -> str:
        """What its results are called: the set, the commit, and the settings."""
        shown = json.dumps({**self.settings, "digest": self.case_set.digest}, sort_keys=True, default=str)
        settings = sha256(shown.encode()).hexdigest()[:8]
        commit = (self.commit or "unknown")[:12] + ("-dirty" if (self.commit or "").endswith("-dirty") else "")
        return f"{self.case_set.name}-{commit}-{settings}"


def document(run: Run) -> dict[str, Any]:
    """The report as plain values, its "cases" read from disk. Two runs of one commit differ in "times" and the
    latencies and nowhere else."""
    scores = run.scores.values()
    judged = [(one.confidence, one.sure) for one in scores if not one.failed and one.sure is not None]
    return {
        "schema": SCHEMA,
        "name": run.name,
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
        "intervals": {name: list(bounds) for name, bounds in intervals(scores).items()},
        "cost": run.cost,
        "graded": run.graded,
        "kinds": by_kind(scores),
        "flavours": by_flavour(scores),
        "turns": by_turn(scores),
        "stages": {stage: n for stage in STAGES if (n := sum(one == stage for one in run.stages.values()))},
        "risk_coverage": thinned(risk_coverage(judged)),
        "reliability": [[one.n, round(one.confidence, 4), round(one.right, 4)] for one in reliability(judged)],
        "baseline": run.comparison.to_json() if run.comparison else None,
        "cases": run.log,
        "times": {
            "started": run.started.isoformat(timespec="seconds"),
            "seconds": round(run.seconds, 1),
            "latency_ms": {id: round(ms, 2) for id, ms in run.latencies_ms.items()},
        },
    }


def thinned(curve: Sequence[tuple[float, float]], most: int = 400) -> list[list[float]]:
    """At most about `most` points of a curve, its first and last among them."""
    step = max(1, len(curve) // most)
    kept = [*curve[::step], *curve[-1:]]
    return [[round(x, 4), round(y, 4)] for x, y in dict.fromkeys(kept)]


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
