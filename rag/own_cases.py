"""Cases that a person made of own questions, kept beside the library: one JSON object a line, in an evaluation
set's form.

    {"id", "question", "answers": [...], "unanswerable": bool, "evidence": [{"article_id", "version", "quote", "start",
    "end"}], "type": "own", "history": [{"role", "text"}], "made_at"}

`article_id` is the library's id. The window writes them, and `pincite eval --mine` runs them over the library itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..index import PinciteError

FILE = "mine.jsonl"


def own_cases_file(home: Path) -> Path:
    """Where the cases of the library in `home` are; there may be none yet."""
    return home / FILE


def add_own_case(home: Path, case: Mapping[str, Any]) -> Path:
    """Writes one case behind the others; the file it is in. Raises PinciteError when it cannot be written."""
    path = own_cases_file(home)
    line = json.dumps(case, ensure_ascii=False) + "\n"
    try:
        # One write of one line: a crash leaves the line or nothing, and never half of it between two others.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(line.encode("utf-8"))
    except OSError as err:
        raise PinciteError(f"{path} cannot be written ({err.strerror}): see that the folder exists") from err
    return path
