# SPDX-License-Identifier: AGPL-3.0-or-later
"""The kinds of question: how each is asked, sealed, judged and tallied."""
