"""Settings: flag, then environment, then default; read once at the edge."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ..index import SettingRefused

# Dollars for a million tokens told and written, as known when this was released; PINCITE_PRICES corrects them.
PRICES = {
    "gpt-4.1": (2.0, 8.0),
    "gpt-4.1-mini": (0.4, 1.6),
    "gpt-4.1-nano": (0.1, 0.4),
    "gpt-4o": (2.5, 10.0),
    "gpt-4o-mini": (0.15, 0.6),
    "gpt-5": (1.25, 10.0),
    "gpt-5-mini": (0.25, 2.0),
    "gpt-5-nano": (0.05, 0.4),
}


@cache
def default_home() -> Path:
    """The platform's folder for a user's data, where a library lives unless told otherwise."""
    from platformdirs import user_data_path

    return user_data_path("pincite", appauthor=False)


class Settings(BaseSettings):
    """What a user can set. The variable is the field's name in capitals after `PINCITE_`, unless it is named."""

    model_config = SettingsConfigDict(env_prefix="PINCITE_", frozen=True, extra="ignore", populate_by_name=True)

    home: Path = Field(default_factory=default_home, description="folder of the library")
    top_k: int = Field(10, ge=1, le=50, description="passages read for one question")
    fusion: Literal["all", "methods", "vectors", "keywords"] = Field(
        "all", description="rankings fused: vectors, keywords and wording, or fewer of them to see what each is worth"
    )
    refuse_below: float | None = Field(
        None,
        ge=0,
        le=1,
        description="confidence under which an answer is refused; the reader's own when not given",
    )
    model: str | None = Field(
        None,
        description='who answers: "reader", "sentences", or the name of a chat model; chosen when not given',
    )
    chat_model: str = Field("gpt-4.1-mini", description="the chat model used when a key or a base URL is set")
    embedding: str = Field(
        "minilm", description='"minilm" (bundled), or "openai:NAME" such as "openai:text-embedding-3-small"'
    )
    timeout_s: float = Field(60.0, gt=0, le=600, description="the longest wait for a whole model answer, seconds")
    host: str = Field("127.0.0.1", description="address the window listens on")
    port: int = Field(7860, ge=0, le=65535, description="port the window listens on; 0 takes a free one")
    password: SecretStr | None = Field(None, description="asked for by the window; needed to listen elsewhere")
    auth: SecretStr | None = Field(None, description="NAME:PASSWORD of each who may sign in, spaces between them")
    open_to_all: bool = Field(False, description="the window may listen elsewhere without a password")
    host_names: str = Field("", description="further names the window is reached by, such as behind a proxy")
    base_path: str = Field("", description="path the window lives below, such as /pincite behind a proxy")
    asked_at_once: int = Field(16, ge=1, le=1000, description="questions the window answers at the same time")
    waiting: int = Field(200, ge=0, le=100_000, description="questions that may wait; the next is told it is busy")
    allow_private: bool = Field(False, description="addresses may lead into private networks, and to any port")
    max_upload_mb: int = Field(50, ge=1, le=1000, description="largest file the window takes, megabytes")
    fallback: bool | None = Field(
        None, description="when a chat model fails, the reader answers and says so; in the window unless switched off"
    )
    context_tokens: int = Field(
        8192, ge=512, le=4_000_000, description="tokens a chat model takes in; passages that do not fit are left out"
    )
    answer_tokens: int = Field(800, ge=64, le=100_000, description="the most tokens a chat model may write")
    spend_per_day: float | None = Field(
        None, ge=0, description="dollars that models may cost in a day; no limit if not given"
    )
    spend_per_question: float | None = Field(None, ge=0, description="dollars that one question may cost")
    prices: dict[str, tuple[float, float]] = Field(
        default_factory=lambda: dict(PRICES),
        description='dollars for a million tokens told and written, added to those known: {"gpt-4.1-mini": [0.4, 1.6]}',
    )
    openai_api_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("openai_api_key", "OPENAI_API_KEY"), description="OPENAI_API_KEY"
    )
    openai_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("openai_base_url", "OPENAI_BASE_URL"),
        repr=False,  # an address may carry a password
        description="OPENAI_BASE_URL",
    )

    @field_validator("prices", mode="after")
    @classmethod
    def _with_known(cls, given: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
        return PRICES | given

    @property
    def writes(self) -> bool:
        """Whether a chat model is configured by its key or its address."""
        return bool(self.openai_base_url) or bool(self.openai_api_key and self.openai_api_key.get_secret_value())


def read_settings(**given: Any) -> Settings:
    """Settings with `given` before the environment (None counts as not given).

    Raises SettingRefused naming the variable whose value cannot be used.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as err:
        fault = err.errors()[0]
        name = str(fault["loc"][0])
        variable = name.upper() if name.upper().startswith("OPENAI") else f"PINCITE_{name.upper()}"
        raise SettingRefused(f"{variable} cannot be {fault['input']!r}: {fault['msg'].lower()}") from err
