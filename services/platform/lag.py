"""How far consumer groups have read, as the broker has it."""

from typing import NamedTuple

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec


class Reading(NamedTuple):
    """A partition's end, and the offset that a group has committed there."""

    end: int
    committed: int

    @property
    def lag(self) -> int:
        """Records that the group has yet to read."""
        return max(0, self.end - self.committed)


def read_lag(admin: KafkaAdminClient, group: str, topics: set[str]) -> dict[TopicPartition, Reading]:
    """Where `group` stands in each partition of `topics`.

    Raises:
        kafka.errors.KafkaError: the broker does not answer.
    """
    places = [
        TopicPartition(topic["name"], partition["partition_index"])
        for topic in admin.describe_topics(sorted(topics))
        for partition in topic["partitions"]
    ]
    ends = admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
    found = admin.list_group_offsets({group: None})[group]
    return {
        place: Reading(ends[place].offset, max(found[place].offset, 0) if place in found else 0)
        for place in places
    }
