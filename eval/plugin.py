"""pytest: each case of a set as a test of its own.

Say `pytest_plugins = ["pincite.eval.plugin"]` in the root's `conftest.py`, and `pytest my-set/questions.jsonl` asks
its cases, a test each; or leave the plugin out, and parametrise a test with `cases` of this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from .cases import Case, CaseSet, load_set
from .indexed import indexed
from .run import Outcome, evaluate


class CaseLost(Exception):
    """A case whose answer is not right."""


def cases(folder: str | Path) -> list[Any]:
    """The cases of the set in `folder`, for `pytest.mark.parametrize("case", …)`; each is named by its id."""
    return [pytest.param(case, id=case.id) for case in load_set(Path(folder)).cases]


class Asker:
    """Asks cases of one set, over a library that is kept between runs."""

    def __init__(self, folder: str | Path) -> None:
        self._stack = ExitStack()
        self.case_set: CaseSet = load_set(Path(folder))
        self._library = self._stack.enter_context(indexed(self.case_set))

    def ask(self, case: Case) -> Outcome:
        """What came of `case`."""
        return next(evaluate(self._library, self.case_set, [case]))

    def check(self, case: Case) -> None:
        """Raises CaseLost, saying what was expected, what came and where it went wrong, unless the answer is right."""
        outcome = self.ask(case)
        if not outcome.scores.right:
            raise CaseLost(told(outcome))

    def close(self) -> None:
        """Lets go of the library."""
        self._stack.close()


def told(outcome: Outcome) -> str:
    """A failed case in four lines."""
    case = outcome.case
    expected = "a refusal" if case.unanswerable else " / ".join(case.answers or case.items) or "the evidence found"
    came = outcome.answer.text if outcome.answer else outcome.failure
    return f"{case.question}\nexpected: {expected}\ncame: {came}\nlost at: {outcome.stage or 'no known stage'}"


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    """A set's questions, each a test."""
    if not (file_path.name.startswith("questions") and file_path.name.endswith((".jsonl", ".jsonl.gz"))):
        return None
    return QuestionFile.from_parent(parent, path=file_path)


class QuestionFile(pytest.File):
    """A file of questions; its set is opened once for all of its tests."""

    asker: Asker | None = None

    def collect(self) -> Iterator[pytest.Item]:
        from .rows import read_rows

        ids = {row.text("id") for row in read_rows(self.path)}
        for case in load_set(self.path.parent).cases:
            if case.id in ids:
                yield CaseItem.from_parent(self, name=case.id, case=case)

    def setup(self) -> None:
        self.asker = Asker(self.path.parent)

    def teardown(self) -> None:
        if self.asker is not None:
            self.asker.close()


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, **more: Any) -> None:
        super().__init__(**more)
        self.case = case

    def runtest(self) -> None:
        file = self.parent
        assert isinstance(file, QuestionFile)
        assert file.asker is not None
        file.asker.check(self.case)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What went wrong, without the path through our code."""
        return str(excinfo.value) if isinstance(excinfo.value, CaseLost) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands."""
        return self.path, None, f"{self.path.parent.name}: {self.case.id}"
