"""The invented organisations, workers and people of the Open Dialogue stream."""

from tests.streams.fhir_builders import Demographics, Organisation

HOSPITAL = Organisation("ZZD01", "Fellside Mental Health Trust", "NHS", "https://fellside-trust.example")
SURGERY = Organisation("ZZD02", "Sandpiper Surgery", "NHS", "https://sandpiper-surgery.example")
PEERS = Organisation("ZZD03", "Kettle and Chairs", "Charity", "https://kettle-and-chairs.example")
COUNCIL = Organisation("ZZD04", "Fellside Council Social Care", "Council", "https://fellside-council.example")
CRISIS_LINE = Organisation("ZZD05", "Northmoor Crisis Line", "NHS", "https://northmoor-crisis.example")
PARTNERS = (HOSPITAL, SURGERY, PEERS, COUNCIL, CRISIS_LINE)

PSYCHIATRIST = "Hanna Lindqvist, psychiatrist"
SOCIAL_WORKER = "Gareth Pugh, social worker"
PEER = "Izzy Barlow, peer worker"
NURSE = "Femi Adelaja, mental health nurse"
INTERPRETER = "Rukhsana Mir, interpreter"
TEAM = (PSYCHIATRIST, SOCIAL_WORKER, PEER)
"""Those who came to the first meeting and stay."""

NOAH = Demographics(
    "Noah",
    "Ashworth",
    "male",
    "2006-09-08",
    "9991260919",
    "07700 900311",
    "2 Quarry Cottages",
    "Northmoor",
    "FD91 3KT",
)
MEHWISH = Demographics(
    "Mehwish",
    "Saleem",
    "female",
    "1984-01-22",
    "9991276858",
    "07700 900324",
    "58 Spinners Row",
    "Fellside",
    "FD90 7QA",
)
TOMASZ = Demographics(
    "Tomasz",
    "Wrona",
    "male",
    "1991-06-03",
    "",
    "07700 900336",
    "The Bothy, High Birkett Farm",
    "Northmoor",
    "FD91 8LW",
)
ELSIE = Demographics(
    "Elsie",
    "Garside",
    "female",
    "1958-12-19",
    "9991262385",
    "07700 900347",
    "11 Chapel Brow",
    "Fellside",
    "FD90 2SN",
)
JORDAN = Demographics(
    "Jordan",
    "Teale",
    "other",
    "1995-04-27",
    "9991289089",
    "07700 900358",
    "Flat 3, 19 Station Approach",
    "Fellside",
    "FD90 1EJ",
)
