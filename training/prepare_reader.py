"""Training windows for the span reader, written as one .npz file.

    python training/prepare_reader.py --data DATA --tokenizer tokenizer.json --out windows.npz

Only rows with `split` = train are read, and the article named by `--keep-out` stays out of training, so that thresholds
and calibration can be fitted on it. A window is `[CLS] question [SEP] title. passage [SEP]`, at most `MAX_TOKENS`
word pieces. An unanswerable window has start = end = 0 (the [CLS] piece).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import log
from pathlib import Path

import numpy as np
from question_edits import keywords, nearby_names, spoiled
from tokenizers import Tokenizer

MAX_TOKENS = 256
KEEP_OUT = "squad2-Harvard_University"
CHARS_A_TOKEN = 4.3  # of English prose in this vocabulary; only aims the random crops

# Groups of windows; training draws from them with weights of its own.
GROUPS = (
    "squad2",  # answerable, human
    "squad2-none",  # unanswerable, human
    "squad11",
    "wiki",
    "reddit",
    "amazon",
    "covidqa",
    "fairytaleqa",
    "qamr",
    "swapped",  # unanswerable by rule: a name, number or word of the question changed
    "elsewhere",  # unanswerable: the nearest other paragraph
    "cut",  # unanswerable: the answer's sentence cut out
    "sentence",  # answerable, one sentence alone: as the reader checks what it found
    "sentence-none",  # unanswerable: the sentence nearest to the question that does not answer it, alone
    "set",  # a question's passage and the nearest others, to be compared: SET windows that follow each other
)
SET = 4
SETS_OF = ("squad2", "squad2-none", "squad11", "wiki", "covidqa", "fairytaleqa")  # questions that name their subject
COPIES = {"squad2": 4, "squad2-none": 5, "squad11": 2, "wiki": 2, "covidqa": 2}
# The share of a group's answerable questions that is made unanswerable each way: swapped, elsewhere, cut. Generic
# questions ("what is the best part of it?") fit many reviews and comments: fewer of those.
MADE = {
    "squad2": (1.0, 1.0, 0.5),
    "squad11": (1.0, 0.5, 0.3),
    "wiki": (0.9, 0.5, 0.3),
    "reddit": (0.45, 0.1, 0.2),
    "amazon": (0.4, 0.1, 0.2),
    "covidqa": (0.5, 1.0, 0.0),
    "fairytaleqa": (0.4, 0.5, 0.2),
    "qamr": (0.25, 0.0, 0.25),
}

_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])|\n+")
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Article:
    id: str
    title: str
    text: str
    paragraphs: list[tuple[int, int]]
    sentences: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def __post_init__(self) -> None:
        self.sentences = list(sentences(self.text))


@dataclass(slots=True)
class Row:
    """A question with the paragraph it was asked on (characters of its article) and its answer spans."""

    group: str
    question: str
    article: Article
    context: tuple[int, int]
    spans: list[tuple[int, int]]
    answers: list[str]


@dataclass(slots=True)
class Window:
    group: str
    question: str
    title: str
    text: str
    start: int  # characters of `text`; start == end means no answer
    end: int


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of `text` as half-open character ranges, by a plain rule."""
    start = 0
    for gap in _SENTENCE.finditer(text):
        if text[start : gap.start()].strip():
            yield start, gap.start()
        start = gap.end()
    if text[start:].strip():
        yield start, len(text)


def read(path: Path) -> list[dict[str, object]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def load(data: Path, keep_out: str) -> list[Row]:
    """All training rows that an extractive reader can use."""
    rows: list[Row] = []
    for name in ("squad2", "squad11", "squadshifts", "covidqa", "fairytaleqa", "qamr"):
        articles: dict[str, Article] = {}
        for a in read(data / name / "articles.jsonl.gz"):
            paragraphs = [tuple(p) for p in a.get("paragraphs") or [[0, len(a["text"])]]]
            articles[a["id"]] = Article(a["id"], title_of(a), a["text"], paragraphs)
        for q in read(data / name / "questions.jsonl.gz"):
            where = q["context"]
            if q["split"] != "train" or where["article_id"] == keep_out:
                continue
            if not q["unanswerable"] and not q.get("spans"):
                continue
            group = {"squad2": "squad2-none" if q["unanswerable"] else "squad2"}.get(name, name)
            if name == "squadshifts":
                group = {"new_wiki": "wiki", "reddit": "reddit"}.get(q["subset"], "amazon")
            spans = [
                (s["start"], s["end"])
                for s in q.get("spans") or []
                if s["article_id"] == where["article_id"] and s["end"] - s["start"] <= 200
            ]
            if spans or q["unanswerable"]:
                context = (where["start"], where["end"])
                answers = [*q["answers"], *(q.get("all_answers") or [])]
                rows.append(Row(group, q["question"].strip(), articles[where["article_id"]], context, spans, answers))
    return rows


def title_of(article: dict[str, object]) -> str:
    """The article's title, or some of its first words where the set has only a label."""
    title = str(article["title"])
    if re.match(r"Reddit comment|Amazon Reviews|Wiki\w+ page \d+", title):
        return " ".join(str(article["text"]).split()[: 3 + len(str(article["text"])) % 4])
    return title


class Nearest:
    """Paragraphs by BM25 over all paragraphs of one set."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.parts = [(a, p) for a in articles for p in a.paragraphs if p[1] - p[0] > 80]
        bags = [Counter(_WORD.findall(a.text[p[0] : p[1]].lower())) for a, p in self.parts]
        self.mean = sum(b.total() for b in bags) / max(1, len(bags))
        self.postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for i, bag in enumerate(bags):
            for word, n in bag.items():
                self.postings[word].append((i, n * 2.2 / (n + 1.2 * (0.25 + 0.75 * bag.total() / self.mean))))

    def find(self, question: str, limit: int) -> list[tuple[Article, tuple[int, int]]]:
        scores: dict[int, float] = defaultdict(float)
        for word in set(_WORD.findall(question.lower())):
            found = self.postings.get(word, [])
            if len(found) > len(self.parts) / 4:
                continue
            weight = log(1 + len(self.parts) / (len(found) + 0.5))
            for i, value in found:
                scores[i] += weight * value
        return [self.parts[i] for i in sorted(scores, key=lambda i: -scores[i])[:limit]]


class Maker:
    """Turns rows into windows, with random crops, titles and question forms."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def window(self, group: str, row: Row, text: str, start: int = 0, end: int = 0, *, question: str = "") -> Window:
        titled = self.random.random() < (0.7 if row.group in ("squad2", "squad2-none") else 0.5)
        asked = self.form(question or row.question)
        return Window(group, asked, row.article.title if titled else "", text, start, end)

    def form(self, question: str) -> str:
        """The question as it is, or at times as people type it."""
        form = self.random.random()
        if form < 0.08:
            return question.rstrip("? ")
        return keywords(question) if form < 0.13 else question

    def span(self, row: Row) -> tuple[int, int]:
        return self.random.choice(row.spans)

    def crop(self, row: Row, start: int, end: int) -> tuple[int, int]:
        """Whole sentences of the article around start:end, with the answer at a random place."""
        inside = row.article.sentences
        first = max(i for i, (a, _) in enumerate(inside) if a <= start or i == 0)
        last = min(i for i, (_, b) in enumerate(inside) if b >= end or i == len(inside) - 1)
        goal = self.random.uniform(60, 190) * CHARS_A_TOKEN
        while inside[last][1] - inside[first][0] < goal:
            sides = [s for s, ok in ((0, first > 0), (1, last < len(inside) - 1)) if ok]
            if not sides:
                break
            if self.random.choice(sides):
                last += 1
            else:
                first -= 1
        return inside[first][0], inside[last][1]

    def answerable(self, row: Row) -> Window:
        start, end = self.span(row)
        a, b = row.context
        if b - a > 1500 or row.group == "qamr" or self.random.random() < 0.4:
            a, b = self.crop(row, start, end)
        return self.window(row.group, row, row.article.text[a:b], start - a, end - a)

    def human_none(self, row: Row) -> Window:
        # The whole paragraph: what makes the question look answerable stands somewhere in it.
        a, b = row.context
        return self.window(row.group, row, row.article.text[a:b])

    def swapped(self, row: Row) -> Window | None:
        start, end = self.span(row)
        a, b = row.context
        if b - a > 1500 or row.group == "qamr":
            a, b = self.crop(row, start, end)
        text = row.article.text
        names = nearby_names(text[a:b], text[max(0, a - 4000) : b + 4000])
        question = spoiled(row.question, names, text[start:end], self.random)
        return self.window("swapped", row, text[a:b], question=question) if question else None

    def cut(self, row: Row) -> Window | None:
        """The surroundings of the answer, without any sentence that holds one of the answers."""
        start, end = self.span(row)
        a, b = row.context
        if b - a > 1500 or row.group == "qamr":
            a, b = self.crop(row, start, end)
        text, answers = row.article.text, {x.lower() for x in row.answers if x.strip()}
        kept = [
            text[max(x, a) : min(y, b)]
            for x, y in row.article.sentences
            if x < b
            and y > a
            and not any(w in text[x:y].lower() for w in answers)
            and not any(x < e and y > s for s, e in row.spans)
        ]
        return self.window("cut", row, " ".join(kept)) if sum(map(len, kept)) > 150 else None

    def sentence(self, row: Row) -> Window | None:
        """The sentence with the answer, alone."""
        start, end = self.span(row)
        inside = [(a, b) for a, b in row.article.sentences if a <= start and end <= b]
        if not inside:
            return None
        a, b = inside[0]
        return self.window("sentence", row, row.article.text[a:b], start - a, end - a)

    def other_sentence(self, row: Row) -> Window | None:
        """The sentence of the context that shares most with the question and does not answer it, or the next such."""
        answers = {x.lower() for x in row.answers if x.strip()}
        asked = {w for w in _WORD.findall(row.question.lower()) if len(w) > 3}
        near: list[tuple[int, str]] = []
        for a, b in row.article.sentences:
            text = row.article.text[a:b]
            if a < row.context[0] or b > row.context[1] or any(w in text.lower() for w in answers):
                continue
            shared = len(asked & set(_WORD.findall(text.lower())))
            if shared and not any(a < e and b > s for s, e in row.spans):
                near.append((-shared, text))
        near.sort()
        chosen = near[min(int(self.random.expovariate(1.5)), len(near) - 1)][1] if near else ""
        return self.window("sentence-none", row, chosen) if chosen else None

    def swapped_sentence(self, row: Row) -> Window | None:
        """The sentence with the answer, alone, under a question that was changed so that it no longer fits."""
        found, spoiled_window = self.sentence(row), self.swapped(row)
        if not found or not spoiled_window:
            return None
        return Window("sentence-none", spoiled_window.question, found.title, found.text, 0, 0)

    def others(self, row: Row, index: Nearest, limit: int) -> list[tuple[Article, tuple[int, int]]]:
        """Of the `limit` paragraphs nearest to the question those that are not its own and hold no answer of it."""
        answers = {x.lower() for x in row.answers if x.strip()}
        return [
            (article, part)
            for article, part in index.find(row.question, limit)
            if not (article is row.article and part[0] < row.context[1] and part[1] > row.context[0])
            and not any(w in article.text[part[0] : part[1]].lower() for w in answers)
        ]

    def elsewhere(self, row: Row, index: Nearest) -> Window | None:
        near = self.others(row, index, 8)
        if not near:
            return None
        article, (a, b) = near[min(int(self.random.expovariate(1.0)), len(near) - 1)]
        other = Row(row.group, row.question, article, (a, b), [], row.answers)
        return self.window("elsewhere", other, article.text[a : min(b, a + 1100)])

    def compared(self, row: Row, index: Nearest) -> list[Window]:
        """The question's own passage, then SET - 1 of the nearest others, in one form; empty when they are too few."""
        near = self.others(row, index, 12)
        if len(near) < SET - 1:
            return []
        own = self.answerable(row) if row.spans else self.human_none(row)
        chosen = [near[i] for i in sorted(self.random.sample(range(min(len(near), 6)), SET - 1))]
        asked, titled = self.form(row.question), self.random.random() < 0.8
        return [
            Window("set", asked, row.article.title if titled else "", own.text, own.start, own.end),
            *(
                Window("set", asked, article.title if titled else "", article.text[a : min(b, a + 1100)], 0, 0)
                for article, (a, b) in chosen
            ),
        ]


class Makings:
    """The rows by group, and where other paragraphs are looked for."""

    def __init__(self, rows: Sequence[Row], qamr: int, maker: Maker) -> None:
        self.by_group: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            self.by_group[row.group].append(row)
        maker.random.shuffle(self.by_group["qamr"])
        self.by_group["qamr"] = self.by_group["qamr"][:qamr]
        wikipedia = ("squad2", "squad2-none", "squad11", "wiki")
        self.sets = {g: ("wikipedia" if g in wikipedia else g) for g in self.by_group}
        self.indexes = {
            name: Nearest({id(r.article): r.article for r in rows if self.sets.get(r.group) == name}.values())
            for name in set(self.sets.values())
        }


def passage_windows(makings: Makings, maker: Maker) -> Iterator[Window]:
    """Windows of about a passage; drawn anew on each call."""
    for group, members in makings.by_group.items():
        for _ in range(COPIES.get(group, 1)):
            for row in members:
                yield maker.human_none(row) if group == "squad2-none" else maker.answerable(row)
    for group, (swap, other, cut) in MADE.items():
        for row in makings.by_group[group]:
            made: list[Window | None] = []
            if maker.random.random() < swap:
                made.append(maker.swapped(row))
            if maker.random.random() < other:
                made.append(maker.elsewhere(row, makings.indexes[makings.sets[group]]))
            if maker.random.random() < cut:
                made.append(maker.cut(row))
            yield from (w for w in made if w)


def sentence_windows(makings: Makings, maker: Maker) -> Iterator[Window]:
    """Windows of one sentence; drawn anew on each call."""
    for group, members in makings.by_group.items():
        for row in members if group != "qamr" else ():
            made: list[Window | None] = []
            for _ in range(2 if group.startswith("squad2") else 1):
                if row.spans:
                    made.append(maker.sentence(row))
                if group not in ("reddit", "amazon") or maker.random.random() < 0.5:
                    made.append(maker.other_sentence(row))
            if row.spans and maker.random.random() < 0.4:
                made.append(maker.swapped_sentence(row))
            yield from (w for w in made if w)


def set_windows(makings: Makings, maker: Maker) -> Iterator[list[Window]]:
    """Sets of windows that are compared with each other."""
    for group in SETS_OF:
        for row in makings.by_group[group]:
            made = maker.compared(row, makings.indexes[makings.sets[group]])
            if made:
                yield made


@dataclass(slots=True)
class Encoded:
    ids: list[int]
    group: int
    text_at: int  # first piece of the passage text
    passage_at: int  # first piece of the second segment (the title's, when there is one)
    start: int
    end: int


def encode(tokenizer: Tokenizer, w: Window) -> Encoded | None:
    """The window in word pieces, or None when the answer does not fit."""
    lead = f"{w.title}. " if w.title else ""
    encoded = tokenizer.encode(w.question[:200], lead + w.text)
    second = [i for i, s in enumerate(encoded.sequence_ids) if s == 1]
    inside = [i for i in second if encoded.offsets[i][0] >= len(lead)]
    if len(inside) < 8 or second[0] > 64:
        return None
    ids, start, end = encoded.ids[:MAX_TOKENS], 0, 0
    if len(encoded.ids) > MAX_TOKENS:
        ids[-1] = encoded.ids[-1]
    if w.end > w.start:
        a, b = w.start + len(lead), w.end + len(lead)
        hits = [i for i in inside if encoded.offsets[i][0] < b and encoded.offsets[i][1] > a]
        if not hits or hits[-1] >= len(ids) - 1 or hits[-1] - hits[0] >= 40:
            return None
        start, end = hits[0], hits[-1]
    return Encoded(ids, GROUPS.index(w.group), inside[0], second[0], start, end)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", type=Path, required=True)
    ask.add_argument("--tokenizer", type=Path, required=True)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--keep-out", default=KEEP_OUT)
    ask.add_argument("--qamr", type=int, default=12_000)
    ask.add_argument("--seed", type=int, default=3)
    ask.add_argument("--rounds", type=int, default=2, help="how often the windows of passages are drawn")
    ask.add_argument("--show", type=int, default=0, help="print this many windows of each group")
    args = ask.parse_args()
    tokenizer = Tokenizer.from_file(str(args.tokenizer))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    shown: Counter[str] = Counter()
    done: list[Encoded] = []
    maker = Maker(args.seed)
    makings = Makings(load(args.data, args.keep_out), args.qamr, maker)
    rounds = [passage_windows(makings, maker) for _ in range(args.rounds)]
    alone = ([w] for w in chain(*rounds, sentence_windows(makings, maker)))
    for together in chain(alone, set_windows(makings, maker)):
        for w in together:
            if shown[w.group] < args.show:
                shown[w.group] += 1
                print(f"{w.group} | {w.question} | {w.title} | {w.text[:300]!r} | {w.text[w.start : w.end]!r}")
        encoded = [one for w in together if (one := encode(tokenizer, w))]
        if len(encoded) == len(together):
            done.extend(encoded)
    for i, group in enumerate(GROUPS):
        print(f"{group:12} {sum(e.group == i for e in done):6}")
    lengths = np.array([len(e.ids) for e in done], dtype=np.int32)
    print(f"{len(done)} windows, {lengths.mean():.0f} word pieces on average")
    table = np.array([[e.group, e.passage_at, e.text_at, e.start, e.end] for e in done], dtype=np.int16)
    np.savez(
        args.out, ids=np.concatenate([np.array(e.ids, dtype=np.uint16) for e in done]), lengths=lengths, table=table
    )


if __name__ == "__main__":
    main()
