# SPDX-License-Identifier: AGPL-3.0-or-later
"""A ballot from the marks to the box, and what opens one that is challenged."""
