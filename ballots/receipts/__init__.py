# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a receipt can be checked with at home (`ballots/RECEIPTS.md`)."""
