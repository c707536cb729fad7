# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens in a hall, each play on hosts of its own. A play fails where it raises."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack

from sync.network.beacon import SERVICE
from tests.hosts.devices import (
    ALL,
    BOOTHS,
    DESK,
    LAPSED,
    LATE,
    LEADER,
    OFFICE,
    SECOND,
    STRANGER,
)
from tests.hosts.hall import Hall, Host
from tests.told_evenings import ASSEMBLY

ONE, TWO, THREE, FOUR, FIVE, SIX = BOOTHS
NEAR, FAR = (LEADER, ONE, TWO, THREE), (DESK, FOUR, FIVE, SIX)
OTHERS = len(ALL) - 1
MOLESTED = 12  # seconds: the guests first look around for some


def settle(hosts: Iterable[Host]) -> None:
    """Until all hold the same."""
    hosts = list(hosts)
    until = time.monotonic() + 60
    while len({host.ask("look")["tips"] for host in hosts}) > 1:
        assert time.monotonic() < until, "records differ"
        time.sleep(0.05)


def one_poll(hosts: Iterable[Host]) -> dict[str, object]:
    """What all say of the poll, which is the same."""
    told = [host.ask("poll") for host in hosts]
    assert all(each == told[0] for each in told), told
    return told[0]


# Plays.


def evening(hall: Hall) -> None:
    """From a cold start to the seal: a kill, a late joiner, two halves, a slip in both of them."""
    hall.switch_on(*(name for name in ALL if name is not SIX))
    for host in hall.hosts.values():
        assert host.ask("meet", n=OTHERS - 1)["holds"]
    hall.hosts[LEADER].ask("open")
    settle(hall.hosts.values())
    assert hall.hosts[ONE].ask("cast", slip="a", n=OTHERS - 1)["holders"] == OTHERS - 1

    (late,) = hall.switch_on(SIX)
    assert late.ask("meet", n=OTHERS)["holds"]
    settle(hall.hosts.values())

    hall.hosts[TWO].ask("cast", slip="b", n=1)
    hall.hosts[TWO].process.kill()
    assert hall.hosts[ONE].ask("cast", slip="c", n=OTHERS - 1)["holders"] == OTHERS - 1
    hall.switch_on(TWO)
    assert hall.hosts[TWO].ask("cast", slip="d", n=OTHERS)["holders"] == OTHERS

    signed = hall.hosts[FIVE].ask("sign", slip="signed")
    assert 2 <= signed["signed"] <= signed["holders"] <= OTHERS
    print(f"signed by {signed['signed']} of {signed['holders']} after {signed['seconds']:.3f} s")

    hall.part(FAR)
    near, far = hall.hosts[THREE], hall.hosts[FOUR]
    assert near.ask("cast", slip="twice", choice="y", n=len(NEAR) - 1)["holders"] >= 3
    assert far.ask("cast", slip="twice", choice="n", n=len(FAR) - 1)["holders"] >= 3
    far.ask("cast", slip="e", n=len(FAR) - 1)
    hall.join()
    settle(hall.hosts.values())

    hall.hosts[LEADER].ask("close")
    assert hall.hosts[LEADER].ask("seal")["holds"]
    settle(hall.hosts.values())
    told = one_poll(hall.hosts.values())
    assert told["stage"] == "sealed"
    assert told["counted"] == [
        "slip-a",
        "slip-b",
        "slip-c",
        "slip-d",
        "slip-e",
        "slip-signed",
        "slip-twice",
    ]
    _comes_after_the_seal(hall, told)


def _comes_after_the_seal(hall: Hall, sealed: dict[str, object]) -> None:
    """A booth that took a ballot without ever being connected changes nothing, and is told of."""
    (late,) = hall.switch_on(LATE)
    late.ask("meet", n=1)
    hall.hosts[LEADER].ask("reach", entries=1)
    settle(hall.hosts.values())
    late.ask("cast", slip="late", n=1)
    settle(hall.hosts.values())
    told = one_poll(hall.hosts.values())
    assert {**told, "late": 0, "oddities": []} == {**sealed, "late": 0, "oddities": []}
    assert told["late"] == 1


def halves_that_never_met(hall: Hall) -> None:
    """Each half begins on a switch of its own; then somebody joins the switches."""
    hall.part(FAR)
    hall.switch_on(*NEAR)
    hall.switch_on(*FAR)
    for names in (NEAR, FAR):
        for name in names:
            assert hall.hosts[name].ask("meet", n=len(names) - 1)["holds"]
    hall.hosts[LEADER].ask("open")
    hall.hosts[DESK].ask("note", count=100)
    hall.join()
    begun = time.monotonic()
    for host in hall.hosts.values():
        assert host.ask("meet", n=OTHERS)["holds"]
    print(f"halves met after {time.monotonic() - begun:.1f} s")
    settle(hall.hosts.values())


def hostile_guests(hall: Hall) -> None:
    """Forged names, a flood of them, and of connections; certificates of others, or none."""
    hall.switch_on(LEADER, ONE, TWO)
    for host in hall.hosts.values():
        assert host.ask("meet", n=2)["holds"]
    hall.hosts[LEADER].ask("open")
    settle(hall.hosts.values())
    (other,) = hall.switch_on(STRANGER)
    with ExitStack() as guests:
        for what in ("goodbyes", "elsewhere", "names", "knocks"):
            guest = hall.begin_at(
                DESK, sys.executable, "-m", "tests.hosts.guest", what, hall.address(ONE)
            )
            guests.callback(guest.wait)
            guests.callback(guest.kill)
        begun, slowest = time.monotonic(), 0.0
        while time.monotonic() - begun < MOLESTED:
            told = hall.hosts[ONE].ask("cast", slip=f"{time.monotonic()}", n=2)
            assert told["holders"] == 2
            slowest = max(slowest, told["seconds"])
            time.sleep(0.1)
        assert slowest < 2
        spent = hall.hosts[ONE].ask("spent")
        print(
            f"molested for {MOLESTED} s: a ballot on three devices after {slowest:.3f} s at most,",
            end="",
        )
        print(f" {spent['cpu']:.1f} s of processor, {spent['megabytes']} MB")
    assert other.ask("look")["peers"] == 0
    assert spent["megabytes"] < 120, spent
    for host in (hall.hosts[LEADER], hall.hosts[ONE], hall.hosts[TWO]):
        assert host.ask("look")["peers"] == 2


def an_outside_client(hall: Hall) -> None:
    """Tools of others see that somebody is there, and get nothing."""
    hall.switch_on(LEADER, ONE)
    assert hall.hosts[ONE].ask("meet", n=1)["holds"]
    port = int(hall.hosts[LEADER].ask("join")["port"])
    connect = f"{hall.address(LEADER)}:{port}"
    for version in ("-tls1_3", "-tls1_2"):
        client = hall.begin_at(ONE, "openssl", "s_client", "-connect", connect, version, "-quiet")
        printed, _ = client.communicate("hello\n", timeout=20)
        assert client.returncode, printed
        assert "urna-sync" not in printed, printed
        assert ASSEMBLY not in printed, printed
    browser = hall.begin_at(TWO, sys.executable, "-m", "tests.hosts.guest", "browse", SERVICE)
    printed, _ = browser.communicate(timeout=20)
    assert len(printed.split()) == 2, printed


def a_narrow_cable(hall: Hall) -> None:
    """One kiosk behind 1 Mbit/s holds up nobody, and catches up."""
    hall.switch_on(LEADER, DESK, ONE, TWO)
    for host in hall.hosts.values():
        assert host.ask("meet", n=3)["holds"]
    hall.slow_down(TWO, "1mbit")
    assert hall.hosts[DESK].ask("note", count=400, size=400, n=2)["seconds"] < 5
    hall.hosts[LEADER].ask("open")
    settle(hall.hosts[name] for name in (LEADER, DESK, ONE))
    assert hall.hosts[ONE].ask("cast", slip="a", n=2)["seconds"] < 1
    settle(hall.hosts.values())


def a_slip_in_two_hands(hall: Hall) -> None:
    """A slip and its copy: one booth has it, until it is put back; without a cable both have."""
    booths = hall.switch_on(ONE, TWO, THREE)
    for host in booths:
        assert host.ask("meet", n=2)["holds"]
    one, two, _ = booths
    begun = one.ask("take", slip="a")
    assert begun["by"] == ""
    print(f"a slip is asked for of two others in {1000 * begun['seconds']:.1f} ms")
    assert two.ask("take", slip="a")["by"] == one.ask("who")["device"]
    assert two.ask("take", slip="b")["by"] == ""
    one.ask("take", slip="")
    assert two.ask("take", slip="a")["by"] == ""
    assert one.ask("take", slip="a")["by"] == two.ask("who")["device"]
    hall.plug(ONE, is_in=False)
    one.ask("alone")
    assert one.ask("take", slip="a")["by"] == ""
    assert two.ask("take", slip="a")["by"] == ""


def a_copied_card(hall: Hall) -> None:
    """A booth's card is copied while it runs, and runs elsewhere too: both are told of at once."""
    hall.switch_on(LEADER, ONE)
    for host in hall.hosts.values():
        assert host.ask("meet", n=1)["holds"]
    shutil.rmtree(hall.folder / LATE)
    shutil.copytree(hall.folder / ONE, hall.folder / LATE)
    (copy,) = hall.switch_on(LATE)
    copy.ask("meet", n=1)
    booth = hall.hosts[ONE].ask("who")["device"]
    told = hall.hosts[LEADER].ask("doubled")
    assert (told["devices"], told["holds"]) == ([booth], True)
    print(f"a copy is told of after {told['seconds']:.1f} s")
    assert hall.hosts[ONE].ask("doubled")["devices"] == [booth]
    hall.hosts[LEADER].ask("open")
    settle(hall.hosts.values())
    hall.hosts[ONE].ask("cast", slip="a", n=1)
    copy.ask("cast", slip="b", n=1)
    settle(hall.hosts.values())
    assert "restored" in str(one_poll(hall.hosts.values())["oddities"])


def a_hub_in_the_office(hall: Hall) -> None:
    """It is found in its network, signs for what it holds, and holds up no seal once it is gone.

    All booths are there, as those are waited for.
    """
    hall.switch_on(*ALL)
    folder = str(hall.folder / OFFICE)
    command = (sys.executable, "-m", "kiosk", "sync", "hub", "--folder", folder)
    office = hall.begin_at(OFFICE, *command)
    with office:
        try:
            for host in hall.hosts.values():
                assert host.ask("meet", n=OTHERS + 1)["holds"]
            hall.hosts[LEADER].ask("open")
            settle(hall.hosts.values())
            assert hall.hosts[ONE].ask("cast", slip="a", n=OTHERS + 1)["holders"] == OTHERS + 1
            kept = [host.ask("kept") for host in hall.hosts.values()]
            assert all(each["holds"] for each in kept)
            print(f"a hub has signed, and all know, after {kept[0]['seconds']:.1f} s")
        finally:
            office.terminate()
    assert office.returncode == 0, office.returncode
    hall.hosts[TWO].ask("cast", slip="b", n=OTHERS)
    hall.hosts[LEADER].ask("close")
    assert hall.hosts[LEADER].ask("seal")["holds"]
    settle(hall.hosts.values())
    told = one_poll(hall.hosts.values())
    assert (told["stage"], told["counted"]) == ("sealed", ["slip-a", "slip-b"])


def pulled_cables(hall: Hall) -> None:
    """Each cable is out for a while, and each kiosk goes on alone."""
    hall.switch_on(LEADER, ONE, TWO)
    for host in hall.hosts.values():
        assert host.ask("meet", n=2)["holds"]
    hall.hosts[LEADER].ask("open")
    settle(hall.hosts.values())
    for number, name in enumerate((ONE, TWO, ONE)):
        hall.plug(name, is_in=False)
        hall.hosts[name].ask("cast", slip=f"{number}")
        hall.plug(name, is_in=True)
        settle(hall.hosts.values())


def dates_long_past(hall: Hall) -> None:
    """A certificate that ended one day in 1970 is as good as any: clocks lie, keys do not."""
    lapsed, leader = hall.switch_on(LAPSED, LEADER)
    assert lapsed.ask("meet", n=1)["holds"]
    leader.ask("open")
    settle(hall.hosts.values())
    assert lapsed.ask("cast", slip="a", n=1)["holders"] == 1
    assert one_poll(hall.hosts.values())["counted"] == ["slip-a"]


def a_stolen_kiosk(hall: Hall) -> None:
    """Two facilitators take it out: all part from it, and what it takes from then on is void."""
    hall.switch_on(*ALL, SECOND)
    for host in hall.hosts.values():
        assert host.ask("meet", n=len(ALL))["holds"]
    leader, second, stolen = (hall.hosts[name] for name in (LEADER, SECOND, ONE))
    rest = [host for host in hall.hosts.values() if host is not stolen]
    leader.ask("open")
    settle(hall.hosts.values())
    assert stolen.ask("cast", slip="before", n=len(ALL))["holders"] == len(ALL)
    assert not leader.ask("revoke", name=ONE)["done"]
    settle(hall.hosts.values())
    assert second.ask("revoke", name=ONE)["done"]
    assert stolen.ask("alone")["holds"]
    stolen.ask("cast", slip="after")
    assert hall.hosts[TWO].ask("cast", slip="b", n=len(rest) - 1)["holders"] == len(rest) - 1
    leader.ask("close")
    assert leader.ask("seal")["holds"]
    settle(rest)
    told = one_poll(rest)
    assert told["stage"] == "sealed"
    assert told["counted"] == ["slip-b", "slip-before"]
    assert stolen.ask("look")["peers"] == 0


PLAYS = {
    play.__name__: play
    for play in (
        evening,
        halves_that_never_met,
        hostile_guests,
        an_outside_client,
        a_narrow_cable,
        a_slip_in_two_hands,
        a_copied_card,
        a_hub_in_the_office,
        pulled_cables,
        dates_long_past,
        a_stolen_kiosk,
    )
}


def main(name: str) -> None:
    """Play one; what the hosts had to say goes to stderr where it fails."""
    with Hall() as hall:
        try:
            PLAYS[name](hall)
        except BaseException:
            for log in sorted(hall.folder.glob("*.log")):
                print(f"{log.name}:\n{log.read_text()[-3000:]}", file=sys.stderr)
            raise


if __name__ == "__main__":
    main(sys.argv[1])
