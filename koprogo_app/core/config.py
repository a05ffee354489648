"""Configuration: every variable of the environment that KoproGo reads, with its meaning and its default.

The table of docs/dev/configuration.md is made from this class. In production the start is refused on a weak secret, on demo
data, and on an address without TLS.
"""

import secrets
from functools import cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parents[2]
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
DEFAULT_PORTS = {"http": 80, "https": 443}
WEAK_SECRETS = ("secret", "change", "default", "koprogo", "password", "example")


def _named(name: str, *others: str) -> AliasChoices:
    return AliasChoices(name, *others)


class Settings(BaseSettings):
    """Read once, at the first call of settings()."""

    model_config = SettingsConfigDict(
        env_prefix="KOPROGO_", env_file=ROOT / ".env", extra="ignore", populate_by_name=True
    )

    mode: Literal["demo", "production"] = Field(
        "demo", description="demo offers sample buildings and known accounts; never on a public address."
    )
    data_dir: Path = Field(
        ROOT / ".koprogo", description="Folder of the embedded database, the files and the generated secret."
    )
    deploy_url: str = Field(
        "http://localhost:8000",
        description="Address people type, without a path. https in production.",
        validation_alias=_named("DEPLOY_URL", "KOPROGO_DEPLOY_URL"),
    )
    host: str = Field(
        "127.0.0.1", description="Address the server listens on.", validation_alias=_named("HOST", "KOPROGO_HOST")
    )
    port: int = Field(
        8000, ge=1, le=65535, description="Port the server listens on.", validation_alias=_named("PORT", "KOPROGO_PORT")
    )
    secret: SecretStr = Field(
        SecretStr(""),
        description="Signs access tokens; 32 characters or more. Generated in demo mode.",
        validation_alias=_named("KOPROGO_SECRET", "JWT_SECRET"),
    )

    database_url: str = Field(
        "",
        description="PostgreSQL 16+ with pgvector, role koprogo_app. Empty: the embedded server.",
        validation_alias=_named("DATABASE_URL"),
    )
    owner_database_url: str = Field(
        "", description="Same database, role koprogo_owner (migrations).", validation_alias=_named("OWNER_DATABASE_URL")
    )
    system_database_url: str = Field(
        "",
        description="Same database, role koprogo_system (jobs, sign-in, administration).",
        validation_alias=_named("SYSTEM_DATABASE_URL"),
    )
    pool_size: int = Field(
        20,
        ge=2,
        le=200,
        description="Connections kept for people's requests.",
        validation_alias=_named("DB_POOL_MAX_CONNECTIONS", "KOPROGO_POOL_SIZE"),
    )

    storage_url: str = Field(
        "",
        description="Where files are kept: empty for data_dir/files, or s3://bucket/prefix (credentials by the usual AWS variables).",
    )
    max_upload_mb: int = Field(50, ge=1, le=1024, description="Largest accepted file, in MB.")

    smtp_url: str = Field(
        "",
        description="smtp://user:password@host:587 (STARTTLS) or smtps://…:465; a password is sent over TLS only. "
        "Empty: mails stay in the outbox page.",
    )
    mail_from: str = Field("KoproGo <no-reply@localhost>", description="Sender of mails.")

    session_hours: int = Field(12, ge=1, description="Life of a sign-in session, in hours.")
    remember_days: int = Field(30, ge=1, description="Life of a session with “stay signed in”, in days.")
    login_max: int = Field(
        5, ge=1, description="Failed sign-ins before a lock-out.", validation_alias=_named("LOGIN_RATE_LIMIT_MAX")
    )
    login_window: int = Field(
        900, ge=1, description="Lock-out window, in seconds.", validation_alias=_named("LOGIN_RATE_LIMIT_WINDOW_SECS")
    )
    rate_limiting: bool = Field(
        False,
        description="Limit REST to rate_limit_per_minute per address.",
        validation_alias=_named("ENABLE_RATE_LIMITING"),
    )
    rate_limit_per_minute: int = Field(100, ge=1, description="Requests per minute and address when limiting is on.")
    open_registration: bool | None = Field(
        None, description="POST /auth/register with a role; default on in demo mode, refused in production."
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="Bearer token asked by /metrics; empty: open in demo mode, loopback only in production.",
        validation_alias=_named("METRICS_AUTH_TOKEN"),
    )
    trust_proxy: bool = Field(False, description="Believe X-Forwarded-For (behind Caddy or nginx).")
    embed_local: str = Field(
        "e5-small-q4,use-multilingual-3",
        description="Embedding models of this process, separated by commas; empty: none.",
    )
    embed_base_url: str = Field(
        "", description="OpenAI-compatible endpoint for embeddings, instead of those of this process."
    )
    embed_key: SecretStr = Field(SecretStr(""), description="Key of that endpoint.")
    embed_model: str = Field("", description="Embedding model of that endpoint.")
    llm_base_url: str = Field(
        "",
        description="OpenAI-compatible endpoint of a language model (OVH, OpenAI, Ollama, vLLM…). Empty: answers are quoted.",
    )
    llm_key: SecretStr = Field(SecretStr(""), description="Key of the language model's endpoint.")
    llm_model: str = Field("", description="Name of the language model.")
    llm_timeout: float = Field(30, gt=0, description="Seconds a written answer may take; then it is quoted.")
    llm_daily_tokens: int = Field(
        200_000, ge=0, description="Tokens an organisation may use in a day; beyond, answers are quoted."
    )
    questions_per_minute: int = Field(12, ge=1, description="Questions to the assistant by one person.")
    history_days: int = Field(365, ge=1, description="Days a conversation with the assistant is kept.")
    worker: bool = Field(
        True, description="Run the job worker inside the web process; false when `koprogo worker` runs apart."
    )
    log_json: bool = Field(False, description="One JSON object per log line.")

    @property
    def demo(self) -> bool:
        return self.mode == "demo"

    @property
    def registration_open(self) -> bool:
        return self.demo if self.open_registration is None else self.open_registration

    @property
    def origins(self) -> tuple[str, ...]:
        """What a browser says our pages come from. For the demonstration this machine has two names."""
        if not self.demo:
            return (self.deploy_url,)
        given = urlsplit(self.deploy_url)
        return tuple(dict.fromkeys([self.deploy_url, *(_origin(given, name) for name in ("localhost", "127.0.0.1"))]))

    @property
    def secure_cookies(self) -> bool:
        return self.deploy_url.startswith("https:")

    @field_validator("deploy_url")
    @classmethod
    def _normal(cls, value: str) -> str:
        given = urlsplit(value.strip())
        more = given.path.strip("/") or given.query or given.fragment or given.username
        if given.scheme not in DEFAULT_PORTS or not given.hostname or more:
            raise ValueError("DEPLOY_URL is an address without a path, such as https://copro.example.be.")
        return _origin(given, given.hostname)

    @model_validator(mode="after")
    def _safe(self) -> Self:
        host = urlsplit(self.deploy_url).hostname or ""
        if self.demo:
            if host not in LOCAL_HOSTS:
                raise ValueError("Demo mode is refused on a public address (DEPLOY_URL): set KOPROGO_MODE=production.")
            if not self.secret.get_secret_value():
                self.secret = SecretStr(_generated_secret(self.data_dir))
            return self
        secret = self.secret.get_secret_value()
        if len(secret) < 32 or len(set(secret)) < 10 or any(word in secret.lower() for word in WEAK_SECRETS):
            raise ValueError("KOPROGO_SECRET must be a random text of 32 characters or more (openssl rand -hex 32).")
        if host not in LOCAL_HOSTS and not self.deploy_url.startswith("https://"):
            raise ValueError("DEPLOY_URL must start with https:// in production.")
        if self.open_registration:
            raise ValueError("KOPROGO_OPEN_REGISTRATION is refused in production: people come by invitation.")
        return self


def _origin(address: SplitResult, host: str) -> str:
    """As browsers write it: lower case, no default port, nothing after it."""
    name = f"[{host}]" if ":" in host else host
    port = "" if address.port in (None, DEFAULT_PORTS[address.scheme]) else f":{address.port}"
    return f"{address.scheme}://{name}{port}"


def _generated_secret(folder: Path) -> str:
    """A secret of this installation, made once and kept beside the data with mode 600."""
    path = folder / "secret"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


@cache
def settings() -> Settings:
    """The configuration of this process; raises pydantic.ValidationError when it is unsafe."""
    return Settings()  # type: ignore[call-arg]
