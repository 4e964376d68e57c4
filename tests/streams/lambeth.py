"""Writes the Lambeth stream: a front door run with charities, and the places it introduces people to."""

from tests.streams.lambeth_partners import PARTNERS
from tests.streams.lambeth_people import bronagh, delroy, farida, kit, sunny, winifred
from tests.streams.scenario import Scenario

LAMBETH = Scenario(
    "lambeth", PARTNERS, (delroy.story, farida.story, kit.story, winifred.story, sunny.story, bronagh.story)
)

if __name__ == "__main__":
    LAMBETH.write()
