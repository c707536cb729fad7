# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a Decidim of 0.31 or later takes through its API."""
