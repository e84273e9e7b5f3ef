"""How fast the bundled embedder loads and runs, at one and two threads.

    python benchmarks/embed.py

Texts: the demo articles' paragraphs. Wall time, the best of five rounds; other work on the machine shows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from pincite.index.embed import MiniLM

ARTICLES = Path(__file__).parents[1] / "eval" / "data" / "articles"
ROUNDS = 5


def main() -> None:
    passages = demo_passages()
    started = time.perf_counter()
    MiniLM().embed(["first"])
    print(f"first vector, onnxruntime's import included: {ms(started):.0f} ms")
    loaded = best(lambda: MiniLM().embed(["first"]))
    print(f"model load and one vector, runtime imported: {loaded * 1000:.0f} ms")

    model = MiniLM(threads=1)
    tokens = sum(min(count + 2, model.max_tokens) for count in model.count_tokens(passages))
    question = best(lambda: model.embed(["How many prisoners were exchanged?"]))
    print(f"one question: {question * 1000:.1f} ms")
    print(f"{len(passages)} passages of {tokens / len(passages):.0f} word pieces:")
    for threads in (1, 2):
        model = MiniLM(threads=threads)
        model.embed(["load"])
        seconds = best(lambda model=model: model.embed(passages))
        print(f"  {threads} thread(s): {len(passages) / seconds:.0f} passages/s, {tokens / seconds:.0f} tokens/s")


def demo_passages(*, chars: int = 700) -> list[str]:
    """Stretches of the demo articles, about as long as the passages that `add` makes."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(ARTICLES.rglob("*.*"))]
    return [text[at : at + chars] for text in texts for at in range(0, len(text), chars)]


def best(work: Callable[[], object]) -> float:
    """Seconds of the fastest round."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def ms(started: float) -> float:
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
