# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kiosks of one network: who speaks, where they are, and the lines between them; see README.md."""
