"""What is taken to be typical before anything is learned from records: shares from general knowledge of records
in health and care, which weigh as much as a few tens of pairs."""

TYPICAL: dict[str, dict[str, float]] = {
    "given": {
        "same": 0.80,
        "form": 0.06,
        "initial": 0.02,
        "other": 0.02,
        "similar": 0.06,
        "alike": 0.02,
        "different": 0.02,
    },
    "middle": {"same": 0.85, "initial": 0.10, "different": 0.05},
    "family": {"same": 0.84, "part": 0.02, "similar": 0.06, "alike": 0.02, "different": 0.06},
    "order": {"swapped": 0.01},
    "birth_date": {
        "same": 0.90,
        "compatible": 0.50,
        "transposed": 0.01,
        "slip": 0.04,
        "near": 0.025,
        "year": 0.01,
        "different": 0.015,
    },
    "address": {
        "home": 0.55,
        "road": 0.08,
        "postcode": 0.05,
        "street": 0.04,
        "near_road": 0.02,
        "near": 0.06,
        "town": 0.10,
        "like_town": 0.02,
        "different": 0.08,
    },
    "phone": {"same": 0.75, "slip": 0.03, "different": 0.22},
    "email": {"same": 0.75, "similar": 0.06, "name": 0.04, "different": 0.15},
    "gender": {"same": 0.97, "different": 0.03},
    "other_number": {"same": 0.90, "slip": 0.05, "different": 0.05},
    "nhs_number": {"same": 0.95, "invalid": 0.30, "slip": 0.50},
}
"""How often each level is taken to occur between records of one person before anything is known (m)."""

RANDOM: dict[str, dict[str, float]] = {
    "given": {
        "form": 0.004,
        "initial": 0.05,
        "other": 0.01,
        "similar": 0.005,
        "alike": 0.02,
        "different": 0.9,
    },
    "middle": {"same": 0.02, "initial": 0.07, "different": 0.91},
    "family": {"part": 0.003, "similar": 0.003, "alike": 0.01, "different": 0.98},
    "order": {"swapped": 1.0},
    "birth_date": {
        "compatible": 0.02,
        "transposed": 0.00003,
        "slip": 0.0006,
        "near": 0.002,
        "year": 0.02,
        "different": 0.976,
    },
    "address": {
        "home": 0.0625,
        "road": 0.75,
        "postcode": 0.1875,
        "near_road": 0.001,
        "near": 0.03,
        "like_town": 0.01,
        "different": 0.8,
    },
    "phone": {"slip": 0.00002, "different": 0.9999},
    "email": {"similar": 0.0002, "name": 0.002, "different": 0.997},
    "gender": {"same": 0.5, "different": 0.5},
    "other_number": {"slip": 0.00001, "different": 0.9999},
    "nhs_number": {"same": 0.000001, "invalid": 0.0001, "slip": 0.0001},
}
"""How often each level is taken to occur between records of two people (u), where no value's rarity says so."""

AT_HOME: dict[str, dict[str, float]] = {
    "given": {
        "same": 0.03,
        "form": 0.005,
        "initial": 0.05,
        "other": 0.015,
        "similar": 0.01,
        "alike": 0.02,
        "different": 0.87,
    },
    "family": {"same": 0.70, "part": 0.02, "similar": 0.02, "alike": 0.01, "different": 0.25},
    "address": {
        "home": 0.80,
        "road": 0.02,
        "postcode": 0.02,
        "street": 0.08,
        "near_road": 0.01,
        "near": 0.02,
        "town": 0.02,
        "like_town": 0.01,
        "different": 0.02,
    },
    "phone": {"same": 0.45, "slip": 0.02, "different": 0.53},
    "email": {"same": 0.20, "similar": 0.03, "name": 0.07, "different": 0.70},
}
"""How often each level is taken to occur between records of two people who live together (h)."""
