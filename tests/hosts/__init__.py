# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rooms of real hosts: network namespaces with real multicast, bridges that part and heal."""
