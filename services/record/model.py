"""The frozen model that a process works with, and the version of the records that it makes."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from services.domain.identity.model import Model, NotAModel, from_json
from services.domain.rules import RULES_VERSION


@cache
def load_model(file: Path | None = None) -> Model:
    """The model in `file`, or the one that comes with this version.

    Raises:
        NotAModel: the file cannot be read, or is no model.
    """
    if file is None:
        return from_json(files("services.domain.identity").joinpath("model.json").read_bytes())
    try:
        return from_json(file.read_bytes())
    except OSError as fault:
        raise NotAModel(f"The model file {file} cannot be read: {fault.strerror}.") from None


def records_version(model: Model) -> str:
    """The version of the rules and of the model: with the accepted messages these decide every record."""
    return f"{RULES_VERSION} {model.fingerprint}"
