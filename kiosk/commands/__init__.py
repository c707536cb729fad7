# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands of `urna`, one module each: `add` describes its arguments, `run` does it."""
