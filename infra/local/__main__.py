"""`python -m infra.local`: the whole system on this machine, until Ctrl-C."""

import argparse
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.errors import LocalSystemError

if TYPE_CHECKING:
    from infra.local.system import LocalSystem


def main() -> int:
    """Run the system; 0 when stopped on purpose, 1 with one sentence when it cannot go on."""
    started = time.monotonic()
    # Not above: what this takes to import is part of the time that is shown.
    from infra.local.settings import DATA, REPOSITORY
    from infra.local.system import LocalSystem

    parser = argparse.ArgumentParser(prog="python -m infra.local", description=main.__doc__)
    parser.add_argument("--ready-file", type=Path, help="written once everything is up (JSON)")
    parser.add_argument("--data", type=Path, default=DATA, help=f"data folder (default {DATA})")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs kept")
    parser.add_argument("--free-ports", action="store_true", help="take ports nobody uses")
    parser.add_argument(
        "--source", type=Path, default=REPOSITORY / "main.py", help="whose functions to run"
    )
    options = parser.parse_args()
    system = LocalSystem(
        data=options.data,
        free_ports=options.free_ports,
        fresh=options.fresh,
        ready_file=options.ready_file,
        source=options.source,
        say=_say,
    )
    _listen_to_signals(system)
    _say("Starting the local system ...")
    try:
        with system:
            _show(system, time.monotonic() - started)
            try:
                system.wait()
            except KeyboardInterrupt:
                _say("Stopping and keeping the data; Ctrl-C again kills at once ...")
                raise
    except KeyboardInterrupt:
        _say("Stopped.")
        return 0
    except LocalSystemError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _listen_to_signals(system: "LocalSystem") -> None:
    """Have the first signal interrupt, and each later one kill everything."""
    is_interrupted = False

    def interrupt(number: int, frame: object) -> None:
        nonlocal is_interrupted
        # Only the first may raise: an exception in the midst of stopping would cut it short.
        if is_interrupted:
            system.kill_all()
            return
        is_interrupted = True
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def _show(system: "LocalSystem", seconds: float) -> None:
    _say(
        f"""
  citizen's phone   {system.addresses.phone}
  officers' page    {system.addresses.admin}
  control room      {system.addresses.simulator}

Ready in {seconds:.1f} s. Data and logs are in {system.folders.root}; Ctrl-C stops and keeps them.
"""
    )


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
