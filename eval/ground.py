"""Where each passage of a library's articles stands, and which of them bear on a case."""

from __future__ import annotations

from collections.abc import Iterable

from ..rag import Library
from .cases import Case, Place
from .scores import Searched


class Ground:
    """The places of all passages of some articles."""

    def __init__(self, library: Library, article_ids: Iterable[str]) -> None:
        self._places: dict[str, Place] = {}
        self._by_article: dict[str, list[Place]] = {}
        for id in article_ids:
            places = {p.id: Place(p.article_id, p.start, p.end) for p in library.passages(id)}
            self._places.update(places)
            self._by_article[id] = list(places.values())

    def searched(self, case: Case, retrieved: Iterable[str]) -> Searched:
        """What a search for `case` brought, `retrieved` being the passages' ids, best first."""
        found = tuple(self._places[id] for id in retrieved if id in self._places)
        homes = dict.fromkeys(one.article_id for one in case.evidence)
        relevant = sum(case.rests_on(place) for home in homes for place in self._by_article.get(home, ()))
        return Searched(found, relevant)

    def has_article_of(self, case: Case) -> bool:
        """Whether an article that the case rests on is here with its words."""
        return any(one.article_id in self._by_article for one in case.evidence)

    def holds_whole(self, case: Case) -> bool:
        """Whether one passage holds a whole piece of the evidence, not a part only."""
        return any(
            place.start <= one.start and one.end <= place.end
            for one in case.evidence
            for place in self._by_article.get(one.article_id, ())
        )
