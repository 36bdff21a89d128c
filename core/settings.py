"""What the operator chose: environment variables and `.env`, read once, all faults listed at once."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import SettingsInvalid
from core.thresholds import Flags, StuckAfter, Thresholds

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Settings(BaseSettings):
    """Every setting of the Desk; secrets never print."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    database_url: SecretStr = Field(description="The URL of the primary, as role `desk_writer`.")
    database_read_url: SecretStr = Field(description="The URL of the primary or of a replica, as role `desk_reader`.")
    database_owner_url: SecretStr | None = Field(
        None,
        description="The URL of the schema's owner, for `manage.py migrate`, `doctor` and `staff add` alone; "
        "the app never uses it.",
    )
    redis_url: SecretStr | None = Field(
        None, description="The URL of the shared cache, `rediss://` for TLS. Without it each process caches for itself."
    )
    auth_mode: Literal["supabase", "demo"] = Field(
        "supabase", description="How people sign in. `demo` works with the embedded database on loopback only."
    )
    supabase_url: str | None = Field(None, description="The URL of the Supabase project, for sign-in and Storage.")
    supabase_publishable_key: SecretStr | None = Field(
        None, description="The publishable key of the Supabase project, for sign-in."
    )
    supabase_secret_key: SecretStr | None = Field(
        None, description="The secret key of the Supabase project, for Storage and invitations. It stays on the server."
    )
    storage_buckets: Annotated[dict[str, str], NoDecode] = Field(
        default={},
        description="Which bucket holds the files whose path names none, as comma-separated `kind=bucket`. Kinds are "
        "`content`, `media`, `voices`, `avatars`, `photos` and `thumbnails`; one that is not listed is in the bucket "
        "of its own name. Add any other bucket that stored URLs name under any name, such as `uploads=user-uploads`.",
    )
    require_mfa: bool = Field(
        True, description="Whether signing in needs an authenticator app, which each person sets up the first time."
    )
    public_url: str = Field(
        "http://localhost:8501", description="The exact origin of the Desk, for cookies, CSRF and redirects."
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="The bearer token for `/metrics` and `/readyz` from other hosts. "
        "Without it they answer on loopback only.",
    )
    session_idle_minutes: int = Field(30, ge=1, description="A session ends after this many minutes without use.")
    session_max_hours: int = Field(8, ge=1, description="A session ends after this many hours in any case.")
    stuck_after_minutes: int = Field(
        StuckAfter.minutes, ge=1, description="A job is stuck after this many minutes in processing."
    )
    stuck_after_by_type: Annotated[dict[str, int], NoDecode] = Field(
        default={"avatar_generation": 60},
        description="The job types that are stuck sooner or later than the others, as comma-separated `type=minutes`.",
    )
    spike_z: float = Field(
        Thresholds.spike_z,
        gt=0,
        description="A day's credits are a spike from this many robust deviations above usual.",
    )
    spike_ratio: float = Field(
        Thresholds.spike_ratio, ge=1, description="A spike is at least this many times the usual credits of an account."
    )
    spike_credits: int = Field(
        Thresholds.spike_credits, ge=1, description="A spike is at least this many credits above usual."
    )
    quiet_share: float = Field(
        Thresholds.quiet_share,
        ge=0,
        lt=1,
        description="An account has gone quiet after three days, each under this share of its usual credits.",
    )
    quiet_credits: int = Field(
        Thresholds.quiet_credits,
        ge=1,
        description="An account can go quiet only if it usually spends this many credits a day.",
    )
    flag_calls: int = Field(Flags.calls, ge=1, description="An endpoint can be flagged only from this many calls.")
    flag_share: float = Field(Flags.share, ge=0, lt=1, description="An endpoint is flagged above this share of errors.")
    flag_ratio: float = Field(
        Flags.ratio,
        ge=1,
        description="An endpoint is flagged above this many times its share of errors in the seven days before.",
    )
    review_reasons: Annotated[list[str], NoDecode] = Field(
        default=["Factually doubtful", "Off brand", "Poor sound or picture", "Wrong language", "Policy", "Incomplete"],
        max_length=9,
        description="The reasons why content needs work or is rejected, comma-separated. "
        "There are at most nine, one per number key.",
    )
    media_hosts: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="The hosts beside Storage, such as a CDN, whose https files open as they are stored, "
        "comma-separated.",
    )
    masked_keys: Annotated[list[str], NoDecode] = Field(
        default=[
            "prompt",
            "text",
            "transcript",
            "script",
            "token",
            "key",
            "secret",
            "password",
            "email",
            "phone",
            "signature",
        ],
        description="Keys of `job_data` that contain one of these words are masked until revealed; comma-separated.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The lowest level that is logged."
    )
    log_format: Literal["json", "console"] = Field(
        "json", description="The format of the log: one JSON object per line, or text for people."
    )

    @field_validator("review_reasons", mode="before")
    @classmethod
    def _sentences(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("masked_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip().lower() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("media_hosts", mode="before")
    @classmethod
    def _hosts(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        hosts = [part.strip().lower() for part in value.split(",") if part.strip()]
        for host in hosts:
            # A name with a dot and letters at its end: neither an address of this network nor a pattern.
            if not _HOST.fullmatch(host):
                raise ValueError(
                    f"must be host names such as cdn.example.com, without scheme, port or *; {host} is not a valid one"
                )
        return hosts

    @field_validator("database_url", "database_read_url", "database_owner_url")
    @classmethod
    def _postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and urlsplit(value.get_secret_value()).scheme not in {"postgresql", "postgres"}:
            raise ValueError("must be a URL such as postgresql://role:password@host:5432/database")
        return value

    @field_validator("supabase_url")
    @classmethod
    def _project(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        if value is None or parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
            return value and value.rstrip("/")
        raise ValueError("must be like https://PROJECT.supabase.co; http is refused, since passwords are sent there")

    @field_validator("stuck_after_by_type", mode="before")
    @classmethod
    def _limits(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        limits: dict[str, int] = {}
        for part in filter(None, map(str.strip, value.split(","))):
            name, _, minutes = part.partition("=")
            if not minutes.strip().isdecimal() or not int(minutes):
                raise ValueError(f"must be like avatar_generation=60, with 1 minute or more; {part} is not valid")
            limits[name.strip()] = int(minutes)
        return limits

    @field_validator("storage_buckets", mode="before")
    @classmethod
    def _buckets(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        if any(not kind.strip() or not bucket.strip() for kind, _, bucket in pairs):
            raise ValueError("must be like content=uploads,voices=models")
        return {kind.strip(): bucket.strip() for kind, _, bucket in pairs}

    @field_validator("public_url", "supabase_url")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("must be an origin such as https://desk.example.com, without a path")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("must use https unless the host is loopback")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _complete(self) -> Settings:
        if self.auth_mode == "supabase" and not (self.supabase_url and self.supabase_publishable_key):
            raise ValueError("AUTH_MODE=supabase needs SUPABASE_URL and SUPABASE_PUBLISHABLE_KEY")
        return self

    @property
    def is_https(self) -> bool:
        """Whether people reach the Desk over TLS."""
        return self.public_url.startswith("https://")


@cache
def settings() -> Settings:
    """The process's settings; raises `SettingsInvalid` naming every fault and no secret."""
    try:
        return Settings()  # pyright: ignore[reportCallIssue]  # the fields come from the environment
    except ValidationError as error:
        faults = (
            f"{'.'.join(map(str, e['loc'])).upper() or 'settings'}: {e['msg']}"
            for e in error.errors(include_input=False)
        )
        raise SettingsInvalid(
            "These settings are not valid. Correct them and start again:\n  " + "\n  ".join(faults)
        ) from None
