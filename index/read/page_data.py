"""What a web page says of itself in its markup, looked up by name: meta tags, JSON-LD, microdata, RDFa, classes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TYPES = re.compile(r"Article|BlogPosting|Report|Review|Recipe|SocialMediaPosting")
_BESIDE = re.compile(
    r"(?!has-|with-|no-|tag-|category-|type-|status-)(?:.*[-_])?"
    r"(?:comments?|related|recommend(?:ed|ations)?|sidebar|teasers?|widget|promo|popular|latest|trending|copyright|footer"
    r"|ticker|breaking)(?:[-_].*)?"
)
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*.{0,20}?\*/|<!\[CDATA\[)+|(?:-->|(?://)?\s*\]\]>|;|\s)+$", re.DOTALL
)
_BLOCKS = frozenset(("p", "li", "td", "blockquote", "dd"))
_BESIDE_CHARS = 40  # a day with more words than these beside it is told, not stamped


class PageData:
    """A page's own data, looked up by name."""

    def __init__(self, tree: HtmlElement, url: str | None) -> None:
        self.root = tree
        self.url = url or ""
        self._metas: dict[str, list[str]] = {}
        for tag in tree.iter("meta"):
            content = (tag.get("content") or "").strip()
            for name in (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").lower().split():
                if content:  # "dc:date" and "DC.date" are one name
                    self._metas.setdefault(name.replace(":", "."), []).append(content)
        headings = [shown_text(heading) for heading in tree.iter("h1")]
        # What holds the headline holds the article, whatever its class says ("with-sidebar").
        self._above_headings = {above for heading in tree.iter("h1") for above in heading.iterancestors()}
        titles = {letters(title) for title in (*headings, self.meta("og:title"), self.meta("twitter:title")) if title}
        nodes = list(_linked_data(tree))
        # Of several nodes the article with this page's headline speaks, then another article, then the page.
        self._linked = sorted(
            nodes,
            key=lambda node: (
                not _TYPES.search(str(node.get("@type", ""))),
                letters(unescape(str(node.get("headline", "")))) not in titles,
            ),
        )

    @property
    def language(self) -> str | None:
        """The language it declares, as it does."""
        declared = self.root.get("lang") or self.root.get("xml:lang") or self.linked("inLanguage")
        return str(declared or self.meta("og:locale", "dc.language", "content-language")) or None

    @property
    def sites(self) -> list[str]:
        """Names of its site, the one it gives first, its host's last."""
        host = (urlsplit(self.url).hostname or "").removeprefix("www.").rsplit(".", 1)[0]
        return [site for site in (self.meta("og:site_name", "application-name"), self.publisher, host) if site]

    @property
    def publisher(self) -> str:
        """The name of who publishes it, by its JSON-LD; empty when that gives none."""
        named = self.linked("publisher")
        one = named[0] if isinstance(named, list) and named else named
        if isinstance(one, dict) and not one.get("name"):  # said elsewhere, and only pointed to here
            one = next((node for node in self._linked if node.get("@id") == one.get("@id") and node.get("name")), {})
        name = one.get("name") if isinstance(one, dict) else one
        return unescape(name).strip() if isinstance(name, str) else ""

    def named_node(self, *types: str) -> str:
        """The name of the first JSON-LD object of one of these types."""
        for node in self._linked:
            kinds = node.get("@type")
            if not {str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])}.isdisjoint(types):
                return unescape(str(node.get("name") or "")).strip()
        return ""

    def meta(self, *names: str) -> str:
        """The content of the first of `names` that a meta tag has."""
        return next(iter(self.metas(*names)), "")

    def metas(self, *names: str) -> list[str]:
        """All contents of the first of `names` that a meta tag has."""
        found = (self._metas.get(name.replace(":", ".")) for name in names)
        return next((contents for contents in found if contents), [])

    def linked(self, name: str) -> Any:
        """The value of `name` in the page's JSON-LD, an article's before others'."""
        return next((node[name] for node in self._linked if node.get(name)), None)

    def item(self, *names: str) -> Iterator[HtmlElement]:
        """Elements of the article marked as one of `names`, in microdata or RDFa."""
        marked = self.root.xpath("body//*[@itemprop or @property] | self::body//*[@itemprop or @property]")
        words = ((one, f"{one.get('itemprop') or ''} {one.get('property') or ''}".split()) for one in marked)
        return self.own(one for one, found in words if any(word.rpartition(":")[2] in names for word in found))

    def classed(self, pattern: re.Pattern[str]) -> Iterator[HtmlElement]:
        """Elements of the article with a class or id in which `pattern` is found."""
        named = self.root.xpath(".//*[@class or @id]")
        return self.own(
            one for one in named if pattern.search(f"{one.get('class') or ''} {one.get('id') or ''}".lower())
        )

    def own(self, elements: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
        """The first of `elements` that stand in the article, not in comments, other stories or the footer."""
        return (element for element in islice(elements, 200) if not self._is_beside(element))

    def _is_beside(self, element: HtmlElement) -> bool:
        chars = len(shown_text(element)[:200])
        for around in (element, *element.iterancestors()):
            if around in self._above_headings:
                return False
            if around.tag in ("aside", "footer", "nav"):
                return True
            if around.tag == "a" and len(shown_text(around)) > chars + 10:  # another story's, with its headline
                return True
            names = f"{around.get('class', '')} {around.get('id', '')}".lower().split()
            if any(_BESIDE.fullmatch(name) for name in names):
                return True
        return False


def is_in_prose(element: HtmlElement) -> bool:
    """Whether `element` stands in a sentence of the text, and not in a line that says who and when."""
    block = next((around for around in element.iterancestors() if around.tag in _BLOCKS), None)
    text = shown_text(block) if block is not None else ""
    return len(text) > len(shown_text(element)) + _BESIDE_CHARS and text.endswith((".", "!", "?", "…", "。"))


def shown_text(element: HtmlElement) -> str:
    """The words of an element on one line."""
    return " ".join(" ".join(element.itertext()).split())


def letters(text: str) -> str:
    """`text` without what differs between two writings of one title."""
    return re.sub(r"\W+", "", text).casefold()


def _linked_data(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The JSON-LD objects of a page, those inside lists and graphs too."""
    for script in tree.iter("script"):
        if not (script.get("type") or "").strip().lower().startswith("application/ld+json"):
            continue
        try:
            found = json.loads(_WRAPPING.sub("", (script.text or "")[:1_000_000]), strict=False)
        except (ValueError, RecursionError):
            continue
        stack = [found]
        for _ in range(1_000):
            if not stack:
                break
            node = stack.pop(0)
            if isinstance(node, list):
                stack.extend(node)
            elif isinstance(node, dict):
                yield node
                stack.extend(node[name] for name in ("@graph", "mainEntity", "mainEntityOfPage") if name in node)
