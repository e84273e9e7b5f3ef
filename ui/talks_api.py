"""The routes of the window's conversations. Each reaches only what is kept for the visitor who asks.

GET    /api/conversations                    headings, the last changed first; ?wanted=WORDS searches
GET    /api/conversations/{id}               one, with every answer whole
PATCH  /api/conversations/{id}               {"title"}
DELETE /api/conversations/{id}               POST .../restore undoes it until the server ends
GET    /api/conversations/{id}/export        ?form=markdown, html or json: a file that `pincite verify` checks
POST   /api/conversations/{id}/{n}/verdict   {"verdict", "note"}: what its reader thinks of answer n, from 0
POST   /api/conversations/{id}/{n}/case      {"expect", ...}: makes answer n a case that `pincite eval --mine` runs
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Request, Response  # at the top: FastAPI looks the routes' types up here
from pydantic import BaseModel, ConfigDict, Field

from ..rag import SUFFIX, Conversations, Form, Library, Said, UnknownConversation, add_own_case, transcript
from .visitors import visitor_of

_MIME = {"markdown": "text/markdown", "html": "text/html", "json": "application/json"}
_LONGEST = 4_000  # characters of what a person types about an answer


class TitleGiven(BaseModel):
    """A new title."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=500)]


class VerdictGiven(BaseModel):
    """What a reader thinks of an answer; "" takes an earlier verdict back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Literal["good", "wrong", "not_in_article", "missing", "should_have_refused", ""]
    note: Annotated[str, Field(max_length=_LONGEST)] = ""


class CaseGiven(BaseModel):
    """What the answer should have been: the words of it, quotes it must rest on, or a refusal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    expect: Literal["answer", "refusal"]
    answer: Annotated[str, Field(max_length=_LONGEST)] = ""
    quotes: Annotated[tuple[int, ...], Field(max_length=50)] = ()  # markers of the citations that are right


def build_talks_api(library: Library, kept: Conversations) -> APIRouter:
    """The routes above, over the conversations `kept` with `library`."""
    api = APIRouter(prefix="/api/conversations")

    @api.get("")
    def conversations(request: Request, wanted: str = "") -> dict[str, Any]:
        return {"conversations": [asdict(one) for one in kept.list(visitor_of(request), wanted[:500])]}

    @api.get("/{id}")
    def conversation(request: Request, id: str) -> dict[str, Any]:
        return asdict(kept.read(visitor_of(request), id))

    @api.patch("/{id}")
    def rename(request: Request, id: str, given: TitleGiven) -> dict[str, Any]:
        kept.rename(visitor_of(request), id, given.title)
        return {}

    @api.delete("/{id}")
    def delete(request: Request, id: str) -> dict[str, Any]:
        kept.delete(visitor_of(request), id)
        return {}

    @api.post("/{id}/restore")
    def restore(request: Request, id: str) -> dict[str, Any]:
        kept.restore(visitor_of(request), id)
        return {}

    @api.get("/{id}/export")
    def export(request: Request, id: str, form: Form = "markdown") -> Response:
        found = kept.read(visitor_of(request), id)
        plain = re.sub(r"[^\w -]", "", found.title).strip() or "conversation"
        named = f"attachment; filename=\"conversation.{SUFFIX[form]}\"; filename*=UTF-8''{quote(plain)}.{SUFFIX[form]}"
        return Response(transcript(found, form), 200, {"content-disposition": named}, f"{_MIME[form]}; charset=utf-8")

    @api.post("/{id}/{number}/verdict")
    def verdict(request: Request, id: str, number: int, given: VerdictGiven) -> dict[str, Any]:
        at = datetime.now(UTC).isoformat()
        judged = {"verdict": given.verdict, "note": given.note, "at": at} if given.verdict else {}
        kept.judge(visitor_of(request), id, number, judged)
        return {}

    @api.post("/{id}/{number}/case")
    def case(request: Request, id: str, number: int, given: CaseGiven) -> dict[str, Any]:
        said = kept.read(visitor_of(request), id).said
        if not 0 <= number < len(said):
            raise UnknownConversation(f"the conversation has no answer {number + 1}: open it again")
        made = own_case(said, number, given)
        add_own_case(library.home, made)
        return {"case": made}

    return api


def own_case(said: tuple[Said, ...], number: int, given: CaseGiven) -> Mapping[str, Any]:
    """The case that answer `number` becomes. Raises ValueError when an answer is expected and none is given."""
    one = said[number]
    if given.expect == "answer" and not given.answer.strip():
        raise ValueError("the expected answer is empty: write it, or expect a refusal")
    history = [
        {"role": role, "text": text}
        for past in said[:number]
        if past.state != "failed"
        for role, text in (("user", past.question), ("assistant", past.answer.get("text", "")))
        if text
    ]
    cited = [each for each in one.answer.get("citations", ()) if each["marker"] in given.quotes]
    names = ("article_id", "version", "quote", "start", "end")
    answered = given.expect == "answer"
    return {
        "id": f"own-{secrets.token_hex(6)}",
        "question": one.question,
        "answers": [given.answer.strip()] if answered else [],
        "unanswerable": not answered,
        "evidence": [{name: each[name] for name in names} for each in cited] if answered else [],
        "type": "own",
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **({"history": history} if history else {}),
        **({"doc_ids": list(ids)} if (ids := one.filters.get("article_ids")) else {}),
    }
