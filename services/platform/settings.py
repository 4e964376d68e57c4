"""Where the engines are and what this process may use: read from the environment, never guessed."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECRETS_FOLDER = Path("/run/secrets/carethread")
"""Where compose and Kubernetes mount secrets: one file a setting, named as the variable in lower case."""

LOCAL_PARTNERSHIP_KEY = "local stack, invented people only"
"""The same on every machine, so that the same stream gives the same ids anywhere; it keeps nothing secret.
A deployment sets its own (CARETHREAD_PARTNERSHIP_KEY)."""

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_Days = Annotated[int, Field(ge=1, le=3650)]
_Answers = Annotated[str, Field(pattern=r"^([A-Za-z0-9]{3,12}|[^\s|]+\|[^\s|]+)$")]
"""Who answers: an ODS code, or the code of a service as `system|code`."""


class Settings(BaseSettings):
    """The settings of one process. Each is `CARETHREAD_` and its name in upper case.

    A setting without a default has to be given: no address and no secret is assumed.

    Raises:
        pydantic.ValidationError: a required setting is missing or one does not parse; it names which.
    """

    model_config = SettingsConfigDict(env_prefix="CARETHREAD_", extra="ignore", hide_input_in_errors=True)

    postgres: SecretStr = Field(
        description="libpq address of PostgreSQL, as a URI or key=value pairs; it may hold a password."
    )
    kafka: str = Field(description="Bootstrap servers of the Kafka cluster: host:port, comma separated.")
    partnership_key: SecretStr = Field(
        min_length=16,
        description="Secret that turns a sender's local identifiers into this partnership's record ids. "
        "Changing it changes every id: it lives as long as the records do.",
    )
    http_host: str = Field("127.0.0.1", description="Address the web process listens on.")
    http_port: int = Field(8080, ge=0, le=65535, description="Port of the FHIR door and the pages.")
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#@]+)?$",
        description="Where people's browsers and partners' systems find the web process, as https://host; unset, "
        "where it listens.",
    )
    metrics_host: str = Field("127.0.0.1", description="Address of the private port of every process.")
    metrics_port: int = Field(
        9100, ge=0, le=65535, description="Private port of every process: /metrics, /livez and /readyz."
    )
    batch_size: int = Field(200, ge=1, le=2000, description="Most messages handled in one transaction.")
    batch_wait: float = Field(
        0.02, gt=0, le=5, description="Longest wait, in seconds, for a batch to fill before it is handled."
    )
    session_timeout: float = Field(
        10.0, ge=6, le=60, description="Seconds after which Kafka gives a silent worker's partitions away."
    )
    partitions: int = Field(
        8, ge=1, le=512, description="Partitions of each topic made: the most workers that can share it."
    )
    model: Path | None = Field(
        None,
        description="The frozen model file that decides who is who; unset, the one that comes with this version. "
        "It is the same for every process, and as long as the records live: another one is a rebuild.",
    )
    audit_anchors: Path | None = Field(
        None,
        description="File outside the database to which the signed ends of the audit's chains are added; unset, events "
        "cut off the end of a chain are not found. Put it where nothing can be taken away.",
    )
    pds_url: str = Field(
        "",
        description="Base URL of the PDS FHIR API, up to and without /Patient; empty, and nobody is asked about. "
        "https, but on this machine.",
    )
    pds_token: SecretStr = Field(SecretStr(""), description="Bearer token for the PDS FHIR API.")
    pds_rate: float = Field(
        5.0, gt=0, le=200, description="Most requests a second that this process makes to PDS."
    )
    replication: int = Field(1, ge=1, le=7, description="Copies the Kafka cluster keeps of each topic made.")
    stalled_days: _Days = Field(
        14, description="Days without an answer after which a referral counts as stalled."
    )
    stalled_days_of: Annotated[dict[_Answers, _Days], NoDecode] = Field(
        {},
        description="Other numbers of days, by the ODS code of who is asked or by the code of the service: "
        "'ZZT41=28, http://snomed.info/sct|306206005=42'. The service's own counts before the organisation's.",
    )

    client_certificate_header: str = Field(
        "",
        pattern=r"^[A-Za-z0-9-]*$",
        description="Header in which the TLS terminator says the SHA-256 of a client's certificate, and that it lets "
        "no client send; tokens are then bound to it. Empty, and no header is believed.",
    )
    oidc_issuer: str = Field(
        "",
        description="The identity provider at which people sign in, as it names itself; empty, and there is none.",
    )
    oidc_client_id: str = Field("", description="What the identity provider calls this service.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="The secret shared with it, or:")
    oidc_client_key: SecretStr = Field(
        SecretStr(""), description="A private JWK with a kid, whose public key it knows (private_key_jwt)."
    )
    oidc_claims: Path | None = Field(
        None, description="TOML file that says who its people are here: docs/sign-in.md, deploy/sign-in/."
    )
    oidc_assurance: int = Field(
        2,
        ge=1,
        le=3,
        description="The least level at which it has to know somebody, as that file counts them.",
    )
    demo_sign_in: bool = Field(
        False,
        description="Whether everybody here is invented: the sign-in page offers people without a password, and the "
        "front page lists whom there are. `carethread up --demo` alone sets it. Only this machine is served then, "
        "and with the local stack's partnership key.",
    )

    @property
    def own_address(self) -> str:
        """Where others find the web process, without a slash at the end."""
        return self.public_url or f"http://{self.http_host}:{self.http_port}"

    @field_validator("demo_sign_in")
    @classmethod
    def _is_local(cls, given: bool, others: ValidationInfo) -> bool:
        key = others.data.get("partnership_key")
        is_local = isinstance(key, SecretStr) and key.get_secret_value() == LOCAL_PARTNERSHIP_KEY
        if given and not (is_local and others.data.get("http_host") in _LOOPBACK):
            raise ValueError("only 'carethread up --demo' lets anybody in, on this machine; take it out")
        return given

    @field_validator("stalled_days_of", mode="before")
    @classmethod
    def _read_days_of(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        parts = [one.strip() for one in given.split(",") if one.strip()]
        pairs = [(name.strip(), days.strip()) for name, _, days in (one.rpartition("=") for one in parts)]
        if len(dict(pairs)) < len(pairs):
            raise ValueError("give each organisation and each service one number of days")
        return dict(pairs)


def load_settings(**given: Any) -> Settings:
    """Read the settings of this process from the environment and from mounted secret files.

    Raises:
        pydantic.ValidationError: as for Settings.
    """
    if SECRETS_FOLDER.is_dir():
        return Settings(_secrets_dir=SECRETS_FOLDER, **given)
    return Settings(**given)
