# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m tests.decidim_pages OUT`: pages for organisers, as an evening makes them."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.arithmetic import best_power
from kiosk.cli import main
from kiosk.decidim.evenings import read_evening
from tests.decidim_double import DecidimDouble
from tests.decidim_double.invented import MEETING
from tests.evenings import play
from tests.test_decidim_loop import about_decidim, world


def write(out: Path) -> None:
    """A plan's page and the sheet that closes its meeting, in each language."""
    with TemporaryDirectory() as name, DecidimDouble("0.31", world()) as double:
        folder = Path(name)
        play(folder, about_decidim())
        space, pulled = f"{double.url}/assemblies/drac", str(folder / "pulled")
        assert main(["decidim", "pull", space, "--out", pulled]) == 0
        bundle, plan = folder / "out" / "bundle.urna", folder / "plan"
        code = read_evening(bundle, power=best_power()).assembly
        known = ("--assembly", code, "--ledger", str(folder / "ledger"))
        words = ("--pull", pulled, "--out", str(plan), "--meeting", str(MEETING), *known)
        assert main(["decidim", "plan", str(bundle), *words]) == 0
        for page in (*plan.glob("plan.*.html"), *plan.glob("closing/sheet.*.html")):
            text = page.read_text(encoding="utf-8")
            shown = text.replace(double.url, "https://decidim.example.org")
            (out / page.name).write_text(shown, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
