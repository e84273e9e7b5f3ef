"""A run as a Ragas data set: one sample a line, for metrics that a language model gives elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..index import Article

# Named as in SingleTurnSample of Ragas, whose `EvaluationDataset.from_jsonl` reads the file.


def write_ragas(report: Mapping[str, Any], articles: Mapping[str, Article], path: Path) -> None:
    """Writes one sample for each case that ran: what was asked, found, answered and expected. Raises OSError."""
    with path.open("w", encoding="utf-8") as file:
        for case in report["cases"]:
            if case["answer"] is not None:
                file.write(json.dumps(_sample(case, articles), ensure_ascii=False) + "\n")


def _sample(case: Mapping[str, Any], articles: Mapping[str, Article]) -> dict[str, Any]:
    expected, answer = case["expected"], case["answer"]
    passages = [articles[one["article_id"]].text[one["start"] : one["end"]] for one in answer["passages"]]
    return {
        "user_input": answer["asked_as"] if case["history"] else case["question"],
        "retrieved_contexts": passages,
        "response": answer["text"],
        "reference": " | ".join(expected["answers"] or expected["items"]),
        "reference_contexts": [one["quote"] for one in expected["evidence"]],
    }
