"""What each metric means in plain words, in the groups that a report shows them in."""

from __future__ import annotations

from collections.abc import Mapping

GROUPS: Mapping[str, Mapping[str, str]] = {
    "Search": {
        "hit@1": "the first passage found overlaps the evidence",
        "hit@5": "one of the first five overlaps it",
        "hit@10": "one of the first ten overlaps it",
        "recall@5": "passages with the evidence that are among the first five, of all there are",
        "recall@10": "passages with it that are among the first ten",
        "mrr": "one divided by the rank of the first passage that overlaps it",
        "ndcg@10": "how near the top of the first ten such passages stand",
        "read_hit@1": "the passage that the reader puts first overlaps the evidence",
    },
    "Answers": {
        "answer_em": "the words marked are an accepted answer, or the case is rightly refused",
        "answer_f1": "words in common with an accepted answer, 1 when the case is rightly refused",
        "answerable_f1": "the same over the answerable cases only",
        "number_exact": "the figures told are those of an accepted answer",
        "contained": "the text shown holds an accepted answer, of the answerable cases whose answers are short",
    },
    "Citations": {
        "exact_pointers": "citations whose stored text equals their quote",
        "citation_precision": "citations that overlap the evidence",
        "citation_recall": "pieces of evidence that are cited",
        "sentence_citation": "sentences whose own markers point at the evidence",
        "support": "sentences whose numbers, dates and names stand in the quotes they point at",
    },
    "Refusals and confidence": {
        "refusal_precision": "refusals of a case that nothing answers",
        "refusal_recall": "unanswerable cases that were refused",
        "false_answer_rate": "unanswerable cases that were answered; low is good",
        "refused_share": "answerable cases that were refused; low is good",
        "risk_coverage_area": "share wrong, over all shares answered, the surest first; low is good",
        "calibration_error": "gap between stated confidence and share right; low is good",
    },
    "Counts and times": {
        "n": "cases asked",
        "unanswerable": "of them, those that nothing answers",
        "failed": "cases that broke: no answer came",
        "prompt_tokens": "read by a language model",
        "completion_tokens": "written by it",
        "latency_ms_p50": "milliseconds to an answer, median",
        "latency_ms_p95": "95 of 100 came in less",
    },
}

# What a person looks at first, with a name short enough to stand above its value.
FIRST: Mapping[str, str] = {
    "hit@5": "evidence found",
    "contained": "answers right",
    "answer_f1": "F1",
    "citation_precision": "citations right",
    "exact_pointers": "quotes exact",
    "refused_share": "refused wrongly",
    "false_answer_rate": "answered in vain",
    "latency_ms_p50": "ms to an answer",
}
