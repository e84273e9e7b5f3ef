"""How long the span reader takes for ten passages, and the memory of the process.

    python benchmarks/reader.py [--passages 10] [--tokens 150] [--rounds 50] [--threads 2]

The passages are made of plain words, so that nothing has to be downloaded; what they say does not change the time.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import time

from pincite.rag.span_reader import SpanReader

WORDS = """the a of to in and was on for with that by from at as it had were after before city river people government
school company million report minister season music water power music market found built said opened closed moved
won lost first second new old large small years months days north south bridge library engine harvest museum""".split()


def passages(count: int, tokens: int, draw: random.Random) -> list[tuple[str, str]]:
    """`count` titled passages of about `tokens` word pieces, some shorter and some longer."""
    made: list[tuple[str, str]] = []
    for i in range(count):
        size = round(tokens * draw.uniform(0.75, 1.25))
        words = [draw.choice(WORDS) + ("." if n % 17 == 16 else "") for n in range(round(size * 17 / 18))]
        made.append((f"An article about the {draw.choice(WORDS)} {i}", " ".join(words)))
    return made


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--passages", type=int, default=10)
    ask.add_argument("--tokens", type=int, default=150)
    ask.add_argument("--rounds", type=int, default=50)
    ask.add_argument("--threads", type=int, default=2)
    args = ask.parse_args()
    draw = random.Random(7)
    reader = SpanReader(threads=args.threads)
    began = time.perf_counter()
    reader.read("warm up", [("", "one passage")])
    print(f"loaded in {time.perf_counter() - began:.2f} s")
    times: list[float] = []
    spent = time.process_time()
    for _ in range(args.rounds):
        given = passages(args.passages, args.tokens, draw)
        began = time.perf_counter()
        reader.read("When was the large bridge near the old harvest museum opened?", given)
        times.append(1000 * (time.perf_counter() - began))
    spent = 1000 * (time.process_time() - spent) / args.rounds
    times.sort()
    p95 = times[int(0.95 * len(times))]
    print(
        f"{args.passages} passages of about {args.tokens} pieces, {args.threads} threads: "
        f"median {statistics.median(times):.0f} ms, 95th percentile {p95:.0f} ms, best {times[0]:.0f} ms; "
        f"processor time {spent:.0f} ms"
    )
    print(f"memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()
