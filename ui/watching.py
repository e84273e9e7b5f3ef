"""Following a folder for as long as the command runs.

By watchfiles, which uvicorn brings already: the system tells it of changes, so that a large folder costs nothing while
it rests. On a network share, where it cannot, WATCHFILES_FORCE_POLLING=1 makes it look instead.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

from ..rag import PinciteError
from .show import err

_PAUSE_MS = 1_000  # between looks; changes that come closer together are one
_TRY_AGAIN = 10  # pauses, after a look that failed: the library may be in use by another process


def keep_up(folder: Path, look: Callable[[bool], int], stop: Event | None = None) -> int:
    """Calls `look` now and whenever something below `folder` has changed, until stopped; 0.

    `look` is told whether to speak only of changes. It opens the library and closes it again, so that it can be asked
    in between. A look that fails says why and is tried again; the first one raises.
    """
    from watchfiles import watch

    look(False)
    err.print(f"following {folder}; Ctrl-C stops")
    told, wait, first = "", 0, True
    try:
        for found in watch(folder, stop_event=stop, rust_timeout=_PAUSE_MS, yield_on_timeout=True):
            wait = max(0, wait - 1)
            # What changed after the look above and before the watch began is seen by a second one, at little cost.
            if not (found or first or (told and not wait)):
                continue
            first = False
            try:
                look(True)
                told = ""
            except PinciteError as error:
                if str(error) != told:
                    err.print(f"{error}; tried again in {_TRY_AGAIN * _PAUSE_MS // 1000} s")
                told, wait = str(error), _TRY_AGAIN
    except KeyboardInterrupt:
        err.print("stopped")
    return 0
