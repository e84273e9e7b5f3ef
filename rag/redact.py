"""Keys kept out of whatever is written: one filter, fed with the real values."""

from __future__ import annotations

import logging
import re
from ipaddress import ip_address
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

HIDDEN = "(hidden)"
_SHORTEST = 6  # a shorter value would be cut out of ordinary words

_secrets: set[str] = set()
_lock = Lock()


def hide(*secrets: str | None) -> None:
    """From now on these values are in no log record of this process, whichever library makes it."""
    with _lock:
        new = {secret for secret in secrets if secret and len(secret) >= _SHORTEST} - _secrets
        _secrets.update(new)
        # A filter on a logger sees that logger's own records only, and handlers belong to the program.
        if new and not getattr(logging.getLogRecordFactory(), "pincite", False):
            logging.setLogRecordFactory(_redacting(logging.getLogRecordFactory()))


def redacted(text: str) -> str:
    """`text` without any of the values hidden so far."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def shown_address(url: str) -> str:
    """`url` for people: without what may be a name, a password or a key in it."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return (
        f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}" if parts.hostname else re.sub(r"[?#].*", "", url)
    )


def is_near(url: str | None) -> bool:
    """Whether `url` leads to this machine or into a private network."""
    host = (urlsplit(url).hostname or "") if url else ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".internal", ".lan")) or (bool(host) and "." not in host)


def password_in(url: str | None) -> str | None:
    """The password that `url` carries."""
    return urlsplit(url).password if url else None


def _message(record: logging.LogRecord) -> str:
    """What will be written: an address among the arguments may hide its password until then."""
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - whoever logs wrongly is told so by logging, not here
        return f"{record.msg} {record.args}"


def _redacting(factory: Any) -> Any:
    def make(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = factory(*args, **kwargs)
        told = _message(record)
        if redacted(told) != told:
            record.msg, record.args = redacted(told), ()
        if record.exc_info and record.exc_info[1]:
            told = logging.Formatter().formatException(record.exc_info)
            if redacted(told) != told:
                record.exc_text = redacted(told)  # a formatter uses it in place of the exception
        return record

    make.pincite = True  # type: ignore[attr-defined]
    return make
