"""The span reader with its bundled model: what it finds, and that its spans are what they say they are."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

from pincite.index import ModelFailed
from pincite.rag.span_reader import FOLDER, SpanCandidate, SpanReader

SWAP = (
    "Prisoners come home",
    "Russia and Ukraine exchanged prisoners of war on Tuesday. Each side released 175 soldiers, the ministry said. "
    "The exchange was arranged by the United Arab Emirates.",
)
BRIDGE = (
    "The old bridge",
    "The stone bridge over the Lim was finished in 1571. Its builder, Mimar Sinan, was the sultan's chief architect. "
    "A flood carried two arches away in 1896.",
)


@pytest.fixture(scope="module")
def reader() -> SpanReader:
    return SpanReader(threads=2)


def words(passage: tuple[str, str], span: SpanCandidate) -> str:
    return passage[1][span.start : span.end]


@pytest.mark.parametrize(
    ("question", "passage", "answer"),
    [
        ("How many soldiers did each side release?", SWAP, "175"),
        ("Who arranged the exchange?", SWAP, "United Arab Emirates"),
        ("When was the bridge finished?", BRIDGE, "1571"),
        ("who built the bridge", BRIDGE, "Mimar Sinan"),
        ("What destroyed two arches?", BRIDGE, "flood"),
    ],
)
def test_the_best_span_holds_the_answer(
    reader: SpanReader, question: str, passage: tuple[str, str], answer: str
) -> None:
    [spans] = reader.read(question, [passage])
    assert answer in words(passage, spans[0])
    assert len(words(passage, spans[0])) < len(answer) + 20


def test_the_passage_that_answers_has_the_higher_logit(reader: SpanReader) -> None:
    swap, bridge = reader.read("Who built the bridge?", [SWAP, BRIDGE])
    assert bridge[0].logit > swap[0].logit + 2
    assert (swap[0].passage, bridge[0].passage) == (0, 1)


def test_a_question_that_fits_no_longer_has_a_lower_logit(reader: SpanReader) -> None:
    [fits] = reader.read("When was the bridge finished?", [BRIDGE])
    [does_not] = reader.read("When was the railway station closed?", [BRIDGE])
    assert fits[0].logit > does_not[0].logit + 2


def test_a_logit_does_not_depend_on_the_other_passages(reader: SpanReader) -> None:
    [alone] = reader.read("When was the bridge finished?", [BRIDGE])
    _, beside = reader.read("When was the bridge finished?", [SWAP, BRIDGE])
    assert [(c.start, c.end, c.logit) for c in alone] == [(c.start, c.end, c.logit) for c in beside]


def test_spans_are_best_first_apart_and_no_more_than_asked_for(reader: SpanReader) -> None:
    [spans] = reader.read("Which countries exchanged prisoners?", [SWAP], per_passage=4)
    assert len(spans) == 4
    assert [s.logit for s in spans] == sorted((s.logit for s in spans), reverse=True)
    ends = sorted((s.start, s.end) for s in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(ends))


def test_a_span_never_stands_in_the_title(reader: SpanReader) -> None:
    passage = ("Mimar Sinan built the bridge in 1571", "It is made of stone and stands over a river.")
    [spans] = reader.read("Who built the bridge?", [passage])
    assert all(0 <= s.start < s.end <= len(passage[1]) for s in spans)


def test_a_span_is_whole_words(reader: SpanReader) -> None:
    passage = ("", "The antidisestablishmentarianism debate bored Przemysławczyk, a Wrocławian stenographer.")
    [spans] = reader.read("Who was bored by the debate?", [passage], per_passage=5)
    for span in spans:
        assert span.start == 0 or not (passage[1][span.start - 1] + passage[1][span.start]).isalnum()
        assert span.end == len(passage[1]) or not (passage[1][span.end - 1] + passage[1][span.end]).isalnum()


def test_an_answer_at_the_far_end_of_a_long_passage_is_found(reader: SpanReader) -> None:
    filler = "The harvest was good that year and the market was full of people. " * 60
    passage = ("The village", filler + "The mill was built by Anna Kovač in 1843. " + filler)
    [spans] = reader.read("Who built the mill?", [passage])
    assert words(passage, spans[0]) == "Anna Kovač"


def test_offsets_count_characters_of_texts_with_accents_and_emoji(reader: SpanReader) -> None:
    passage = ("", "🎉🎉 À Zürich 🎉, the café «L’Été» was opened by Zoë Müller in May 1999. 🎉")
    [spans] = reader.read("When was the café opened?", [passage])
    assert "1999" in words(passage, spans[0])


def test_a_passage_without_words_has_no_spans(reader: SpanReader) -> None:
    empty, blank, full = reader.read("Who built the bridge?", [("Title", ""), ("", " \n "), BRIDGE])
    assert (empty, blank) == ([], [])
    assert full


def test_no_passages_give_no_spans(reader: SpanReader) -> None:
    assert reader.read("Who built the bridge?", []) == []


def test_a_very_long_question_and_title_still_leave_room_for_the_text(reader: SpanReader) -> None:
    passage = ("A long title " * 100, BRIDGE[1] * 20)
    [spans] = reader.read("When was the bridge finished? " * 200, [passage])
    assert 0 < len(spans) <= 3


def test_threads_that_ask_at_once_all_get_the_same_answer() -> None:
    reader = SpanReader(threads=2)  # not loaded yet
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: reader.read("Who built the bridge?", [BRIDGE, SWAP]), range(16)))
    assert all(one == got[0] for one in got)


def test_a_missing_model_is_named_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(ModelFailed, match=r"model\.onnx cannot be read .*: install pincite again"):
        SpanReader(folder=tmp_path).read("Who?", [BRIDGE])


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes((FOLDER / "config.json").read_bytes())
    (tmp_path / "model.onnx").write_bytes((FOLDER / "model.onnx").read_bytes()[:-1] + b"!")
    with pytest.raises(ModelFailed, match="is damaged: install pincite again"):
        SpanReader(folder=tmp_path).read("Who?", [BRIDGE])


def test_a_text_with_half_a_surrogate_pair_keeps_its_offsets(reader: SpanReader) -> None:
    passage = ("", "\ud83c The mill was built by Anna Kovač in 1843.")
    [spans] = reader.read("When was the mill built?", [passage])
    assert words(passage, spans[0]) == "1843"


def test_the_bundled_model_is_the_one_its_config_describes() -> None:
    config = json.loads((FOLDER / "config.json").read_text(encoding="utf-8"))
    model = (FOLDER / "model.onnx").read_bytes()
    assert sha256(model).hexdigest() == config["sha256"]["model.onnx"]
    assert len(model) < 25_000_000
