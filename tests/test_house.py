# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds for the house as a whole: its rooms, their first pages, and what goes out of it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.sources import PACKAGES, ROOT, files

# In two halves: the licence checker reads every line of the tree.
LICENCE = "SPDX-License-Identifier" + ": AGPL-3.0-or-later"
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH_OF_A_PAGE = re.compile(r"`([\w.-]+(?:/[\w.-]+)+\.md)`")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MOST_LINES = 350
# Written so that this file does not hold what it looks for.
PRIVATE = ("/" + "work/", ".." + "/shared")
CARRIED = (
    "kiosk/locales/ca/booth.po",
    "kiosk/examples/assembly.toml",
    "kiosk/examples/proposals.csv",
    "kiosk/demo/run.py",
    "printouts/fonts/SourceSans3-Regular.ttf",
)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def of_packages(suffix: str) -> Iterator[Path]:
    return (path for path in files(suffix) if path.relative_to(ROOT).parts[0] in PACKAGES)


def folders() -> list[Path]:
    return sorted({path.parent for path in of_packages("__init__.py")})


def pages() -> list[Path]:
    return list(files(".md"))


# --- rooms --------------------------------------------------------------------------------------


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_ours_and_nothing_in_the_tests_hides_it(package: str) -> None:
    found = import_module(package).__file__
    assert found == str(ROOT / package / "__init__.py")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_has_a_first_page(package: str) -> None:
    page = (ROOT / package / "README.md").read_text(encoding="utf-8")
    assert "Read first" in page
    assert "Decisions" in page


@pytest.mark.parametrize("folder", folders(), ids=named)
def test_a_folder_has_its_own_first_page_or_is_shown_by_that_of_its_room(folder: Path) -> None:
    own = folder / "README.md"
    if own.is_file():
        page = own.read_text(encoding="utf-8")
        assert "Read first" in page
        assert "Decisions" in page
    else:
        above = (folder.parent / "README.md").read_text(encoding="utf-8")
        assert f"`{folder.name}/" in above


def test_no_module_is_too_long_to_be_read_at_once() -> None:
    lengths = {named(path): len(path.read_text().splitlines()) for path in of_packages(".py")}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_module_and_catalogue_names_its_licence_first() -> None:
    sources = [path for suffix in (".py", ".po") for path in files(suffix)]
    assert len(sources) > 100
    silent = [
        named(path)
        for path in sources
        if path.read_text(encoding="utf-8").split("\n", 1)[0] != f"# {LICENCE}"
    ]
    assert silent == []


def test_nothing_outside_the_tests_names_a_machine_that_it_was_written_on() -> None:
    found = [
        f"{named(path)}: {words}"
        for path in files()
        if path.relative_to(ROOT).parts[0] != "tests"
        for words in PRIVATE
        if words.encode() in path.read_bytes()
    ]
    assert found == []


# --- pages --------------------------------------------------------------------------------------


def test_the_first_page_is_read_in_a_few_minutes() -> None:
    words = (ROOT / "README.md").read_text(encoding="utf-8").split()
    assert 500 <= len(words) <= 800, len(words)


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = [link.partition("#")[0] for link in LINK.findall(text) if "://" not in link]
    lost = [each for each in targets if each and not (page.parent / each).exists()]
    lost += [
        each
        for each in PATH_OF_A_PAGE.findall(text)
        if not any((folder / each).is_file() for folder in (ROOT, page.parent))
    ]
    assert lost == []


def test_whoever_wants_to_help_or_to_know_what_changed_finds_it() -> None:
    assert "make test" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^### Formats$", changes, re.MULTILINE)


def test_every_licence_that_is_named_is_there() -> None:
    kept = {path.stem for path in (ROOT / "LICENSES").glob("*.txt")}
    named_in_reuse = set(
        re.findall(r'SPDX-License-Identifier = "([\w.-]+)"', (ROOT / "REUSE.toml").read_text())
    )
    assert "AGPL-3.0-or-later" in kept
    assert kept == named_in_reuse


# --- what goes out ------------------------------------------------------------------------------


def project() -> dict[str, dict[str, object]]:
    loaded: dict[str, dict[str, object]] = tomllib.loads(
        (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )
    return loaded


def test_the_wheel_is_asked_for_our_packages_and_leaves_nothing_out() -> None:
    hatch: object = project()["tool"]["hatch"]
    assert hatch == {"build": {"targets": {"wheel": {"packages": list(PACKAGES)}}}}
    assert all((ROOT / name).is_file() for name in CARRIED)


def test_the_wheel_holds_our_packages_and_what_they_need(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as packed:
        names = set(packed.namelist())
    tops = {name.split("/")[0] for name in names}
    (info,) = (top for top in tops if top.endswith(".dist-info"))
    assert tops == {*PACKAGES, info}
    ours = {named(path) for path in files() if path.relative_to(ROOT).parts[0] in PACKAGES}
    assert ours <= names
    assert set(CARRIED) <= names


def test_the_command_that_is_installed_exists() -> None:
    scripts = project()["project"]["scripts"]
    assert scripts == {"urna": "kiosk.cli:main"}
    assert callable(import_module("kiosk.cli").main)
