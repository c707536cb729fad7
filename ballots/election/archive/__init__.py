# SPDX-License-Identifier: AGPL-3.0-or-later
"""The file that holds an election: bytes, chain, order, ballots."""
