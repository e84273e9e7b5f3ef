"""How surely copies of one text are grouped, and nothing else is: `python benchmarks/copies.py [FOLDER]`.

Copies are planted: each article is cut, edited, given another headline and byline, put in another order, or all of it
together. Beside them stand stories that are no copies, though they share words: a new story that repeats a third of an
old one as its background, one with the same long quotes, one with the same paragraph about a company at its end, and a
round-up of the first paragraphs of several. The articles are the project's own and, with FOLDER, the hand-made bodies
of `FOLDER/article_extraction/pages.jsonl.gz`. Pairs are judged as the library groups them, so a chain counts whole.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from hashing import Hashing  # noqa: E402

from pincite.index import Article, open_index, read_all  # noqa: E402
from pincite.index.likeness import bands, shingles, signature  # noqa: E402

LEAST_WORDS = 120
COMPANY = """About the company: founded in a shed beside the canal, it makes pumps, valves and measuring instruments for
waterworks in 31 countries, employs 2,400 people at six sites, and has belonged to a foundation since the death of its
founder. Statements about the future rest on expectations that may turn out to be wrong, and nobody is bound to correct
them afterwards. For inquiries the press office can be reached on working days between nine and five."""


class Planter:
    """Makes copies and stories that are none."""

    def __init__(self, originals: Sequence[Article], seed: int) -> None:
        self._rng = random.Random(seed)
        self._originals = originals
        self._words = sorted({word for one in originals for word in re.findall(r"[a-z]{4,}", one.text)})

    # Copies

    def edited(self, text: str) -> str:
        """One word in fifteen replaced, one sentence in twelve gone."""
        sentences = [one for one in _sentences(text) if self._rng.random() > 1 / 12]
        words = " ".join(sentences).split(" ")
        return " ".join(self._rng.choice(self._words) if self._rng.random() < 1 / 15 else word for word in words)

    def cut(self, text: str) -> str:
        """The first 30 to 75 % of the sentences, as an editor cuts from the end."""
        sentences = _sentences(text)
        return " ".join(sentences[: max(4, round(len(sentences) * self._rng.uniform(0.3, 0.75)))])

    def headed(self, text: str) -> str:
        """With another headline, byline and place before it, and a line of the paper's own behind."""
        names = self._rng.sample(self._words, 8)
        head = f"{' '.join(names[:5]).capitalize()}\n\nBy {names[5].title()} {names[6].title()}"
        foot = "This story was changed to meet our style. Subscribe to read all of our reports."
        return f"{head}, {names[7].title()} (Agency) – {text}\n\n{foot}"

    def reordered(self, text: str) -> str:
        """Its paragraphs in another order."""
        parts = _paragraphs(text)
        self._rng.shuffle(parts)
        return "\n\n".join(parts)

    def everything(self, text: str) -> str:
        """Cut, edited, and with another head."""
        return self.headed(self.edited(self.cut(text)))

    # No copies

    def sequel(self, text: str) -> str:
        """A new story of the same length, a third of it the old one's background."""
        sentences = _sentences(text)
        background = sentences[: max(1, round(len(sentences) / 3))]
        return " ".join([*self._news(len(sentences) - len(background)), *background])

    def quoting(self, text: str) -> str:
        """A new story with a fifth of the old one's sentences, here and there."""
        sentences = _sentences(text)
        made = self._news(len(sentences))
        for sentence in self._rng.sample(sentences, max(1, len(sentences) // 5)):
            made.insert(self._rng.randrange(len(made) + 1), sentence)
        return " ".join(made)

    def announced(self, text: str) -> str:
        """A new story that ends with the paragraph about the company, which others end with too."""
        return " ".join(self._news(len(_sentences(text)))) + "\n\n" + COMPANY

    def round_up(self, texts: Sequence[str]) -> str:
        """The first two sentences of several stories."""
        return "\n\n".join(" ".join(_sentences(text)[:2]) for text in texts)

    def _news(self, count: int) -> list[str]:
        """Sentences that stand in no article: words of one sentence of each of many, mixed."""
        made = []
        for _ in range(max(1, count)):
            one, other = self._rng.sample(self._originals, 2)
            words = (
                self._rng.choice(_sentences(one.text)).split()[::2]
                + self._rng.choice(_sentences(other.text)).split()[::2]
            )
            self._rng.shuffle(words)
            made.append(" ".join(words).capitalize() + ".")
        return made


def _sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?])\s+", text) if one]


def _paragraphs(text: str) -> list[str]:
    parts = [one for one in text.split("\n\n") if one.strip()]
    if len(parts) > 2:
        return parts
    sentences = _sentences(text)
    return [" ".join(sentences[n : n + 3]) for n in range(0, len(sentences), 3)]


def originals(folder: Path | None) -> list[Article]:
    """The articles to plant copies of: none of them a copy of another."""
    own = [one for one in read_all([ROOT / "eval" / "data" / "articles"]) if isinstance(one, Article)]
    found = [one for one in own if not Path(one.source).stem.endswith("-copy")]
    if folder:
        with gzip.open(folder / "article_extraction" / "pages.jsonl.gz", "rt", encoding="utf-8") as lines:
            pages = [json.loads(line) for line in lines]
        found += [Article.create(page["url"], page["article_body"]) for page in pages]
    return [one for one in found if len(one.text.split()) >= LEAST_WORDS]


COPIES = ("edited", "cut", "headed", "reordered", "everything")
OTHERS = ("sequel", "quoting", "announced")


def planted(found: Sequence[Article], seed: int) -> list[tuple[str, str, Article]]:
    """Articles as (story, kind, article): those of one story are copies, and no others."""
    planter = Planter(found, seed)
    made = [(one.source, "original", one) for one in found]
    for one in found:
        for kind in COPIES:
            text = getattr(planter, kind)(one.text)
            made.append((one.source, kind, Article.create(f"{one.source}#{kind}", text)))
        for kind in OTHERS:
            source = f"{one.source}#{kind}"
            made.append((source, kind, Article.create(source, getattr(planter, kind)(one.text))))
    for n in range(0, len(found) - 8, 8):
        text = planter.round_up([one.text for one in found[n : n + 8]])
        made.append((f"round-up {n}", "round-up", Article.create(f"round-up {n}", text)))
    random.Random(seed).shuffle(made)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--seed", type=int, default=4)
    chosen = parser.parse_args()
    made = planted(originals(chosen.folder), chosen.seed)
    story = {article.id: name for name, _, article in made}
    kinds = {article.id: kind for _, kind, article in made}
    with tempfile.TemporaryDirectory() as home, open_index(home, Hashing()) as index:
        list(index.add(article for _, _, article in made))
        groups = index.copies(story)
    found = {frozenset((id, copy.id)) for id, copies in groups.items() for copy in copies}
    stories: dict[str, list[str]] = {}
    for id, name in story.items():
        stories.setdefault(name, []).append(id)
    wanted = {frozenset(pair) for ids in stories.values() for pair in combinations(ids, 2)}
    right = found & wanted
    print(f"{len(made)} articles of {len(stories)} stories; {len(wanted)} pairs of copies, {len(found)} found")
    print(f"precision {len(right) / len(found):.4f}, recall {len(right) / len(wanted):.4f}")
    originals_of = {name: id for id, name in story.items() if kinds[id] == "original"}
    for kind in COPIES:
        ids = [id for id in story if kinds[id] == kind]
        with_original = sum(frozenset((id, originals_of[story[id]])) in found for id in ids)
        print(f"  {kind:<11} {with_original} of {len(ids)} grouped with their original")
    wrong = Counter(kind for pair in found - wanted for kind in {kinds[id] for id in pair})
    print(f"  wrong pairs: {len(found - wanted)}, by kind of those in them: {dict(wrong)}")
    start = perf_counter()
    for _, _, article in made:
        bands(signature(shingles(article.text)))
    print(f"a signature takes {(perf_counter() - start) / len(made) * 1000:.2f} ms")


if __name__ == "__main__":
    main()
