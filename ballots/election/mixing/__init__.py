# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shuffles of what is opened one by one."""
