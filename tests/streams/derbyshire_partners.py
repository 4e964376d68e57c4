"""The invented organisations, coaches and neighbours of the Derbyshire stream."""

from tests.streams.family_builders import Worker
from tests.streams.fhir_builders import Demographics, Organisation

COACHES = Organisation("ZZR01", "Fellside Resident Coaches", "Charity", "https://fellside-coaches.example")
SURGERY = Organisation("ZZR02", "Millstone Lane Surgery", "NHS", "https://millstone-lane.example")
TRUST = Organisation("ZZR03", "Dovecote Community Health", "NHS", "https://dovecote-health.example")
COUNCIL = Organisation(
    "ZZR04", "Limeshire County Council Adult Care", "Council", "https://limeshire-council.example"
)
LARDER = Organisation("ZZR05", "Cornmill Food Larder", "Charity", "https://cornmill-larder.example")
PARTNERS = (COACHES, SURGERY, TRUST, COUNCIL, LARDER)
SHEET_SENDERS = (COACHES, LARDER)
"""They have no system of their own: what they know comes as sheets."""

BEV = Worker("Bev Hallam", "resident coach", COACHES)
GURDEEP = Worker("Gurdeep Sohal", "resident coach", COACHES)
WINSTON = Worker("Winston Clarke", "resident coach", COACHES)
DENISE = Worker("Denise Tansley", "larder volunteer", LARDER)
NADIA = Worker("Nadia Quayle", "physiotherapist", TRUST)
GP = Worker("Dr Owen Fairey", "GP", SURGERY)
ADVISER = Worker("Lorraine Sykes", "occupational therapist", COUNCIL)

PAULINE = Demographics(
    "Pauline",
    "Wragg",
    "female",
    "1952-02-19",
    "9991403590",
    "07700 900521",
    "2 Reservoir Cottages",
    "Over Millstone",
    "DE98 1QT",
)
TERRY = Demographics(
    "Terence",
    "Bowmer",
    "male",
    "1967-09-08",
    "9991453008",
    "07700 900522",
    "16 Quarry Bank",
    "Over Millstone",
    "DE98 1QZ",
)
MARGARET = Demographics(
    "Margaret",
    "Fearn",
    "female",
    "1949-05-30",
    "9991414517",
    "07700 900523",
    "5 Chapel Steps",
    "Over Millstone",
    "DE98 1RB",
)
SHAUN = Demographics(
    "Shaun",
    "Beresford",
    "male",
    "1991-01-25",
    "9991458514",
    "07700 900524",
    "40 Mill Row",
    "Cornmill",
    "DE98 2SD",
)

# what the coaches' sheets and the larder's say of who somebody is: no NHS numbers, and of Maggie a first name, a
# telephone and the year that she owns up to, which is not the one the surgery has
PAULINE_CELLS = {
    "person_reference": "N-12",
    "given_name": "Pauline",
    "family_name": "Wragg",
    "birth_date": "19/02/1952",
    "postcode": "DE98 1QT",
    "phone": "07700 900521",
}
TERRY_CELLS = {
    "person_reference": "N-15",
    "given_name": "Terry",
    "family_name": "Bowmer",
    "birth_date": "08/09/1967",
    "phone": "07700 900522",
}
MAGGIE_CELLS = {
    "person_reference": "N-19",
    "given_name": "Maggie",
    "birth_date": "1950",
    "phone": "07700 900523",
}
ANIL_CELLS = {
    "person_reference": "N-21",
    "given_name": "Anil",
    "family_name": "Kapadia",
    "birth_date": "14/07/1983",
    "phone": "07700 900525",
    "postcode": "DE98 2SG",
}
ANIL_AT_LARDER = {
    "given_name": "Anil",
    "family_name": "Kapadia",
    "birth_date": "14 July 1983",
    "phone": "07700 900525",
}
SHAUN_CELLS = {
    "person_reference": "N-17",
    "given_name": "Shaun",
    "family_name": "Beresford",
    "birth_date": "25/01/1991",
    "postcode": "DE98 2SD",
    "phone": "07700 900524",
}

# the moments at which sheets were uploaded: every row of one sheet has the same
MARCH = "2026-03-13T18:40:02.114205Z"
APRIL = "2026-04-10T19:05:31.870416Z"
LATE_APRIL = "2026-04-24T18:22:47.003981Z"
MAY = "2026-05-08T18:51:09.550127Z"
LATE_MAY = "2026-05-29T20:12:33.290664Z"
JUNE = "2026-06-12T18:33:58.412009Z"
JULY = "2026-07-10T18:45:20.967335Z"
AUGUST = "2026-08-14T19:01:15.086742Z"
LARDER_MAY = "2026-05-30T09:10:44.731208Z"
NOTEBOOK = "2026-06-05T20:40:12.640093Z"
"""When Bev's paper notebook of the spring was typed up at last."""
