"""The keyword index: tantivy in a folder of its own. A copy of the catalog that can be thrown away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .faults import index_errors
from .records import Row
from .words import STOP_WORDS, analyser, stems

if TYPE_CHECKING:
    import tantivy

_ANALYSER = "pincite"
_HEAP_BYTES = 32_000_000  # of the writer; tantivy's least is 15 million a thread
_TITLE_WEIGHT = 1.0
_TIE = 0.3  # the share of the weaker of title and text that counts beside the stronger
_MOST_CHARS = 20_000
_MOST_WORDS = 200  # of a question; each one more costs time and the first say what it is about


class Keywords:
    """Passage ids by the words they share with a text. Raises IndexHurt when tantivy fails, DiskFull without room.

    Searches may come from any thread; changes from one at a time.
    """

    def __init__(self, folder: Path | None) -> None:
        """Opens the index in `folder`, made when missing; in memory without one."""
        self.folder = folder
        self._writer: tantivy.IndexWriter | None = None
        with index_errors(folder, "opening the keyword index"):
            import tantivy

            if folder:
                folder.mkdir(mode=0o700, exist_ok=True)
            self._index = tantivy.Index(_schema(), path=str(folder) if folder else None)
            self._index.register_tokenizer(_ANALYSER, analyser())
            # By hand after each commit: watching the folder for changes takes a thread and comes late.
            self._index.config_reader("manual")
            self._index.reload()

    def put(self, rows: Sequence[Row]) -> None:
        """Adds rows, or replaces those of the same ids, all or none."""
        import tantivy

        with self._writing() as writer:
            for row in rows:
                writer.delete_documents_by_term("id", row.id)
                text = f"{row.heading}\n{row.text}" if row.heading else row.text
                writer.add_document(tantivy.Document(id=row.id, article=row.article_id, title=row.title, text=text))

    def drop(self, ids: Iterable[str]) -> None:
        """Takes rows out; ids that are not there are no error."""
        with self._writing() as writer:
            for id in ids:
                writer.delete_documents_by_term("id", id)

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        with index_errors(self.folder, "writing to the keyword index"):
            # Made late, since a library opened only to ask needs none; one thread, since batches are small and
            # the other cores belong to the embedder.
            writer = self._writer or self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
            self._writer = None  # after an error the writer is of no more use
            yield writer
            writer.commit()
            self._index.reload()
            self._writer = writer

    def search(self, text: str, k: int, article_ids: Collection[str] | None = None) -> list[tuple[str, float]]:
        """At most `k` passage ids with their BM25 score, best first, of these articles or of all.

        `text` may hold any characters; stop words in it count only when there is nothing else.
        """
        import tantivy

        with index_errors(self.folder, "searching the keyword index"):
            words = _searched(text)
            if not words or k < 1:
                return []
            query = self._query(words)
            if article_ids is not None:
                among = tantivy.Query.term_set_query(self._index.schema, "article", list(article_ids))
                among = tantivy.Query.const_score_query(among, 0.0)
                query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, among)])
            searcher = self._index.searcher()
            found = searcher.search(query, k, count=False)
            return [(searcher.doc(at).get_first("id"), float(score)) for score, at in found.hits]  # pyright: ignore

    def _query(self, words: Sequence[str]) -> tantivy.Query:
        from tantivy import Occur, Query

        schema = self._index.schema
        parts = []
        for word in words:
            title = Query.boost_query(Query.term_query(schema, "title", word, "freq"), _TITLE_WEIGHT)
            text = Query.term_query(schema, "text", word, "freq")
            parts.append((Occur.Should, Query.disjunction_max_query([title, text], _TIE)))
        return Query.boolean_query(parts)

    def count(self) -> int:
        """How many rows it holds."""
        with index_errors(self.folder, "counting the keyword index"):
            return self._index.searcher().num_docs

    def ids(self) -> list[str]:
        """Every id it holds."""
        import tantivy

        with index_errors(self.folder, "listing the keyword index"):
            searcher = self._index.searcher()
            found = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs), count=False)
            return [searcher.doc(at).get_first("id") for _, at in found.hits]  # pyright: ignore

    def close(self) -> None:
        """Lets go of the folder."""
        with index_errors(self.folder, "closing the keyword index"):
            writer, self._writer = self._writer, None
            if writer:
                writer.wait_merging_threads()


def _searched(text: str) -> list[str]:
    """The stems to look for, each once: those of the stop words only when there are no others."""
    words = dict.fromkeys(stems(text[:_MOST_CHARS].encode("utf-8", "ignore").decode()))
    telling = [word for word in words if word not in _stop_stems()]
    return (telling or list(words))[:_MOST_WORDS]


@cache
def _stop_stems() -> frozenset[str]:
    return frozenset(stems(" ".join(STOP_WORDS)))


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("article", tokenizer_name="raw", index_option="basic")
    # Frequencies without positions: enough for BM25, and the text cannot be read back from them.
    builder.add_text_field("title", tokenizer_name=_ANALYSER, index_option="freq")
    builder.add_text_field("text", tokenizer_name=_ANALYSER, index_option="freq")
    return builder.build()
