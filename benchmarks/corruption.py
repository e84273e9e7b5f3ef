"""How many false statements the checks after writing catch, and how many true ones they wrongly doubt.

    python benchmarks/corruption.py [FOLDER] [--show N]

FOLDER is a set in the form of eval/data/README.md, the project's own by default. True statements come of its cases:
each sentence of their evidence, the same written in other ways (digits as words and back, percentages, separators, the
order of dates, relative days as days), the name of a person cut to the last, and each accepted answer, as somebody who
wrote the case put it. A false one is a true one with one number, day or name changed: to another value, or to one that
stands elsewhere in the same words. `--show` prints the first N that were judged wrongly.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter

from pincite.eval.cases import Case, load_set
from pincite.index import Article, sentence_spans
from pincite.rag.amounts import Amount, find_amounts
from pincite.rag.check import Evidence, unsupported
from pincite.rag.dates import Day, find_days
from pincite.rag.names import find_names

MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


@dataclass(frozen=True)
class Statement:
    """A statement, the words it rests on, and how it was made."""

    text: str
    evidence: Evidence
    made: str


def main() -> None:
    """Measures and prints; exit 1 when fewer are caught or more doubted than is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--show", type=int, default=0, metavar="N")
    given = parser.parse_args()
    case_set = load_set(given.folder)
    true = list({one.text: one for case in case_set.cases for one in true_statements(case, case_set.articles)}.values())
    names = sorted({name.word for article in case_set.articles for name in find_names(article.text) if name.sure})
    false = [one for n, statement in enumerate(true) for one in corrupted(statement, names, random.Random(n))]
    started = perf_counter()
    doubted = [one for one in true if unsupported(one.text, [one.evidence])]
    caught = [one for one in false if unsupported(one.text, [one.evidence])]
    each_ms = (perf_counter() - started) * 1000 / (len(true) + len(false))
    report("true statements wrongly doubted", true, doubted)
    report("false statements caught", false, caught)
    print(f"ten sentences checked in {ten_ms(true):.1f} ms (median), {each_ms:.2f} ms each on average")
    missed = [one for one in false if one not in set(caught)]
    for one in [*doubted[: given.show], *missed[: given.show]]:
        print(f"\n{one.made}: {one.text}\n    {one.evidence.quote}\n    {unsupported(one.text, [one.evidence])}")
    if len(false) < 500 or len(caught) < 0.95 * len(false) or len(doubted) > 0.05 * len(true):
        raise SystemExit(1)


def report(said: str, of: list[Statement], found: list[Statement]) -> None:
    """Prints the share found, and by how they were made."""
    print(f"{said}: {len(found)} of {len(of)} ({len(found) / len(of):.1%})")
    counts, of_counts = Counter(one.made for one in found), Counter(one.made for one in of)
    for made, count in sorted(of_counts.items()):
        print(f"    {made:28} {counts[made]:5} of {count:5} ({counts[made] / count:.1%})")


def ten_ms(statements: list[Statement]) -> float:
    """What checking ten sentences takes, the evidence read anew for each, the median of many tens."""
    times: list[float] = []
    for at in range(0, len(statements) - 10, 10):
        fresh = [
            (one.text, Evidence(one.evidence.quote, one.evidence.title, one.evidence.published))
            for one in statements[at : at + 10]
        ]
        started = perf_counter()
        for text, evidence in fresh:
            unsupported(text, [evidence])
        times.append((perf_counter() - started) * 1000)
    return median(times)


def true_statements(case: Case, articles: tuple[Article, ...] | list[Article]) -> Iterator[Statement]:
    """What the evidence of a case says, in several ways, and its accepted answers."""
    known = {article.id: article for article in articles}
    places = [(known[place.article_id], place) for place in case.evidence]
    for article, place in places:
        quote = article.text[place.start : place.end]
        evidence = Evidence(quote, article.title, article.published)
        for start, end in sentence_spans(quote):
            sentence = quote[start:end]
            yield Statement(sentence, evidence, "the sentence")
            for made, text in rewritten(sentence, article.published):
                if text != sentence:
                    yield Statement(text, evidence, made)
    if len(places) == 1 and not case.items:
        article, place = places[0]
        evidence = Evidence(article.text[place.start : place.end], article.title, article.published)
        for answer in case.answers:
            yield Statement(f"It was {answer}.", evidence, "an accepted answer")


def rewritten(text: str, published: date | None) -> Iterator[tuple[str, str]]:
    """`text` in other ways that say the same."""
    yield (
        "digits for words",
        re.sub(r"\b(" + "|".join(WORDS[2:]) + r")\b(?![-‐])", lambda m: str(WORDS.index(m.group().lower())), text),
    )
    yield (
        "words for digits",
        re.sub(
            r"(?<![\d.,$€£-])\b([2-9]|1[0-2])\b(?![\d.,%-]|st|nd|rd|th)(?! (?:" + "|".join(MONTHS) + "))",
            lambda m: (
                WORDS[int(m.group())] if not re.search(rf"(?:{'|'.join(MONTHS)}) $", text[: m.start()]) else m.group()
            ),
            text,
        ),
    )
    yield "percent sign", re.sub(r" per ?cent\b", "%", text)
    yield "percent word", text.replace("%", " percent")
    yield "without separators", re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    yield "with separators", re.sub(r"(?<![\d.,])(\d{2,3})(\d{3})\b", r"\1,\2", text)
    for day in find_days(text, published):
        if day.month and day.day and not day.either and not day.relative and "-" not in day.words:
            month = MONTHS[day.month - 1]
            year = f" {day.year}" if day.year else ""
            changed = (
                f"{day.day} {month}{year}" if day.words[0].isalpha() else f"{month} {day.day}{year and ',' + year}"
            )
            yield "the date turned round", text[: day.start] + changed + text[day.end :]
            if day.year:
                iso = f"{day.year}-{day.month:02}-{day.day:02}"
                yield "the date in ISO form", text[: day.start] + iso + text[day.end :]
        if day.relative and day.first and day.first == day.last:
            told = f"on {day.first.day} {MONTHS[day.first.month - 1]} {day.first.year}"
            yield "a relative day as a day", text[: day.start] + told + text[day.end :]
    names = list(find_names(text))
    for one, other in pairwise(names):
        if text[one.end : other.start] == " " and one.start:
            yield "the last name alone", text[: one.start] + text[other.start :]
            break


def corrupted(true: Statement, names: list[str], chance: random.Random) -> Iterator[Statement]:
    """`true` with one number, one day and one name changed, as far as it has them."""
    text, evidence = true.text, true.evidence
    days = [day for day in find_days(text, evidence.published) if not day.relative]
    amounts = [
        one
        for one in find_amounts(text, apart_from=[(day.start, day.end) for day in find_days(text)])
        if not one.vague and one.values
    ]
    if amounts:
        amount = chance.choice(amounts)
        yield Statement(replaced(text, amount, other_number(amount, chance)), evidence, "another number")
        others = [one for one in amounts if one.noun and amount.noun and not one.values & amount.values]
        if others and amount.noun != others[0].noun:
            yield Statement(replaced(text, amount, others[0].words), evidence, "a number from the same words")
    if days:
        day = chance.choice(days)
        yield Statement(replaced(text, day, other_day(day, chance)), evidence, "another day")
    told = [name for name in find_names(text) if name.sure]
    if told:
        name = chance.choice(told)
        for made, wanted in (("another name", name.start > 0), ("the first word, a name", name.start == 0)):
            if wanted:
                yield Statement(replaced(text, name, other_name(name.word, evidence, names, chance)), evidence, made)


def replaced(text: str, part: object, words: str) -> str:
    """`text` with `words` in place of the part."""
    start, end = part.start, part.end  # type: ignore[attr-defined]
    return text[:start] + words + text[end:]


def other_number(amount: Amount, chance: random.Random) -> str:
    """Another number in the same form: a digit changed, or one more or less; a word becomes another word."""
    digits = re.findall(r"\d", amount.words)
    if digits:
        at = chance.choice([match.start() for match in re.finditer(r"\d", amount.words)])
        other = chance.choice([d for d in "123456789" if d != amount.words[at]])
        return amount.words[:at] + other + amount.words[at + 1 :]
    for n, word in enumerate(WORDS):
        if re.search(rf"\b{word}\b", amount.words, re.IGNORECASE):
            other = WORDS[chance.choice([k for k in range(2, 13) if k != n])]
            return re.sub(rf"\b{word}\b", other, amount.words, count=1, flags=re.IGNORECASE)
    swaps = {"half": "a quarter", "dozen": "score", "third": "seventh", "twenty": "fifty", "hundred": "thousand"}
    for word, other in swaps.items():
        if word in amount.words.lower():
            return amount.words.lower().replace(word, other)
    return str(chance.randint(13, 9_000))


def other_day(day: Day, chance: random.Random) -> str:
    """Another day in the same form: its day, month, year or weekday changed."""
    for n, name in enumerate(WEEKDAYS):
        if name.lower() in day.words.lower():
            return re.sub(name, WEEKDAYS[(n + chance.randint(1, 6)) % 7], day.words, flags=re.IGNORECASE)
    months = [name for name in MONTHS if name in day.words]
    if months and chance.random() < 0.4:
        return day.words.replace(months[0], MONTHS[(MONTHS.index(months[0]) + chance.randint(1, 11)) % 12])
    numbers = list(re.finditer(r"\d+", day.words))
    if not numbers:
        return day.words.replace(months[0], MONTHS[(MONTHS.index(months[0]) + 5) % 12]) if months else "12 March 1801"
    number = chance.choice(numbers)
    value = int(number.group())
    other = (
        chance.choice([n for n in range(1, 29) if n != value])
        if value <= 31
        else value + chance.choice([-10, -1, 1, 2])
    )
    return day.words[: number.start()] + str(other) + day.words[number.end() :]


def other_name(word: str, evidence: Evidence, names: list[str], chance: random.Random) -> str:
    """A name of another article that begins with another letter and is not in these words."""
    while True:
        other = chance.choice(names)
        if other[0] != word[0] and len(other) > 2 and other.casefold() not in evidence.text.casefold():
            return other


if __name__ == "__main__":
    main()
