# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who opens an election together, and the cards that hold their shares."""
