"""The invented organisations, workers and people of the Norfolk and Suffolk stream."""

from tests.streams.fhir_builders import Demographics, Organisation

TRUST = Organisation("ZZT41", "Broadland Wellbeing Trust", "NHS", "https://broadland-wellbeing.example")
SURGERY = Organisation("ZZG07", "Reedmere Surgery", "NHS", "https://reedmere-surgery.example")
COUNCIL = Organisation(
    "ZZC12", "Wensum County Council Social Care", "Council", "https://wensum-council.example"
)
LANTERN = Organisation("ZZV33", "Marsh Lantern", "Charity", "https://marsh-lantern.example")
TIDEWELL = Organisation("ZZV58", "Tidewell Peers", "Charity", "https://tidewell-peers.example")
PARTNERS = (TRUST, SURGERY, COUNCIL, LANTERN, TIDEWELL)

NURSE = "Ngozi Adeyemi, mental health nurse"
THERAPIST = "Tom Brundish, psychological therapist"
SOCIAL_WORKER = "Priya Nair, named social worker"
COUNSELLOR = "Ruth Gooch, counsellor"
PEER = "Sam Okafor, peer worker"
YOUTH_PEER = "Jodie Cutler, peer worker"

MAYA = Demographics(
    "Maya",
    "Holloway",
    "female",
    "1994-05-17",
    "9991042172",
    "07700 900112",
    "14 Cooper's Loke",
    "Reedmere",
    "NR99 4QT",
)
DEREK = Demographics(
    "Derek",
    "Pask",
    "male",
    "1957-11-03",
    "9992318600",
    "07700 900127",
    "3 Smokehouse Row",
    "Marsh Quay",
    "NR98 2HB",
)
AISHA = Demographics(
    "Aisha",
    "Rahman",
    "female",
    "1998-01-29",
    "9993174521",
    "07700 900134",
    "27 Kingfisher Way",
    "Reedmere",
    "NR99 1LD",
)
CALLUM = Demographics("Callum", "Thirkettle", "male", "2007-06-21", "9994260936", "07700 900148")
JOAN = Demographics(
    "Joan",
    "Larter",
    "female",
    "1949-08-08",
    "9995388715",
    "07700 900156",
    "Willow End, Staithe Road",
    "Wensum St Mary",
    "NR97 6JU",
)
BEE = Demographics("Bee", "Sallow", "other", "2001")
THOMAS = Demographics(
    "Thomas",
    "Gage",
    "male",
    "1958-02-11",
    "9996403351",
    "07700 900163",
    "8 Lifeboat Terrace",
    "Marsh Quay",
    "NR98 2HD",
)
EWA = Demographics(
    "Ewa",
    "Kowalczyk",
    "female",
    "1983-12-12",
    "9997529146",
    "07700 900179",
    "Flat 2, 41 Maltings Street",
    "Reedmere",
    "NR99 3RF",
)
