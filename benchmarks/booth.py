# SPDX-License-Identifier: AGPL-3.0-or-later
"""How soon a booth shows its first frame, what it weighs, and how fast it casts a vote for good.

The booth starts as a process of its own, offscreen, from the folder of a prepared device.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from ballots.record.kinds import Kind, Role
from hardware.attach import attach_printer
from hardware.simulated.printer import PrinterSimulator
from hardware.simulated.scanner import ScannerSimulator
from kiosk.booth import Booth
from kiosk.demo.inputs import read_inputs
from kiosk.device import Device
from kiosk.events import BallotKept, CastBallot, LookUpSlip, SealBallot, SlipWelcomed
from kiosk.facilitator import Facilitator
from kiosk.keys import chance
from kiosk.preparing import Preparation, prepare
from tests.evenings import Around

STARTS = 5
VOTES = 60
LONG = 5_000  # entries of a record
NOTE = 300  # bytes of each
LOOKS = 20


def prepared(folder: Path, group: str) -> Preparation:
    """A facilitator and a booth, with the shipped assembly's first poll open at both."""
    assembly = read_inputs(None, None).assembly
    made = prepare(
        assembly,
        group=group,
        slips=VOTES,
        devices=[("Facilitator", Role.FACILITATOR), ("Booth", Role.BOOTH)],
        random=chance,
    )
    for enrolled, name in zip(made.devices, ("facilitator", "booth"), strict=True):
        enrolled.install(made.prepared, folder / name)
    leader, booth = (Device(folder / name, chance) for name in ("facilitator", "booth"))
    acts = Facilitator(leader, lambda: "19:00")
    acts.open_assembly(VOTES)
    acts.open_poll(assembly.polls[0])
    booth.replica.merge(leader.replica.everything())
    leader.close()
    booth.close()
    return made


def starts(folder: Path) -> tuple[list[float], list[float]]:
    """Seconds from starting the process to the first frame, and MB of memory after it."""
    seconds, megabytes = [], []
    with PrinterSimulator() as printer, ScannerSimulator() as scanner:
        devices = [printer.url, scanner.url]
        screen = ["--screen", str(folder / "pictures")]
        arguments = [str(folder / "booth"), "booth", *devices, *screen]
        for _ in range(STARTS):
            began = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-m", "kiosk.demo.kiosk_process", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "SDL_VIDEODRIVER": "offscreen", "SDL_AUDIODRIVER": "dummy"},
            )
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(b'{"do": "look"}\n')
            process.stdin.flush()
            process.stdout.readline()
            seconds.append(time.perf_counter() - began)
            megabytes.append(_resident(process.pid))
            process.stdin.write(b'{"do": "stop"}\n')
            process.stdin.flush()
            process.wait()
            process.stdin.close()
            process.stdout.close()
    return seconds, megabytes


def votes(folder: Path, made: Preparation) -> tuple[list[float], list[float]]:
    """Milliseconds to seal the example's paper, and to record it durably, for each slip."""
    sealed, kept = [], []
    with PrinterSimulator() as printer:
        device = Device(folder / "booth", chance)
        driver = attach_printer(printer.url)
        booth = Booth(device, driver, Around(), random=chance)
        for slip in made.slips:
            welcomed = booth.carry_out(LookUpSlip(code=slip.payload))
            assert isinstance(welcomed, SlipWelcomed)
            began = time.perf_counter()
            booth.carry_out(SealBallot(uuid=welcomed.uuid, choices={}))
            between = time.perf_counter()
            assert isinstance(booth.carry_out(CastBallot()), BallotKept)
            kept.append(1000 * (time.perf_counter() - between))
            sealed.append(1000 * (between - began))
        driver.close()
        device.close()
    return sealed, kept


def long_evening(folder: Path, made: Preparation) -> list[float]:
    """Milliseconds until a slip is welcomed, where others write meanwhile in a long record."""
    leader, booth = (Device(folder / name, chance) for name in ("facilitator", "booth"))
    with leader.alone():
        notes = [leader.segment.write(Kind.NOTE, os.urandom(NOTE)) for _ in range(LONG)]
        leader.replica.add(notes)
    booth.replica.merge(leader.replica.everything())
    welcomed = []
    with PrinterSimulator() as printer:
        driver = attach_printer(printer.url)
        hands = Booth(booth, driver, Around(), random=chance)
        for slip in made.slips[:LOOKS]:
            booth.replica.append(leader.write(Kind.NOTE, b"news"))
            began = time.perf_counter()
            assert isinstance(hands.carry_out(LookUpSlip(code=slip.payload)), SlipWelcomed)
            welcomed.append(1000 * (time.perf_counter() - began))
        driver.close()
    for device in (booth, leader):
        device.close()
    return welcomed


def told(times: list[float], unit: str) -> str:
    """Median and spread."""
    return f"{median(times):8.2f} {unit}   ({min(times):.2f} to {max(times):.2f})"


def main() -> None:
    """Measure and print."""
    print("A booth: start to first frame, memory, one vote (wall time)")
    with TemporaryDirectory() as name:
        made = prepared(Path(name), "Ed25519")
        seconds, megabytes = starts(Path(name))
        print(f"  first frame      {told(seconds, 's')}")
        print(f"  resident memory  {told(megabytes, 'MB')}")
        sealed, kept = votes(Path(name), made)
        print(f"  seal a ballot    {told(sealed, 'ms')}")
        print(f"  cast, on disk    {told(kept, 'ms')}")
    with TemporaryDirectory() as name:
        made = prepared(Path(name), "Ed25519")
        welcomed = long_evening(Path(name), made)
        print(f"  slip looked up   {told(welcomed, 'ms')}   in a record of {LONG} entries")


def _resident(pid: int) -> float:
    """Megabytes that the process has in memory, as Linux counts them."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
