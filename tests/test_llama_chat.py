"""Any LlamaIndex language model writes, and a model's context holds whole passages or none of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata

from pincite.index import Article, Hit, ModelFailed, Passage
from pincite.rag import open_library
from pincite.rag.prompts import build_prompt, fit_prompt, number_sentences, tokens_of

CALL = Article.create("call.txt", "Both sides will swap 175 captives. Russia gives 23 soldiers.", title="A call")
ASKED = "How many captives will both sides swap?"


class Told(CustomLLM):
    """Says what it is made with, in pieces."""

    says: str = ""

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="told", context_window=4096, num_output=200)

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text=self.says)

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        if self.says == "fails":
            raise RuntimeError("sk-canary-2718281828 was refused")
        for end in range(1, len(self.says) + 1):
            yield CompletionResponse(text=self.says[:end], delta=self.says[end - 1])


def test_a_llamaindex_model_writes_and_our_code_cites(tmp_path: Path) -> None:
    with open_library(tmp_path, llm=Told(says="They swap 175 captives [1]. They give 99 soldiers [2].")) as library:
        library.add_articles([CALL])
        answer = library.ask(ASKED)
        assert library.answers_with == "told, as its LlamaIndex class has it"
    assert answer.text == "They swap 175 captives [1]. They give 99 soldiers [2]."
    assert [(one.quote, one.supported) for one in answer.citations] == [
        ("Both sides will swap 175 captives.", True),
        ("Russia gives 23 soldiers.", False),
    ]


def test_its_fault_is_one_sentence_without_its_words(tmp_path: Path) -> None:
    with open_library(tmp_path, llm=Told(says="fails")) as library:
        library.add_articles([CALL])
        with pytest.raises(ModelFailed, match=r"^told did not answer \(RuntimeError\): see to its key") as caught:
            library.ask(ASKED)
    assert caught.value.__cause__ is None


def hit(n: int) -> Hit:
    article = Article.create(f"{n}.txt", f"Article {n} has one sentence of some length about the year {1900 + n}.")
    return Hit(Passage(f"{article.id}:1:0", article.id, 1, article.text, 0, len(article.text)), article, 1.0 / n)


def test_passages_without_room_are_left_out_whole_from_the_bottom() -> None:
    hits = [hit(n) for n in range(1, 9)]
    three = sum(tokens_of(text) + 8 for _, text in build_prompt("When?", number_sentences(hits[:3])))
    prompt = fit_prompt("When?", hits, room=three)
    assert prompt is not None
    assert [one.hit for one in prompt.sentences] == hits[:3]
    assert prompt.left_out == tuple(hits[3:])
    assert prompt.tokens <= three
    assert fit_prompt("When?", hits, room=100) is None


def test_a_context_for_not_one_passage_is_told_with_its_cure(tmp_path: Path) -> None:
    with open_library(tmp_path, openai_base_url="http://127.0.0.1:9/v1", context_tokens=512) as library:
        library.add_articles([CALL])
        with pytest.raises(ModelFailed, match="not one passage fits into its context of 512 tokens; raise PINCITE_CON"):
            library.ask(ASKED)
