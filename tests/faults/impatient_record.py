"""The record process with a watchdog that looks twice a second and waits for one second alone."""

from services.platform import stream
from services.platform.settings import load_settings
from services.processes import run_process

if __name__ == "__main__":
    vars(stream).update(_STUCK_SECONDS=1.0, _LOOK_SECONDS=0.5)
    run_process("record", load_settings())
