# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from hardware.attach import Address, Scheme, attach_printer, attach_scanner
from hardware.devices import CodeScanner, Paper, ReceiptPrinter
from hardware.errors import DeviceCode, DeviceError
from hardware.self_test import (
    SIMULATED,
    Finding,
    SerialPort,
    examine_printer,
    examine_scanner,
    serial_ports,
)
from hardware.simulated.printer import PrinterSimulator
from hardware.simulated.scanner import ScannerSimulator

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = frozenset({"baud", "dots"})


def failure(url: str) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        attach_printer(url).status()
    return caught.value


def test_an_address_is_a_port_and_its_numbers() -> None:
    url = "serial:///dev/serial/by-id/usb-Example%20Printer?baud=9600&dots=384"
    assert Address.read(url, known=KNOWN) == Address(
        scheme=Scheme.SERIAL, path="/dev/serial/by-id/usb-Example Printer", baud=9600, dots=384
    )


def test_what_an_address_does_not_say_is_usual() -> None:
    address = Address.read("serial:///dev/ttyUSB0", known=KNOWN)
    assert (address.baud, address.dots) == (115_200, 576)


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("", "scheme"),
        ("/dev/ttyUSB0", "scheme"),
        ("usb:///dev/ttyUSB0", "scheme"),
        ("serial:", "path"),
        ("serial:///", "path"),
        ("serial://dev/ttyUSB0", "path"),
        ("serial:///dev/ttyUSB0#1", "path"),
        ("serial://[/dev/ttyUSB0", "url"),
        ("serial:///dev/ttyUSB0?baud", "url"),
        ("serial:///dev/ttyUSB0?speed=9600", "speed"),
        ("serial:///dev/ttyUSB0?baud=9601", "baud"),
        ("serial:///dev/ttyUSB0?baud=", "baud"),
        ("serial:///dev/ttyUSB0?baud=9600&baud=9600", "baud"),
        ("serial:///dev/ttyUSB0?dots=570", "dots"),
        ("serial:///dev/ttyUSB0?dots=-576", "dots"),
        ("serial:///dev/ttyUSB0?dots=\u0665\u0667\u0666", "dots"),
        ("simulated:?dots=99999", "dots"),
    ],
)
def test_a_wrong_address_is_refused_by_the_part_that_is_wrong(url: str, part: str) -> None:
    error = failure(url)
    assert (error.code, error.facts) == (DeviceCode.BAD_ADDRESS, {"url": url, "part": part})


def test_a_scanner_has_no_dots() -> None:
    with pytest.raises(DeviceError) as caught:
        attach_scanner("serial:///dev/ttyUSB0?dots=576")
    assert caught.value.facts["part"] == "dots"


def test_a_device_may_come_after_the_kiosk(tmp_path: Path) -> None:
    printer = attach_printer(f"serial://{tmp_path}/printer")
    with pytest.raises(DeviceError) as caught:
        printer.status()
    assert caught.value.code is DeviceCode.NOT_FOUND
    with PrinterSimulator() as simulator:
        address = Address.read(simulator.url, known=KNOWN)
        (tmp_path / "printer").symlink_to(address.path)
        assert printer.status().paper is Paper.OK
        printer.close()


def test_a_file_is_no_serial_port(tmp_path: Path) -> None:
    (tmp_path / "printer").write_bytes(b"")
    assert failure(f"serial://{tmp_path}/printer").code is DeviceCode.NOT_SERIAL


def test_a_simulated_printer_prints_into_the_folder_that_is_named(tmp_path: Path) -> None:
    printer: ReceiptPrinter = attach_printer(f"simulated://{tmp_path}/receipts?dots=384")
    picture = Image.effect_noise((printer.dots, 90), 99).convert("1")
    printer.print(picture)
    printer.print(picture)
    printer.close()
    saved = sorted(tmp_path.glob("receipts/*"))
    assert [path.name for path in saved] == ["receipt-001.png", "receipt-002.png"]
    with Image.open(saved[1]) as receipt:
        assert receipt.tobytes() == picture.tobytes()


def test_a_simulated_printer_needs_no_folder() -> None:
    printer = attach_printer(SIMULATED)
    printer.print(Image.new("1", (576, 20)))
    printer.close()


def test_a_simulated_scanner_is_never_used() -> None:
    scanner: CodeScanner = attach_scanner(SIMULATED)
    assert scanner.read(0) is None
    scanner.close()


def test_an_examined_printer_is_well_only_if_it_could_print_now() -> None:
    with PrinterSimulator(dots=384) as simulator:
        found = []
        found.append(examine_printer(simulator.url))
        simulator.run_low()
        found.append(examine_printer(simulator.url))
        simulator.run_out()
        found.append(examine_printer(simulator.url))
        simulator.load_paper()
        simulator.garbled = b"\xff"
        found.append(examine_printer(simulator.url))
        assert simulator.receipts == simulator.fragments == []
    keys = ["device.ready", "device.paper-low", "error.device.paper-out", "error.device.garbled"]
    assert [finding.key for finding in found] == keys
    assert [finding.well for finding in found] == [True, True, False, False]
    assert found[0].facts == {"dots": 384}


def test_an_examined_scanner_is_well_if_its_port_opens() -> None:
    with ScannerSimulator() as simulator:
        url = simulator.url
        assert examine_scanner(url) == Finding(
            url=url, key="device.listening", well=True, facts={}
        )
    gone = examine_scanner(url)
    assert (gone.key, gone.well) == ("error.device.not-found", False)


def test_a_wrong_address_is_a_finding_too() -> None:
    for finding in (examine_printer("nowhere"), examine_scanner("nowhere")):
        assert finding == Finding(
            url="nowhere",
            key="error.device.bad-address",
            well=False,
            facts={"url": "nowhere", "part": "scheme"},
        )


def test_simulators_are_examined_like_any_device() -> None:
    assert examine_printer(SIMULATED).well
    assert examine_scanner(SIMULATED).well


def test_serial_ports_are_listed_by_name_with_what_they_call_themselves() -> None:
    ports = [
        SimpleNamespace(device="/dev/ttyUSB1", product="Example Printer"),
        SimpleNamespace(device="/dev/ttyS0", product=None),
    ]
    assert serial_ports(lambda: ports) == [
        SerialPort(url="serial:///dev/ttyS0", product=""),
        SerialPort(url="serial:///dev/ttyUSB1", product="Example Printer"),
    ]


def test_the_ports_of_this_machine_can_be_attached() -> None:
    for port in serial_ports():
        attach_printer(port.url)
