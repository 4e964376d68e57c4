"""The engines that every process waits for before it works, and what makes it start afresh."""

import asyncio
import contextlib
import logging

from kafka.errors import KafkaError

from services.platform import log as logs
from services.platform.postgres import TRANSIENT, DatabaseRole, connect, is_migrated
from services.platform.publisher import administer, cluster_id
from services.platform.settings import Settings
from services.platform.topics import CORE_TOPICS, InboundTopic, inbound
from services.record.model import load_model, records_version

log = logging.getLogger(__name__)

_LOOK_FOR_TOPICS_EVERY = 2.0
_LOOK_FOR_ENGINES_EVERY = 0.3


async def await_engines(
    settings: Settings, role: DatabaseRole, stop: asyncio.Event
) -> tuple[list[InboundTopic], str]:
    """Wait until the role may work in the database and the topics are there.

    Returns the inbound topics, and whose cluster they are on.

    Raises:
        NotAModel: the model file that the settings name is none.
        postgres.OtherRules: the records there follow other rules or another model.
        asyncio.CancelledError: the process is asked to stop meanwhile.
    """
    version = records_version(load_model(settings.model))
    while not stop.is_set():
        try:
            connection = await connect(settings.postgres.get_secret_value(), role)
            async with connection:
                migrated = await is_migrated(connection, version)
            topics = await asyncio.to_thread(_inbound_topics, settings.kafka)
            if migrated and topics:
                return topics, await asyncio.to_thread(cluster_id, settings.kafka)
            log.info("Waiting for the database to be migrated and the topics to be made")
        except (KafkaError, OSError, *TRANSIENT) as fault:
            log.info("Waiting for the engines: %s", logs.describe(fault))
        await asyncio.sleep(_LOOK_FOR_ENGINES_EVERY)
    raise asyncio.CancelledError


async def stop_when_partners_join(settings: Settings, known: list[InboundTopic], stop: asyncio.Event) -> None:
    """Faust cannot add a topic to a running agent: end, to be started again with the new partner's."""
    while True:
        await asyncio.sleep(_LOOK_FOR_TOPICS_EVERY)
        with contextlib.suppress(KafkaError, OSError):
            if await asyncio.to_thread(_inbound_topics, settings.kafka) != known:
                log.info("The inbound topics have changed: starting afresh with them")
                stop.set()
                return


def _inbound_topics(bootstrap: str) -> list[InboundTopic]:
    with contextlib.closing(administer(bootstrap)) as admin:
        names = set(admin.list_topics())
    return inbound(names) if names.issuperset(CORE_TOPICS) else []
