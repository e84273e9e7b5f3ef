"""The bytes of an answer, unpacked within bounds."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

BODY_BYTES = 50_000_000  # before decompression, and again after it
SAVE_IT = "open it in a browser, save it, and add the file"


class BadBody(Exception):
    """An answer's bytes are too many, or damaged; the message says which and what to do."""


def unpacked(chunks: Iterable[bytes], encoding: str) -> bytes:
    """The bytes of `chunks`, decompressed. Raises BadBody when they are too many, before or after."""
    encoding = encoding.strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise BadBody(f"it is compressed in a way that was not asked for ({encoding[:40]}): {SAVE_IT}")
    body = bytearray()
    for chunk in _capped(chunks) if encoding in ("", "identity") else _inflated(_capped(chunks)):
        body += chunk
        if len(body) > BODY_BYTES:
            raise BadBody(_too_large())
    return bytes(body)


def _capped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > BODY_BYTES:
            raise BadBody(_too_large())
        yield chunk


def _too_large() -> str:
    return f"it is over {BODY_BYTES / 1e6:.0f} MB: {SAVE_IT} in parts"


def _inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """`chunks` decompressed, at most a megabyte at a time, whatever they claim to hold."""
    stream = zlib.decompressobj(wbits=47)  # gzip or zlib, by its first bytes
    begun = False
    try:
        for chunk in chunks:
            left = chunk
            while left:
                if not begun and not _is_wrapped(left):
                    stream = zlib.decompressobj(wbits=-15)  # some servers send deflate without its wrapping
                begun = True
                yield stream.decompress(left, 1_000_000)
                left = stream.unconsumed_tail
                if stream.eof and stream.unused_data:
                    left, stream = stream.unused_data, zlib.decompressobj(wbits=47)
    except zlib.error as err:
        raise BadBody(f"its compression is damaged: try again later, or {SAVE_IT}") from err
    if not stream.eof:
        raise BadBody(f"it came cut short: try again later, or {SAVE_IT}")


def _is_wrapped(head: bytes) -> bool:
    return head[:1] == b"\x1f" or (head[0] & 0x0F == 8 and len(head) > 1 and (head[0] * 256 + head[1]) % 31 == 0)
