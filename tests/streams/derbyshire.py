"""Writes the Derbyshire stream: trained residents coach their neighbours, and all they have is a sheet."""

from tests.streams.derbyshire_partners import PARTNERS
from tests.streams.derbyshire_people import anil, maggie, pauline, shaun, terry
from tests.streams.scenario import Scenario

DERBYSHIRE = Scenario(
    "derbyshire", PARTNERS, (pauline.story, terry.story, maggie.story, anil.story, shaun.story)
)

if __name__ == "__main__":
    DERBYSHIRE.write()
