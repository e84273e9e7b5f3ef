"""XML as a tree, read so that nothing in it is expanded, loaded or fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def xml_tree(data: bytes, *, mend: bool = True) -> Element | None:
    """The root element of `data`; None when it is no XML. With `mend`, what is broken is read as far as it goes.

    Entities of its own making stay unexpanded, and elements may be nested 256 deep.
    """
    import lxml.etree as etree

    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=mend)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def local_name(element: Any) -> str:
    """The name of an element without its namespace; empty for a comment or another thing that is no element."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
