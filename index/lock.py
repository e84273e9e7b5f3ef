"""One owner for a library: a second process is told who holds it."""

from __future__ import annotations

import json
import os
import socket
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from .errors import LibraryBusy, StoreFailed

_LOCK = "lock"
_OWNER = "owner.json"


class Lock:
    """The right to use a library's folder, held until `close`. It ends with the process, however that ends."""

    def __init__(self, home: Path) -> None:
        """Takes the lock on `home`. Raises LibraryBusy when it is held, here or in another process."""
        from filelock import FileLock, Timeout

        self.home = home
        # The lock is the system's, on an open file, so that a dead process holds none. Its owner's name stands
        # in a file beside it, because taking a lock empties the file.
        self._lock = FileLock(home / _LOCK, blocking=False, thread_local=False, is_singleton=False)
        try:
            self._lock.acquire()
        except Timeout as err:
            raise LibraryBusy(_told(home, _owner(home))) from err
        except OSError as err:
            raise StoreFailed(f"{home}: its lock cannot be taken ({err.strerror or err})") from err
        self._write({})

    @property
    def held(self) -> bool:
        """Whether it has not been closed."""
        return self._lock.is_locked

    def announce(self, window: str) -> None:
        """Lets a second process name `window`, the address of the window that has this library open."""
        self._write({"window": window})

    def close(self) -> None:
        """Lets go. Closing twice does nothing."""
        if self._lock.is_locked:
            (self.home / _OWNER).unlink(missing_ok=True)
            self._lock.release()

    def _write(self, more: dict[str, str]) -> None:
        owner = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "command": _command(),
            "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        }
        try:
            (self.home / _OWNER).write_text(json.dumps(owner | more), encoding="utf-8")
        except OSError:
            return  # a name to show is not worth failing for: on a full disk the library still opens to read


def _command() -> str:
    """What was started, without its arguments: they can hold questions."""
    name = Path(sys.argv[0] or "python").name if sys.argv else "python"
    verb = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1].isalpha() else ""
    return f"{name} {verb}".strip() if name == "pincite" else name


def _owner(home: Path) -> dict[str, Any]:
    try:
        owner = json.loads((home / _OWNER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return owner if isinstance(owner, dict) else {}


def _told(home: Path, owner: dict[str, Any]) -> str:
    if owner.get("pid") == os.getpid():
        return f"{home} is already open in this program: close that library first, or use the one it has"
    named = f"`{owner['command']}`" if owner.get("command") else "another process"
    facts = [f"process {owner['pid']}"] if owner.get("pid") else []
    if owner.get("host") not in (None, socket.gethostname()):
        facts.append(f"on {owner['host']}")
    if since := _since(str(owner.get("since", ""))):
        facts.append(f"since {since}")
    inside = f" ({', '.join(facts)})" if facts else ""
    window = f"ask through its window at {owner['window']}, " if owner.get("window") else ""
    return f"{home} is in use by {named}{inside}: stop it, {window}or use another --home"


def _since(moment: str) -> str:
    """The time of day, with the day before it when that is not today."""
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    return f"{at:%H:%M}" if at.date() == datetime.now().astimezone().date() else f"{at:%Y-%m-%d %H:%M}"
