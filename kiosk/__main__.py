# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m kiosk` is `urna`."""

import sys

from kiosk.cli import main

sys.exit(main())
