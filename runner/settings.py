"""Settings: read once, from the environment and `.env`, into one frozen object.

The names of the URL variables follow from the systems (`SOURCE_ALKEMIO_URL`, `TARGET_KRATOS_URL`, …), so a
new system brings its own. Nothing else in the project reads the environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import InitSettingsSource

from runner.errors import UsageError
from runner.systems import ROOT, System, all_systems

_URL_NAME = re.compile(r"(SOURCE|TARGET)_([A-Z0-9_]+)_URL")
_PLAIN_NAMES = ("WORK_DIR", "JOBS")
_SAID_BEFORE_THE_OPTIONS = {"user", "password", "port", "dbname"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a source or target is, taken apart from its URL; the password stays wrapped."""

    scheme: str
    host: str
    port: int
    user: str
    password: SecretStr
    database: str
    options: dict[str, str] = field(default_factory=dict, repr=False)  # `sslpassword` is one of them

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}/{self.database}"


class Settings(BaseSettings):
    """Everything a person can set, validated; secrets are wrapped."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    source_urls: dict[str, SecretStr] = Field(default_factory=dict)
    target_urls: dict[str, SecretStr] = Field(default_factory=dict)
    work_dir: Path = ROOT / "work"
    jobs: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=64)

    @field_validator("work_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value if value.is_absolute() else ROOT / value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only our own reading of environment and `.env`, which knows the systems' names."""
        del env_settings, dotenv_settings, file_secret_settings
        return (init_settings, InitSettingsSource(settings_cls, _from_environment()))

    @property
    def configured(self) -> bool:
        """Whether any source or target is named; otherwise the bundled sample is moved into the sandbox."""
        return bool(self.source_urls or self.target_urls)

    def source_url(self, system: System) -> SecretStr:
        """The source of a system; UsageError names the missing variable."""
        return _required(self.source_urls, "SOURCE", system)

    def target_url(self, system: System) -> SecretStr:
        """The target of a system; UsageError names the missing variable."""
        return _required(self.target_urls, "TARGET", system)


def load() -> Settings:
    """The settings of this process; UsageError names each wrong variable, never its value."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}" for fault in error.errors()
        )
        raise UsageError(f"wrong setting: {faults}") from None


def inherited(wanted: Callable[[str], bool]) -> dict[str, str]:
    """The variables of this process's environment, chosen by name, that a program it starts may have."""
    return {name: value for name, value in os.environ.items() if wanted(name)}


def keep_numpy_quiet() -> None:
    """Keep numpy from starting threads: DuckDB imports it to call functions, and nobody here multiplies matrices."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def parse_url(url: SecretStr, variable: str, schemes: tuple[str, ...]) -> Address:
    """The address a URL names; UsageError names the variable and what is wrong, never the URL."""
    try:
        parts = urlsplit(url.get_secret_value())
        port = parts.port
    except ValueError:
        raise UsageError(f"{variable} is not a URL; expected {schemes[0]}://user:password@host:port/db") from None
    if parts.scheme not in schemes:
        raise UsageError(f"{variable} must start with {' or '.join(f'{s}://' for s in schemes)}")
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise UsageError(f"{variable} names no database: end it with /database")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or _host(parts)
    if said_twice := sorted(_SAID_BEFORE_THE_OPTIONS & set(options)):
        raise UsageError(f"{variable}: write {', '.join(said_twice)} before the question mark, not after it")
    return Address(
        scheme=parts.scheme,
        host=host,
        port=port or (3306 if parts.scheme.startswith("m") else 5432),
        user=unquote(parts.username or ""),
        password=SecretStr(unquote(parts.password or "")),
        database=database,
        options=options,
    )


def _host(parts: SplitResult) -> str:
    return unquote(parts.hostname or "127.0.0.1")


def _required(urls: dict[str, SecretStr], side: str, system: System) -> SecretStr:
    if system.name not in urls:
        raise UsageError(f"{side}_{system.name.upper()}_URL is not set; see .env.example")
    return urls[system.name]


def _from_environment() -> dict[str, object]:
    try:
        # A password may hold `${`, which is no reference to another variable.
        file_values = dotenv_values(ROOT / ".env", interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f".env: cannot be read ({type(error).__name__}); it must be a text file in UTF-8") from None
    for name in file_values:
        if name not in _PLAIN_NAMES and not _URL_NAME.fullmatch(name):
            raise UsageError(f".env: unknown setting {name}; see .env.example")
    known = {system.name.upper(): system.name for system in all_systems()}
    values: dict[str, object] = {}
    urls: dict[str, dict[str, SecretStr]] = {"source_urls": {}, "target_urls": {}}
    for name, value in {**file_values, **os.environ}.items():
        match = _URL_NAME.fullmatch(name)
        if match and value:
            side, system = match.groups()
            if system not in known:
                raise UsageError(f"unknown setting {name}: the systems are {', '.join(sorted(known))}")
            urls[f"{side.lower()}_urls"][known[system]] = SecretStr(value)
        elif name in _PLAIN_NAMES and value:
            values[name.lower()] = value
    return {**values, **urls}
