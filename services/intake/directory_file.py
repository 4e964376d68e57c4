"""A file of services of Open Referral UK, taken as messages of the organisation that lists them: all or nothing."""

import asyncio
import re
import secrets
from typing import NamedTuple
from uuid import UUID

import orjson

from schemas.fhir.listing import listing_bundle
from schemas.open_referral.listing import healthcare_service
from schemas.open_referral.page import Fault, NotOpenReferral, Page, instant_of, read_page
from services.domain.record.instant import instant_text
from services.intake.accept import Checked, Delivery
from services.intake.acceptance import Acceptance, now_ticks
from services.platform.access import partners

_DOOR = "directory"
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s|]+", re.IGNORECASE)


class Imported(NamedTuple):
    """What became of a file."""

    listed: int
    """Services in it."""
    new: int
    """Those of them that were never told so before."""


class NotRegistered(Exception):
    """The organisation is none of the partnership's; register it with 'carethread token --partner ODS --name NAME'."""


async def import_services(acceptance: Acceptance, data: bytes, sender: str, system: str | None) -> Imported:
    """Take every service of a file as a message that lists it; one that was told so before changes nothing.

    A service that does not say when it changed is listed as of now. `system` is that of the services' ids.

    Raises:
        NotOpenReferral: anything is wrong, with every fault; nothing is taken.
        NotRegistered: the sender is no partner.
        PoolTimeout, or one of postgres.TRANSIENT: nothing is taken.
    """
    if system is not None and not _URI.fullmatch(system):
        raise NotOpenReferral([Fault("--system", "It is no URI.")])
    async with acceptance.pool.connection() as connection:
        if sender not in await partners(connection):
            raise NotRegistered(NotRegistered.__doc__)
    page = await asyncio.to_thread(read_page, data)
    bodies = await asyncio.to_thread(_messages, page, system)
    at = now_ticks()
    deliveries = [Delivery(secrets.token_bytes(16), sender, at, _DOOR, body) for body in bodies]
    checked = await acceptance.check_all(deliveries)
    if faults := _refused(page, checked):
        raise NotOpenReferral(faults)
    kept = await acceptance.keep(checked)
    await acceptance.send_on(checked, kept)
    return Imported(len(checked), len(kept.new))


def _messages(page: Page, system: str | None) -> list[bytes]:
    if system is None:
        text = "It is no UUID: say with --system whose numbers these are."
        ids = [one.id for one in page.services]
        if faults := [Fault(page.path(at, "id"), text) for at, id_ in enumerate(ids) if not _is_uuid(id_)]:
            raise NotOpenReferral(faults)
    now = instant_text(now_ticks())
    return [
        orjson.dumps(listing_bundle(healthcare_service(one, system), instant_of(one) or now))
        for one in page.services
    ]


def _refused(page: Page, checked: list[Checked]) -> list[Fault]:
    """What the FHIR of the services breaks, which their own standard allows."""
    return [
        Fault(page.path(number), f"{issue.text} ({issue.place})" if issue.place else issue.text)
        for number, one in enumerate(checked)
        if one.refused
        for issue in one.refused.issues
    ]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
