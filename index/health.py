"""Whether the stores agree."""

from __future__ import annotations

from dataclasses import dataclass

from .catalog import Catalog
from .compare import compared
from .errors import StoreFailed
from .faults import IndexHurt
from .matching import Matching
from .nearest import Nearest

SHOWN = 3  # articles named; the others are counted


@dataclass(frozen=True, slots=True)
class Health:
    """Counts by store, and what is wrong in each: sentences, none when all is well."""

    articles: int
    passages: int  # ready, in the catalog
    vectors: int  # rows in Chroma
    keywords: int  # rows in tantivy
    catalog_faults: tuple[str, ...] = ()
    vector_faults: tuple[str, ...] = ()
    keyword_faults: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """Whether nothing differs."""
        return not (self.catalog_faults or self.vector_faults or self.keyword_faults)

    @property
    def told(self) -> str:
        """What is wrong, in one line."""
        return "; ".join((*self.catalog_faults, *self.vector_faults, *self.keyword_faults))


def examined(catalog: Catalog, nearest: Nearest, matching: Matching) -> Health:
    """The health of a library's stores. Chroma is opened for it, and mended when it was not closed in order."""
    articles, passages = catalog.count()
    texts, misfits = catalog.changed_texts(), catalog.misfits(nearest.dim)
    wrong = [f"the text of {one.source} (version {one.version}) was changed by another hand" for one in texts[:SHOWN]]
    wrong += [f"the passages of {one.source} do not fit its text" for one in misfits[:SHOWN]]
    if (more := len(texts) + len(misfits) - len(wrong)) > 0:
        wrong.append(f"and {more:,} articles more")
    begun = [f"{count} articles {state}" for state, count in catalog.unsettled().items()]
    vectors, vector_faults = 0, list[str]()
    try:
        index = nearest.opened()
        vectors = index.count()
        strays = [] if misfits else compared(index, catalog, nearest.dim)  # misfits have no vector to compare with
        vector_faults = [f"the vector index holds {len(strays)} passages too many"] if strays else []
    except (IndexHurt, StoreFailed) as err:
        vector_faults = [str(err)]
    held, wanted = matching.opened().ids(), set(catalog.passage_ids("ready"))
    lacking, extra = len(wanted - set(held)), len(held) - len(wanted & set(held))
    counted = ((lacking, "lacks {} passages"), (extra, "holds {} passages too many"))
    keyword_faults = [f"the keyword index {words.format(n)}" for n, words in counted if n]
    return Health(
        articles,
        passages,
        vectors,
        len(held),
        tuple(catalog.faults() + begun + wrong),
        tuple(vector_faults),
        tuple(keyword_faults),
    )
