"""However a library is added to, changed, hurt and killed, it holds what it was told to hold."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from walking import Walk

# The same walks on every run; `benchmarks/walk.py` takes many more, and others.
FEW = settings(
    max_examples=4,
    stateful_step_count=12,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_a_library_holds_what_it_was_told_after_every_step_of_a_random_walk() -> None:
    run_state_machine_as_test(Walk, settings=FEW)
