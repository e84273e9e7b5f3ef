"""Which column of a table holds what of an article: guessed by their names, or as the person says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .draft import Unreadable

# By role, the usual names of its column, the likeliest first; compared without case, spaces and signs.
_NAMES = {
    "text": "text body content articletext articlebody fulltext maintext bodytext contenttext textcontent story article"
    " contents plaintext html bodyhtml contenthtml",
    "title": "title headline articletitle posttitle heading subject name",
    "date": "published date publishedat publishdate publicationdate pubdate datepublished publisheddate publishedon"
    " publicationday day postdate postedat createdat created time timestamp",
    "url": "url link articleurl sourceurl weburl pageurl canonicalurl permalink href uri",
    "authors": "author authors byline creator writer writers authorname authornames by",
    "language": "language lang locale",
    "site": "site sitename publication publisher outlet newspaper sourcename",
    "id": "id guid articleid docid documentid postid uuid key slug",
}
ROLES = tuple(_NAMES)
_SAME_ROLE = {
    "author": "authors",
    "published": "date",
    "link": "url",
    "body": "text",
    "lang": "language",
    "publication": "site",
}
_RATHER_THAN_NOTHING = "description summary abstract excerpt lead".split()
_LONG = 200  # characters on average: a column of articles, whatever it is called
_SAMPLE = 200  # rows
_SHOWN = 12  # names of columns in a message


def parsed_columns(told: str) -> dict[str, str]:
    """`told`, as in "text=body,title=headline", by role. Raises ValueError for what is no such list."""
    columns = {}
    for part in told.split(","):
        role, sign, name = part.partition("=")
        role = _SAME_ROLE.get(role.strip().lower(), role.strip().lower())
        if not sign or role not in ROLES:
            raise ValueError(f"{part.strip()!r} names no column: write it as text=body, with one of {', '.join(ROLES)}")
        columns[role] = name.strip()
    return columns


def columns_of(rows: Sequence[Mapping[str, Any]], told: Mapping[str, str]) -> dict[str, str]:
    """The name of the column for each role that there is one for; `told` comes first, and an empty name means none.

    Raises Unreadable when none holds the text, or when one that is told is not there.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    if missing := [name for name in told.values() if name and name not in names]:
        raise Unreadable(f"it has no column {missing[0]!r} ({_list(names)}): name another one with --columns")
    found = {role: name for role, name in told.items() if name}
    plain = {re.sub(r"[\W_]+", "", name).lower(): name for name in reversed(names)}
    for role in ROLES:
        if role not in told and (name := _first(_NAMES[role].split(), plain, found)):
            found[role] = name
    if "text" not in found:
        name = _longest(rows, names, found) or _first(_RATHER_THAN_NOTHING, plain, found)
        if not name:
            raise Unreadable(
                f"no column of it looks like the text of articles ({_list(names)}): name it with --columns text=NAME, "
                "or save the file as .txt to add it as one article"
            )
        found["text"] = name
    return {role: found[role] for role in ROLES if role in found}


def _first(likely: Sequence[str], plain: Mapping[str, str], taken: Mapping[str, str]) -> str:
    return next((plain[name] for name in likely if name in plain and plain[name] not in taken.values()), "")


def _longest(rows: Sequence[Mapping[str, Any]], names: Sequence[str], taken: Mapping[str, str]) -> str:
    """The column of the longest texts, if they are long enough to be articles."""
    sample = rows[:_SAMPLE]
    lengths = {name: sum(len(text) for row in sample if isinstance(text := row.get(name), str)) for name in names}
    free = [name for name in names if name not in taken.values()]
    best = max(free, key=lambda name: lengths[name], default="")
    return best if best and lengths[best] >= _LONG * len(sample) else ""


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(name[:60] for name in names[:_SHOWN])
    return f"its columns: {shown}{', …' if len(names) > _SHOWN else ''}"
