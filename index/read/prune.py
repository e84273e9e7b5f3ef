"""A page's tree without the boxes that stand inside its article and are no part of it.

benchmarks/extraction.py, article_extraction and page_segments: F1 0.970 and 0.926 without this, 0.971 and 0.926 with
quoted posts kept, 0.973 and 0.927 with boxes dropped by their names, 0.973 and 0.929 with labelled links dropped too.
Tried and left out: dropping every list or line of links (0.966 and 0.921) and every other `article` (0.963 and 0.922).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .leftovers import is_link_label

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BOX = re.compile(
    r"""(?:.*[-_])?(?:
      (?:newsletter|subscri(?:be|ption)|signup|sign-up)s?
    | cookies?[-_]?(?:notice|banner|consent|bar|law|policy|popup) | gdpr | consent
    | rollover | tooltip | popover | hovercard
    | related[-_]?(?:posts?|articles?|stor(?:y|ies)|links?|content|news|items?|reading|topics?|coverage)? | see[-_]?also
    | read[-_]?(?:more|next|also) | recommend(?:ed|ations?)? | you[-_]may[-_](?:also[-_])?like
    | most[-_]?(?:read|popular|viewed)
    | author[-_]?(?:box|bio|info|card|profile|description) | about[-_]?(?:the[-_])?author
    | shar(?:e|ing)[-_]?(?:bar|buttons?|links?|tools?|box|icons?|this)? | sharedaddy | addtoany | addthis
    | comments?[-_]?(?:area|list|section|form|respond)? | respond | disqus(?:_thread)?
    | correction[-_]?form | orphus | error[-_]?report | report[-_]?error | paywall | regwall
    | tag[-_]?(?:list|links|cloud) | tags | promo(?:[-_]?box)? | advert(?:isement)?s? | ads?[-_]?(?:box|slot|unit)
    | sponsored
    )(?:[-_].*)?""",
    re.IGNORECASE | re.VERBOSE,
)
# Names of what holds the text, and of its variants: "entry-content-read-more", "no-share".
_CONTENT = re.compile(r"(?:entry|post|article|story|page|main)[-_]?(?:content|body|text)|^(?:no|has|with)[-_]", re.I)
_BOX_TAGS = ("div", "section", "aside", "ul", "ol", "span", "p", "nav", "form", "footer", "details", "figure")
_BOX_SHARE = 0.25  # of the page's characters: a larger box holds the article, whatever its name says
_POST = re.compile(r"(?:twitter|instagram|bluesky|mastodon|tiktok|reddit)-")
_POST_NUMBER = re.compile(r"(?:^|\s)(post-\d+)(?:\s|$)")
_BRACKETS = re.compile(r"\[[^\]]{0,20}\]")  # "[WARNING]", a teaser's label


def prune(tree: HtmlElement) -> None:
    """Takes out of `tree` other stories, boxes told by their names, and links under "Read more" and its like."""
    body = tree.find(".//body")
    if body is None:
        return
    _free_quoted_posts(body)
    _drop_other_posts(body)
    most = _BOX_SHARE * _chars(body)
    for element in list(body.iter(*_BOX_TAGS)):
        names = f"{element.get('class') or ''} {element.get('id') or ''}".split()[:20]
        if any(_BOX.fullmatch(name) for name in names) and not any(_CONTENT.search(name) for name in names):
            _drop(element, most)
    _drop_labelled_links(body, most)


def _free_quoted_posts(body: HtmlElement) -> None:
    """Takes the names off posts quoted from other sites: trafilatura drops them as share buttons."""
    for quote in body.iter("blockquote"):
        if _POST.search(quote.get("class") or ""):
            chars = _chars(quote)
            for element in (quote, *quote.iterancestors()):
                if _chars(element) > chars + 20:
                    break
                element.attrib.pop("class", None)
                element.attrib.pop("id", None)


def _drop_other_posts(body: HtmlElement) -> None:
    """Drops the posts that WordPress shows inside another post."""
    for post in list(body.iter("article")):
        around = next(post.iterancestors("article"), None)
        if around is not None and _number(post) and _number(around) and _number(post) != _number(around):
            post.drop_tree()


def _number(post: HtmlElement) -> str:
    match = _POST_NUMBER.search(post.get("class") or "")
    return match.group(1) if match else ""


def _drop_labelled_links(body: HtmlElement, most: float) -> None:
    """Drops "Read more: A story", and under a line "Related" the blocks that are links only."""
    labelled = False
    for block in list(body.iter("p", "ul", "ol", "h2", "h3", "h4", "h5", "h6")):
        if block.getparent() is None or not _chars(block):
            continue
        has_links = block.find(".//a[@href]") is not None
        beside = _BRACKETS.sub(" ", _unlinked(block)).strip(" |>»•·–—-:")
        labelled = is_link_label(beside) or (labelled and has_links and not beside)
        if labelled:
            _drop(block, most)


def _drop(element: HtmlElement, most: float) -> None:
    if element.getparent() is not None and element.find(".//h1") is None and _chars(element) <= most:
        element.drop_tree()


def _chars(element: HtmlElement) -> int:
    """How many characters of `element` are shown."""
    shown = (one.text for one in element.iter() if isinstance(one.tag, str) and one.tag not in ("script", "style"))
    tails = (one.tail for one in element.iterdescendants())
    return sum(len(text.strip()) for text in (*shown, *tails) if text)


def _unlinked(element: HtmlElement) -> str:
    """The words of `element` that are no link's."""
    return " ".join(
        " ".join(element.xpath(".//text()[not(ancestor::a or ancestor::script or ancestor::style)]")).split()
    )
