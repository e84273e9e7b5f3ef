"""Bytes to text: by mark, by what the page declares, as UTF-8, or by a guess."""

from __future__ import annotations

import codecs
from itertools import pairwise

from .draft import Unreadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes({*range(32)} - set(b"\t\n\r\f\x0b\x1b"))
_SAMPLE = 65_536


def decode(data: bytes, *, declared: str | None = None) -> str:
    """`data` as text: by its byte order mark, the `declared` encoding, as UTF-8, or by a guess.

    Raises Unreadable when it is not text. A few bytes that do not fit become U+FFFD.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    encoding = _wide_encoding(data)
    if encoding:
        return data.decode(encoding, "replace")
    if is_binary(data):
        raise Unreadable("it is not text but binary data: add the article as text, a web page, a PDF or a Word file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared and (text := _decoded(data, declared)):
        return text
    text = data.decode("utf-8", "replace")
    # UTF-8 with some damage: far more of it fits than would by chance.
    if text.count("\ufffd") * 20 < sum(char > "\x7f" for char in text[:1_000_000]):
        return text
    return _guessed(data)


def is_binary(data: bytes) -> bool:
    """Whether control characters that no text has make up over 2 % of the beginning, the middle or the end."""
    middle = max(0, len(data) // 2 - _SAMPLE // 2)
    for sample in (data[:_SAMPLE], data[middle : middle + _SAMPLE], data[-_SAMPLE:]):
        if len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) // 50:
            return True
    return False


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without its mark: every second byte of Latin text is then zero, or three of four."""
    sample = data[:4_096]
    quads = len(sample) // 4
    if quads >= 4 and sample[2::4].count(0) + sample[1::4].count(0) >= 2 * quads:
        if sample[3::4].count(0) == quads and not sample[::4].count(0):
            return "utf-32-le"
        if sample[::4].count(0) == quads and not sample[3::4].count(0):
            return "utf-32-be"
    pairs = len(sample) // 2
    if pairs >= 4 and sample[1::2].count(0) > pairs * 0.6 and not sample[::2].count(0):
        return "utf-16-le"
    if pairs >= 4 and sample[::2].count(0) > pairs * 0.6 and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _decoded(data: bytes, encoding: str) -> str | None:
    """`data` in `encoding`, if that is a known one and mostly fits."""
    try:
        # Web pages say Latin-1 and mean Windows-1252 (WHATWG Encoding Standard).
        name = codecs.lookup(encoding).name
        text = data.decode("cp1252" if name in ("iso8859-1", "ascii") else name, "replace")
    except (LookupError, UnicodeError, ValueError):
        return None
    return text if text.count("\ufffd") * 100 <= len(text) else None


# What text of a region has beside ASCII letters, in the encoding its files are likely to be in. Guessers by
# statistics tell these from one another badly when a text is short (charset-normalizer 3.5 reads "für Ärzte"
# in Latin-1 as Turkish in cp1250).
_PUNCTUATION = "‘’“”„–—…•«»°·€£§©®™ \xa0"
_LATIN = {
    "cp1252": "éèêëàâäáãåçîïíìôöóòõøûüùúñßæœÿ¿¡ºª½",
    "cp1250": "ąćęłńóśźżáčďéěíňřšťúůýžľĺŕäôöüőűâăîşţđ",
    "iso8859-2": "ąćęłńóśźżáčďéěíňřšťúůýžľĺŕäôöüőűâăîşţđ",
    "cp1254": "çğıöşüâîû",
    "cp1257": "āčēģīķļņšūžąęėįųõäöü",
}


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes

    sample = data[: 4 * _SAMPLE]
    shares = {encoding: _fitting(sample.decode(encoding, "replace"), encoding) for encoding in _LATIN}
    likely = max(shares, key=lambda encoding: shares[encoding])
    if shares[likely] > 0.8:
        return data.decode(likely, "replace")
    best = from_bytes(sample).best()
    if best is None:
        raise Unreadable("it is in no encoding that is known: save it as UTF-8 text")
    return data.decode(best.encoding, "replace")


def _fitting(text: str, encoding: str) -> float:
    """The share of the characters beyond ASCII that are usual there; none where most of the text is such."""
    own = _LATIN[encoding] + _LATIN[encoding].upper() + "İ" * (encoding == "cp1254")
    high = [(before, char) for before, char in pairwise(" " + text) if char > "\x7f"]
    if len(high) * 3 > len(text):
        return 0.0
    usual = sum(
        char in _PUNCTUATION or (char in own and not (char.isupper() and before.islower())) for before, char in high
    )
    return usual / max(1, len(high))
