"""How long a question takes in a running process, over a library of generated articles.

    python benchmarks/ask.py [--articles 1000] [--questions 200] [--model reader]

Prints the median and the 95th percentile of `library.ask` in milliseconds by stage, the wall time of `pincite --help`,
and the memory held. The articles are the same on every run.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from pincite.eval.metrics import percentile
from pincite.index import Article
from pincite.rag import Answer, Library, open_library

SEED = 20
WORDS = 300  # of an article, about

TOWNS = """Alderbrook Birchfield Carrowmore Dunmarsh Eastleigh Fallowdale Greywater Hollin Innesport Jarrowby Kestrel
Larkspur Millbrook Northwick Oakhaven Pennard Quarley Ravensby Stonebridge Thornbury Underhill Valemouth Westray
Yarrowdale Zennor""".split()
THINGS = """bridge library museum harbour school hospital railway theatre market observatory stadium archive lighthouse
tunnel orchard canal aquarium mill cathedral""".split()
PEOPLE = (
    "Adela Brandt, Boris Kimani, Clara Osei, Daniel Ferro, Elena Novak, Felix Amadi, Greta Lindqvist, Hassan Idris, "
    "Ines Moreau, Jonas Petrov, Karin Walsh, Luis Tanaka, Mara Singh, Nils Okafor, Olga Reyes, Pavel Duarte"
).split(", ")
MONTHS = "January February March April May June July August September October November December".split()
SENTENCES = (
    "The {thing} of {town} cost {number} million crowns, which was {part} million more than planned.",
    "{person}, who led the work, said on {day} {month} that the {thing} would open in {year}.",
    "Some {crowd} people came to {town} to see the {thing} on its first day.",
    "The council of {town} voted {part} to {few} in favour of the plan for the {thing}.",
    "Because the ground beside the river was soft, {part} piles had to be driven under the {thing}.",
    "In {year} a storm damaged the roof, and repairs to the {thing} took {few} months.",
    "{person} had drawn the first plans of the {thing} as early as {year}.",
    "The {thing} employs {number} people, most of them from {town} and the villages around it.",
    "A survey in {month} {year} found that {part} per cent of the people of {town} used the {thing} each week.",
    "Money for the {thing} came from a lottery, from the state and from {person}, who gave {few} million.",
    "Critics such as {person} called the {thing} too large for a town of {crowd}.",
    "The builders used {number} tonnes of granite, all of it from a quarry near {town}.",
)
QUESTIONS = (
    "How much did the {thing} of {town} cost?",
    "How many people came to see the {thing} in {town} on the first day?",
    "Why were piles driven under the {thing} in {town}?",
    "Who drew the first plans of the {thing} in {town}?",
    "When did a storm damage the roof of the {thing} in {town}?",
    "How many people work at the {town} {thing}?",
    "Who designed the flag of {town}?",
)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--model", default="reader")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, open_library(home) as library:
        start = time.perf_counter()
        library.add_articles(generated(given.articles), total=given.articles)
        adding = time.perf_counter() - start
        passages = sum(entry.passages for entry in library.entries())
        print(f"articles                {given.articles:10,}  ({passages:,} passages, added in {adding:.1f} s)")
        first, rest, busy, stages = asked(library, list(questions(given.articles, given.questions)), given.model)
        print(f"first question          {first:10.1f}  ms")
        print(f"median                  {percentile(rest, 0.5):10.1f}  ms over {len(rest)} questions")
        print(f"95th percentile         {percentile(rest, 0.95):10.1f}  ms")
        print(f"processor, median       {percentile(busy, 0.5):10.1f}  ms, all threads together")
        for name, times in stages.items():
            print(f"  {name:<22}{percentile(times, 0.5):10.1f}  ms (median)")
    print(f"memory, now             {resident_mb():10.0f}  MB")
    print(f"memory, most            {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6:10.0f}  MB")
    print(f"pincite --help          {help_ms():10.0f}  ms (best of 5)")
    print(f"cores                   {len(os.sched_getaffinity(0)):10d}")


def generated(count: int) -> Iterator[Article]:
    """`count` articles of about WORDS words each, on different things of different towns."""
    for number in range(count):
        random_ = random.Random(SEED * 1_000_003 + number)
        thing, town = subject(number)
        sentences: list[str] = []
        while sum(len(sentence.split()) for sentence in sentences) < WORDS:
            sentences.append(random_.choice(SENTENCES).format(**values(random_, thing, town)))
        paragraphs = [" ".join(sentences[start : start + 4]) for start in range(0, len(sentences), 4)]
        yield Article.create(f"generated/{number}", "\n\n".join(paragraphs), title=f"The {thing} of {town}")


def questions(articles: int, count: int) -> Iterator[str]:
    """`count` questions, each on one of the articles; the last kind has no answer in any."""
    random_ = random.Random(SEED)
    for number in range(count):
        thing, town = subject(random_.randrange(articles))
        yield QUESTIONS[number % len(QUESTIONS)].format(thing=thing, town=town)


def subject(number: int) -> tuple[str, str]:
    """What article `number` is about, unlike any other."""
    thing, turn = THINGS[number % len(THINGS)], number // len(THINGS)
    quarter, town = divmod(turn, len(TOWNS))
    return thing, f"{'New ' * quarter}{TOWNS[town]}"


def values(random_: random.Random, thing: str, town: str) -> dict[str, object]:
    """What the places of a sentence are filled with."""
    return {
        "thing": thing,
        "town": town,
        "person": random_.choice(PEOPLE),
        "month": random_.choice(MONTHS),
        "day": random_.randint(1, 28),
        "year": random_.randint(1890, 2024),
        "number": random_.randint(20, 900),
        "part": random_.randint(11, 88),
        "few": random_.randint(2, 10),
        "crowd": f"{random_.randint(2, 60)},{random_.randint(100, 999)}",
    }


def asked(
    library: Library, every: list[str], model: str
) -> tuple[float, list[float], list[float], dict[str, list[float]]]:
    """Milliseconds of the first question, which loads the models; of the rest by the clock, by processor, by stage.

    Processor time says what a question costs on a machine that is busy with other things too.
    """
    first, _, _ = timed(library, "What is this?", model)
    rest: list[float] = []
    busy: list[float] = []
    stages: dict[str, list[float]] = defaultdict(list)
    for question in every:
        ms, busy_ms, answer = timed(library, question, model)
        rest.append(ms)
        busy.append(busy_ms)
        for stage in answer.trace.get("stages", ()):
            stages[stage["name"]].append(stage["ms"])
    return first, rest, busy, stages


def timed(library: Library, question: str, model: str) -> tuple[float, float, Answer]:
    """Milliseconds from question to answer by the clock, and of all processors."""
    start, started = time.perf_counter(), time.process_time()
    answer = library.ask(question, model=model)
    return (time.perf_counter() - start) * 1000, (time.process_time() - started) * 1000, answer


def help_ms() -> float:
    """The shortest of five runs of `pincite --help`, milliseconds."""
    command = [str(Path(sys.executable).parent / "pincite"), "--help"]
    times: list[float] = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def resident_mb() -> float:
    """Memory that this process holds now, megabytes (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
