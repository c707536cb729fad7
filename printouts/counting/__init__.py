# SPDX-License-Identifier: AGPL-3.0-or-later
"""Papers that explain a count."""
