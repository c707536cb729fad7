# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a platform, or what was read from it, is refused."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ballots.errors import Refusal


class DecidimProblem(StrEnum):
    """Why something was refused; the facts of each stand beside it."""

    # An address and who answers there (fact: `address` or `host`).
    ADDRESS = "address"  # not one of a site
    NOT_SECURE = "not-secure"  # http, and not this machine
    UNREACHABLE = "unreachable"  # detail
    OTHER_HOST = "other-host"  # other: where it sends us
    API_CLOSED = "api-closed"
    NOT_DECIDIM = "not-decidim"
    BUSY = "busy"  # tries: and still no answer
    TOO_LARGE = "too-large"  # most: megabytes
    TOO_COMPLEX = "too-complex"  # component
    NO_RUNG = "no-rung"  # component, detail
    NO_SPACE = "no-space"  # address without a space, and none named
    SPACE_UNKNOWN = "space-unknown"  # space
    COMPONENT_UNKNOWN = "component-unknown"  # component, known

    SEVERAL_SOURCES = "several-sources"  # an address, and files or another one beside it

    # What files hold (fact: none).
    SEVERAL_SPACES = "several-spaces"  # known: what may be named
    NO_SPACE_IN_FILES = "no-space-in-files"
    SPACE_UNSEEN = "space-unseen"  # space: named by results alone, which lack its number

    # The folder that is written (fact: `path`).
    FOLDER_TAKEN = "folder-taken"
    FOLDER_UNWRITABLE = "folder-unwritable"  # detail

    # A folder with a snapshot (fact: `path`).
    SNAPSHOT_MISSING = "snapshot-missing"
    SNAPSHOT_UNFINISHED = "snapshot-unfinished"
    SNAPSHOT_DAMAGED = "snapshot-damaged"  # file


class DecidimRefused(Refusal):
    """A platform, a file of it or a snapshot that is not as it must be."""

    family: ClassVar[str] = "decidim"
    code: DecidimProblem

    def __init__(self, code: DecidimProblem, /, **facts: str | int) -> None:
        super().__init__(code, **facts)
