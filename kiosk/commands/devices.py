# SPDX-License-Identifier: AGPL-3.0-or-later
"""`urna devices`: what is attached, with a self-test of each configured device."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from hardware.self_test import SIMULATED, Finding, examine_printer, examine_scanner, serial_ports
from kiosk.commands.parsers import Commands
from kiosk.config import Config, load_config
from kiosk.i18n import Voice


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "devices",
        help="list and test printers and scanners",
        description="Lists serial ports and simulators; tests what a configuration names.",
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="a kiosk.toml")
    parser.add_argument("--json", action="store_true", help="print the findings as data")
    parser.set_defaults(do=run)


def run(chosen: argparse.Namespace, said: Voice) -> int:
    """Look, test, and tell; exits 1 when a configured device is not well."""
    config = load_config(chosen.config) if chosen.config else Config()
    ports = serial_ports()
    findings = _examine(config)
    if chosen.json:
        facts = {
            "ports": [{"url": port.url, "product": port.product} for port in ports],
            "simulators": [SIMULATED],
            "findings": [
                {"url": each.url, "well": each.well, "code": each.key, **each.facts}
                for each in findings
            ],
        }
        print(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        print(said.say("devices.ports", n=len(ports)) if ports else said.say("devices.none"))
        for port in ports:
            print(f"  {port.url}  {port.product}")
        print(said.say("devices.simulators", addresses=SIMULATED))
        for each in findings:
            print(f"{'✓' if each.well else '×'} {each.url}  {said.say(each.key, **each.facts)}")
    return 0 if all(each.well for each in findings) else 1


def _examine(config: Config) -> list[Finding]:
    devices = config.devices
    printer = [examine_printer(devices.printer)] if devices.printer else []
    scanner = [examine_scanner(devices.scanner)] if devices.scanner else []
    return printer + scanner
