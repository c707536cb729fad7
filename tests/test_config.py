# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import Config, Devices, load_config, read_config
from kiosk.errors import KioskProblem, KioskRefused

WHOLE = """
languages = ["es", "ca"]
holders_wait = 2.5
speech = true

[devices]
printer = "serial:///dev/ttyUSB0?baud=115200&dots=576"
scanner = "simulated:"

[screen]
width = 1024
height = 600
dpi = 170
primary = "#0A1b2C"
"""


def refusal(text: str) -> KioskRefused:
    with pytest.raises(KioskRefused) as caught:
        read_config(text, path="kiosk.toml")
    assert caught.value.facts["path"] == "kiosk.toml"
    return caught.value


def test_an_empty_configuration_is_the_usual_kiosk() -> None:
    config = read_config("", path="kiosk.toml")
    assert config == Config()
    assert config.devices == Devices(printer="", scanner="")
    assert (config.screen.width, config.screen.height) == (800, 480)
    assert config.languages == ("ca", "es", "en")


def test_every_key_has_its_place() -> None:
    config = read_config(WHOLE, path="kiosk.toml")
    assert config.languages == ("es", "ca")
    assert config.holders_wait == 2.5
    assert config.speech
    assert config.devices.printer == "serial:///dev/ttyUSB0?baud=115200&dots=576"
    assert config.devices.scanner == "simulated:"
    assert (config.screen.width, config.screen.height, config.screen.dpi) == (1024, 600, 170)
    assert config.screen.primary == "#0A1b2C"


def test_what_is_no_toml_is_told_with_its_line() -> None:
    refused = refusal('languages = ["ca"\nspeech = true')
    assert refused.code is KioskProblem.CONFIG_SYNTAX
    assert "line 2" in str(refused.facts["detail"])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("langauges = ['ca']", "langauges"),
        ("[device]\nprinter = ''", "device"),
        ("[devices]\nprnter = ''", "prnter"),
        ("[screen]\ncolour = '#000000'", "colour"),
        ("languages = 'ca'", "languages"),
        ("languages = []", "languages"),
        ("languages = ['ca', 'eu']", "languages"),
        ("speech = 1", "speech"),
        ("holders_wait = -0.1", "holders_wait"),
        ("holders_wait = 10.1", "holders_wait"),
        ("holders_wait = nan", "holders_wait"),
        ("[devices]\nprinter = 3", "printer"),
        ("[screen]\nwidth = 802", "width"),
        ("[screen]\nwidth = 316", "width"),
        ("[screen]\nwidth = 3844", "width"),
        ("[screen]\nheight = 239", "height"),
        ("[screen]\nheight = 2161", "height"),
        ("[screen]\ndpi = 59", "dpi"),
        ("[screen]\ndpi = 401", "dpi"),
        ("[screen]\nprimary = 'blue'", "blue"),
        ("[screen]\nsecondary = '#12345'", "#12345"),
        ("[screen]\naccent = '#1234567'", "#1234567"),
        ("[screen]\naccent = '#12345g'", "#12345g"),
    ],
)
def test_a_value_that_no_kiosk_has_is_told_by_its_name(text: str, named: str) -> None:
    refused = refusal(text)
    assert refused.code is KioskProblem.CONFIG_VALUE
    assert named in str(refused.facts["detail"])


@pytest.mark.parametrize(
    "text",
    [
        "holders_wait = 0",
        "holders_wait = 10",
        "[screen]\nwidth = 320\nheight = 240\ndpi = 60",
        "[screen]\nwidth = 3840\nheight = 2160\ndpi = 400",
    ],
)
def test_the_ends_of_each_range_are_taken(text: str) -> None:
    assert isinstance(read_config(text, path="kiosk.toml"), Config)


def test_a_configuration_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(WHOLE, encoding="utf-8")
    assert load_config(path) == read_config(WHOLE, path=str(path))


def test_files_that_are_missing_or_no_text_are_refused_by_their_path(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes("# plaça".encode("latin-1"))
    for path, code in (
        (tmp_path / "nowhere.toml", KioskProblem.NO_FILE),
        (latin, KioskProblem.NOT_TEXT),
        (tmp_path, KioskProblem.NOT_TEXT),
    ):
        with pytest.raises(KioskRefused) as caught:
            load_config(path)
        assert caught.value.code is code
        assert caught.value.facts == {"path": str(path)}
