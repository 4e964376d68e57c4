"""Who somebody is to this partnership, from what an identity provider says of them and the partnership's own table."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from services.domain.access.reader import OF_THE_PARTNERSHIP, Reader, Role

_ODS_CODE = re.compile(r"[A-Z0-9]{2,12}")
_LONGEST = 200


class NotATable(ValueError):
    """The table of claims cannot be used; the words say what in it is wrong."""


class Refused(Exception):
    """Somebody the provider knows is not let in; the words are for them, and say what to do."""

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason = reason
        """For the log: no word of the person."""


class Row(NamedTuple):
    """What a provider's role, group or person is here."""

    given: str
    """As the provider says it; of an NHS role code (S0010:G0020:R0260) one of its parts is enough."""
    role: Role
    organisation: str
    """An ODS code; empty where the provider says it, or where the role needs none."""


class Grants(NamedTuple):
    """Where the provider says what somebody is."""

    claim: str
    """A text, or a list of texts or of objects."""
    role: str
    """In each object the field with the role; empty where they are texts."""
    organisation: str
    """In each object the field with the ODS code; empty where the table says it."""
    id: str
    """In each object the field by which one is chosen; empty where none is."""
    selected: str
    """The claim that names the chosen one: there has to be one then."""


class ClaimsTable(NamedTuple):
    """How one provider's claims are read."""

    provider: str
    """As people read it on the button."""
    user: str
    """The claim with the person's id."""
    name: str
    """The claim with the person's name."""
    assurance: str
    """The claim that says how surely they were known, in the signed token itself."""
    levels: Mapping[str, int]
    """What its values amount to, from 1 to 3."""
    grants: Grants
    rows: tuple[Row, ...]
    request: Mapping[str, str]
    """Parameters to ask the provider with beside those of the protocol."""
    asks_userinfo: bool
    """Whether its userinfo endpoint has to be asked too."""


_PROTOCOL = frozenset(
    {"client_id", "client_secret", "redirect_uri", "response_mode", "response_type"}
) | frozenset({"state", "nonce", "code_challenge", "code_challenge_method"})


def read_table(given: Mapping[str, Any]) -> ClaimsTable:
    """The table as its file says it (docs/sign-in.md).

    Raises:
        NotATable: it does not.
    """
    try:
        assurance, grants = given["assurance"], given["grants"]
        table = ClaimsTable(
            provider=_text(given["provider"]),
            user=_text(given.get("user", "sub")),
            name=_text(given.get("name", "name")),
            assurance=_text(assurance["claim"]),
            levels={_text(name): _level(level) for name, level in assurance["levels"].items()},
            grants=Grants(
                _text(grants["claim"]),
                *(str(grants.get(name, "")) for name in ("role", "organisation", "id", "selected")),
            ),
            rows=tuple(_row(one) for one in given["role"]),
            request={_text(name): _text(value) for name, value in given.get("request", {}).items()},
            asks_userinfo=bool(given.get("userinfo", False)),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise NotATable(f"The table of claims is not as docs/sign-in.md has it: {fault}") from None
    if reserved := _PROTOCOL & table.request.keys():
        raise NotATable(f"[request] may not set {', '.join(sorted(reserved))}: the protocol does.")
    if bool(table.grants.id) != bool(table.grants.selected):
        raise NotATable("[grants] needs both id and selected, or neither.")
    if not (table.rows and table.levels):
        raise NotATable("Without a [[role]] and a level nobody could come in.")
    return table


def reader_from(claims: Mapping[str, Any], table: ClaimsTable, least: int) -> Reader:
    """Whom the claims name, in the one role in which they act; `least` is the level of assurance asked for.

    Raises:
        Refused: they were known too weakly, or have no role here.
    """
    _require_assurance(claims, table, least)
    user = claims.get(table.user)
    if not isinstance(user, str) or not 1 <= len(user) <= _LONGEST:
        raise Refused("no-id", f"{table.provider} did not say who you are. {_ASK}")
    role, organisation = _role(claims, table)
    name = claims.get(table.name)
    return Reader(
        role, organisation, user, " ".join(name.split())[:_LONGEST] if isinstance(name, str) else ""
    )


_ASK = "Ask whoever keeps the accounts of your partnership."


def _require_assurance(claims: Mapping[str, Any], table: ClaimsTable, least: int) -> None:
    said = claims.get(table.assurance)
    known = [table.levels[one] for one in _texts(said) if one in table.levels]
    if not known:
        words = (
            f"{table.provider} did not say how surely it knows you. Sign in there again with your smartcard, "
        )
        raise Refused("no-assurance", f"{words}security key or second factor. If that does not help: {_ASK}")
    if max(known) < least:
        words = f"You signed in to {table.provider} in a weaker way than is asked for here. Sign in there again with "
        raise Refused("weak-assurance", f"{words}your smartcard, security key or second factor.")


def _role(claims: Mapping[str, Any], table: ClaimsTable) -> tuple[Role, str]:
    found = {one for grant in _chosen(claims, table) for one in _matches(grant, table)}
    if not found:
        raise Refused("no-role", f"None of your roles at {table.provider} is one that is known here. {_ASK}")
    if len(found) > 1:
        words = f"{table.provider} names several of your roles, and not the one in which you act. Choose one there "
        raise Refused("several-roles", f"{words}when you sign in. If you are not asked: {_ASK}")
    role, organisation = found.pop()
    if not organisation and role not in OF_THE_PARTNERSHIP:
        raise Refused(
            "no-organisation", f"{table.provider} did not say for which organisation you act. {_ASK}"
        )
    return role, organisation


def _chosen(claims: Mapping[str, Any], table: ClaimsTable) -> list[Any]:
    """All that the provider grants, or the one that is selected."""
    given, where = claims.get(table.grants.claim), table.grants
    grants = given if isinstance(given, list) else [given]
    if not where.selected:
        return grants
    selected = claims.get(where.selected)
    if not isinstance(selected, str) or not selected:
        return []
    return [one for one in grants if isinstance(one, dict) and one.get(where.id) == selected]


def _matches(grant: Any, table: ClaimsTable) -> Iterable[tuple[Role, str]]:
    where = table.grants
    told = grant.get(where.role) if where.role and isinstance(grant, dict) else grant
    if not isinstance(told, str):
        return
    organisation = _organisation(grant.get(where.organisation)) if isinstance(grant, dict) else ""
    for row in table.rows:
        if row.given == told or row.given in told.split(":"):
            yield row.role, row.organisation or organisation


def _organisation(told: Any) -> str:
    return told.upper() if isinstance(told, str) and _ODS_CODE.fullmatch(told.upper()) else ""


def _row(given: Mapping[str, Any]) -> Row:
    row = Row(_text(given["given"]), Role(given["role"]), str(given.get("organisation", "")))
    if row.role is Role.PARTNER_SYSTEM:
        raise ValueError("a person is no partner's system")
    if row.organisation and not _ODS_CODE.fullmatch(row.organisation):
        raise ValueError(f"{row.organisation!r} is no ODS code")
    return row


def _texts(said: Any) -> list[str]:
    return [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str)]


def _text(given: Any) -> str:
    if not isinstance(given, str) or not given:
        raise ValueError(f"a text is needed, not {given!r}")
    return given


def _level(given: Any) -> int:
    if given not in (1, 2, 3):
        raise ValueError("a level is 1, 2 or 3")
    return int(given)
