# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts of ballot files, for the command line."""
