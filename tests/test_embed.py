"""The bundled embedder, for real: model and tokenizer as they are shipped."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from pincite.index import ModelFailed
from pincite.index.embed import MiniLM, processors

BEES = "Honey bees tell each other where flowers are by dancing."
BEES_TOO = "A bee that has found nectar dances to show the hive the way."
RATES = "The central bank raised interest rates by a quarter of a point."
MODEL = Path(__file__).parents[1] / "index" / "models" / "minilm"


@pytest.fixture(scope="module")
def model() -> MiniLM:
    return MiniLM(threads=2)


@pytest.fixture
def model_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODEL, tmp_path / "minilm"))


def test_texts_about_one_thing_are_nearer_than_texts_about_two(model: MiniLM) -> None:
    bees, bees_too, rates = model.embed([BEES, BEES_TOO, RATES])
    assert bees @ bees_too > 0.6
    assert bees @ rates < 0.2


def test_a_question_is_nearest_to_the_text_that_answers_it(model: MiniLM) -> None:
    question = model.embed(["How do bees show where food is?"])[0]
    assert int(np.argmax(model.embed([RATES, BEES, "Rain fell on the city."]) @ question)) == 1


def test_vectors_come_in_the_order_of_the_texts_whatever_their_lengths(model: MiniLM) -> None:
    texts = [BEES, "Rain.", f"{RATES} {BEES} " * 8, "", RATES]
    alone = np.concatenate([model.embed([text]) for text in texts])
    assert np.array_equal(model.embed(texts), alone)


def test_a_vector_does_not_depend_on_the_number_of_threads(model: MiniLM) -> None:
    texts = [BEES, RATES, BEES_TOO, "Rain."]
    assert np.array_equal(MiniLM(threads=1).embed(texts), model.embed(texts))


def test_every_vector_has_unit_length_and_the_stated_shape(model: MiniLM) -> None:
    texts = [BEES, "", " \n\t", "\x00", "蜜蜂会跳舞。", "🐝" * 2000, "x" * 5000]
    vectors = model.embed(texts)
    assert vectors.shape == (len(texts), model.dim)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_no_texts_give_no_vectors(model: MiniLM) -> None:
    assert model.embed([]).shape == (0, 384)
    assert model.count_tokens([]) == []


def test_lone_surrogates_read_as_question_marks(model: MiniLM) -> None:
    assert np.array_equal(model.embed(["bees \ud800 dance"]), model.embed(["bees ? dance"]))
    assert model.count_tokens(["\udfff"]) == [1]


def test_word_pieces_are_counted_whole_and_without_the_special_ones(model: MiniLM) -> None:
    assert model.count_tokens(["bees dance", "", "word " * 1000]) == [2, 0, 1000]


def test_a_text_is_read_up_to_256_word_pieces_two_of_them_special(model: MiniLM) -> None:
    full = "word " * 254
    assert np.array_equal(model.embed([full]), model.embed([full + "bees dance"]))
    assert not np.array_equal(model.embed([full]), model.embed(["bees " + full]))


def test_one_model_serves_several_threads_from_its_first_use() -> None:
    fresh = MiniLM(threads=1)
    texts = [BEES, BEES_TOO, RATES] * 4
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda text: fresh.embed([text])[0], texts))
    assert np.array_equal(np.array(rows), fresh.embed(texts))


def test_a_missing_model_is_named_with_its_cure(model_copy: Path) -> None:
    (model_copy / "model.onnx").unlink()
    with pytest.raises(ModelFailed, match=r"model\.onnx cannot be read .*: install pincite again"):
        MiniLM(folder=model_copy).embed([BEES])


def test_a_model_with_one_wrong_byte_is_refused(model_copy: Path) -> None:
    content = bytearray((model_copy / "model.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (model_copy / "model.onnx").write_bytes(content)
    with pytest.raises(ModelFailed, match=r"model\.onnx is damaged: install pincite again"):
        MiniLM(folder=model_copy).embed([BEES])


def test_a_truncated_tokenizer_is_refused(model_copy: Path) -> None:
    content = (model_copy / "tokenizer.json").read_bytes()
    (model_copy / "tokenizer.json").write_bytes(content[:1000])
    with pytest.raises(ModelFailed, match=r"tokenizer\.json is damaged"):
        MiniLM(folder=model_copy).count_tokens([BEES])


@pytest.mark.parametrize("config", ["", "{}", "[]", '{"sha256": {}}', '{"sha256": null}'])
def test_a_damaged_config_is_named(model_copy: Path, config: str) -> None:
    (model_copy / "config.json").write_text(config, encoding="utf-8")
    with pytest.raises(ModelFailed, match=r"config\.json is damaged"):
        MiniLM(folder=model_copy).embed([BEES])


def test_no_threads_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match="threads is 0"):
        MiniLM(threads=0)


def test_threads_follow_the_machine() -> None:
    assert MiniLM().threads == processors() >= 1


def test_importing_it_loads_neither_model_nor_runtime() -> None:
    code = (
        "import sys, pincite.index.embed as e; e.MiniLM(); "
        "sys.exit(bool({'onnxruntime', 'tokenizers', 'llama_index'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
