"""Writes the named social worker stream: one worker by name for each person, and what it is to lose them."""

from tests.streams.named_social_worker_partners import PARTNERS
from tests.streams.named_social_worker_people import bridie, daniel, peter, yasmin
from tests.streams.scenario import Scenario

NAMED_SOCIAL_WORKER = Scenario(
    "named-social-worker", PARTNERS, (daniel.story, yasmin.story, peter.story, bridie.story)
)

if __name__ == "__main__":
    NAMED_SOCIAL_WORKER.write()
