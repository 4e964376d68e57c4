"""To which organisation each person who is named belongs, where several systems name them."""

from collections import Counter
from collections.abc import Iterable

from services.domain.record.continuity.parties import Mention, Sure
from services.domain.record.duplicates.plain_words import plain

FAMILY_HOME = ""
"""Where family and friends belong: to no organisation."""


class Homes:
    """The organisations of all who are named in one person's record.

    A joint session told by a trust names a charity's peer worker too, as if he were the trust's. So a mention
    belongs to the organisation that is best told for its name: outright, else where they wrote, else where they
    took part. Told outright of several organisations, they are different people of one name. Guessed of several,
    they are one, at home where they are named most, else where most often before their colleagues, as a system
    names its own worker; but those with other roles are different people there too.
    """

    def __init__(self, mentions: Iterable[Mention]) -> None:
        by_name: dict[str, list[Mention]] = {}
        for one in mentions:
            by_name.setdefault(one.key, []).append(one)
        self._apart: set[tuple[str, str]] = set()
        self._home: dict[str, str] = {}
        for name, found in by_name.items():
            best = max(one.sure for one in found)
            likely = Counter(one.organisation for one in found if one.sure == best)
            if best is Sure.OUTRIGHT and len(likely) > 1:
                continue
            leads = Counter(one.organisation for one in found if one.leads)
            home = min(likely, key=lambda one: (-likely[one], -leads[one], one))
            self._home[name] = home
            roles = _roles(found)
            self._apart |= {(name, other) for other in likely if _differ(roles[home], roles[other])}

    def of(self, mention: Mention) -> str:
        """The organisation this mention belongs to."""
        apart = (mention.key, mention.organisation) in self._apart
        return mention.organisation if apart else self._home.get(mention.key, mention.organisation)


def _roles(mentions: list[Mention]) -> dict[str, set[str]]:
    """The roles that are told in each organisation."""
    roles: dict[str, set[str]] = {}
    for one in mentions:
        roles.setdefault(one.organisation, set()).update([plain(one.role)] if one.role else [])
    return roles


def _differ(one: set[str], other: set[str]) -> bool:
    """Whether both are told, and have no role in common."""
    return bool(one) and bool(other) and one.isdisjoint(other)
