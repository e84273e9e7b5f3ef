"""What goes wrong between us and a model's server: each fault one sentence with a cure.

The server's own words are in none of them: they may hold the key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import openai

from ..index import ModelBusy, ModelFailed

_READER = "or use --model reader"
_ONE_MOMENT_S = 10.0  # a server that wants a longer pause is not waited for

# How an answer ended, when not as it should.
ENDED = {
    "length": "its answer grew too long; ask for less at once, {reader}",
    "content_filter": "its provider's content filter stopped it; ask in other words, {reader}",
    "tool_calls": "it called a tool, and there is none; choose another model, {reader}",
    "function_call": "it called a tool, and there is none; choose another model, {reader}",
    "refusal": "it declined to answer; ask in other words, {reader}",
    "empty": "it answered nothing; ask again, choose another model, {reader}",
    "no stream": "its server sent no chat answer; check OPENAI_BASE_URL (it mostly ends in /v1), {reader}",
    None: "the connection ended before the answer did; ask again, {reader}",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`error` is to be raised, unless trying again after `pause_s` may help (None: it will not)."""

    error: ModelFailed
    pause_s: float | None = None


def ended_badly(model: str, how: str | None) -> ModelFailed:
    """The error for an answer that ended `how`, a key of ENDED or another word of the server."""
    told = ENDED.get(how, ENDED[None]).format(reader=_READER)
    return ModelFailed(f"{model} did not finish: {told}")


def fault_of(model: str, err: Exception, *, attempt: int = 0) -> Fault:
    """What `err` of the openai client means; `attempt` (from 0) lengthens the pause before the next."""
    pause = 0.5 * 2**attempt
    match err:
        case openai.RateLimitError():
            return _busy(model, err, pause)
        case openai.BadRequestError() | openai.UnprocessableEntityError():
            return _bad_request(model, err)
        case openai.AuthenticationError():
            said = "the key was refused; check OPENAI_API_KEY"
        case openai.PermissionDeniedError():
            said = "this key may not use it; choose another with --model"
        case openai.NotFoundError():
            said = "the server does not have it; check --model and OPENAI_BASE_URL"
        case openai.APITimeoutError():
            return _failed(f"{model} did not answer in time: ask again", None)
        case openai.APIConnectionError():
            refused = isinstance(err.__cause__, httpx.ConnectError)
            told = f"{model}: its server cannot be reached; check OPENAI_BASE_URL and that it runs"
            return _failed(told, None if refused else pause)
        case openai.APIStatusError():
            told = f"{model}: its server answered {err.status_code}; ask again"
            wait = _retry_after(err.response)
            again = err.status_code >= 500 or err.status_code in (408, 409)
            return _failed(told, _waited(wait, pause) if again else None)
        case httpx.TimeoutException():
            return _failed(f"{model} stopped in the middle for too long: ask again", None)
        case httpx.HTTPError():
            return Fault(ended_badly(model, None), pause)
        case openai.APIError() if _code(err) or err.message:  # an error told inside a stream
            return _in_stream(model, err)
        case _:
            return _failed(f"{model}: its answer could not be understood; ask again, check OPENAI_BASE_URL", None)
    return _failed(f"{model}: {said}", None)


def _failed(said: str, pause_s: float | None) -> Fault:
    return Fault(ModelFailed(f"{said}, {_READER}"), pause_s)


def _busy(model: str, err: openai.RateLimitError, pause: float) -> Fault:
    if _code(err) in ("insufficient_quota", "billing_hard_limit_reached"):
        return Fault(ModelBusy(f"{model}: the account has no money left; top it up with its provider, {_READER}"))
    wait = _retry_after(err.response)
    soon = f" {wait:.0f} s" if wait and wait >= 1 else ""
    error = ModelBusy(f"{model} is over its rate limit: wait{soon} and ask again, {_READER}")
    return Fault(error, _waited(wait, pause))


def _bad_request(model: str, err: openai.APIStatusError) -> Fault:
    code, told = _code(err), str(err.message).casefold()
    if code == "context_length_exceeded" or ("context" in told and ("length" in told or "exceed" in told)):
        said = f"{model}: the passages do not fit into its context; lower PINCITE_CONTEXT_TOKENS or PINCITE_TOP_K"
        return Fault(ModelFailed(f"{said}, {_READER}"))
    if "content_filter" in code or "content_policy" in code or "content management policy" in told:
        return Fault(ended_badly(model, "content_filter"))
    if "model" in told and ("not found" in told or "not exist" in told):
        return _failed(f"{model}: the server does not have it; check --model and OPENAI_BASE_URL", None)
    return _failed(f"{model}: its server refused the request ({err.status_code}); choose another with --model", None)


def _in_stream(model: str, err: openai.APIError) -> Fault:
    if _code(err) in ("rate_limit_exceeded", "429"):
        return Fault(ModelBusy(f"{model} is over its rate limit: wait and ask again, {_READER}"))
    return _failed(f"{model}: its server told of an error in the middle; ask again", None)


def _code(err: openai.APIError) -> str:
    body: Any = err.body
    inner = body.get("error", body) if isinstance(body, dict) else {}
    code = err.code or (inner.get("code") if isinstance(inner, dict) else None)
    return str(code or "")


def _waited(told: float | None, pause: float) -> float | None:
    """The pause before trying again; None when the server wants one longer than a moment."""
    if told is None:
        return pause
    return max(told, 0.0) if told <= _ONE_MOMENT_S else None


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the server asks to be left alone for: a number, or until a time."""
    told = response.headers.get("retry-after-ms")
    try:
        if told:
            return float(told) / 1000
        told = response.headers.get("retry-after", "")
        if told.strip():
            return float(told)
    except ValueError:
        try:
            return (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            return None
    return None


UNREADABLE = (openai.OpenAIError, httpx.HTTPError, json.JSONDecodeError, UnicodeError, ValueError, TypeError, KeyError)
