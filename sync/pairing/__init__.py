# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a new kiosk becomes a device of an assembly: by stick, by words, by codes; see README.md."""
