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
    SPACE_BROKEN = "space-broken"  # space: the server fails to tell its components
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

    # A plan and the ledger that it goes on from (fact: `path`).
    PLAN_MISSING = "plan-missing"
    PLAN_DAMAGED = "plan-damaged"  # file
    PLAN_STOPPED = "plan-stopped"
    PLAN_OUTDATED = "plan-outdated"  # ledger: its path
    LEDGER_DAMAGED = "ledger-damaged"
    LEDGER_HELD = "ledger-held"
    LEDGER_NEEDED = "ledger-needed"  # path of a pull from files
    PULL_NEEDED = "pull-needed"
    CAME_DAMAGED = "came-damaged"
    MEETING_UNKNOWN = "meeting-unknown"  # id

    # Signing in to write (fact: `host`).
    KEY_FILE = "key-file"  # no host: not two lines
    NO_SIGN_IN = "no-sign-in"  # 0.30 or older, or switched off
    SIGN_IN_REFUSED = "sign-in-refused"
    CONSENT_DENIED = "consent-denied"
    CONSENT_LATE = "consent-late"  # minutes
    CONSENT_REFUSED = "consent-refused"  # what was consented to gave no token, or less
    TOKEN_ENDED = "token-ended"  # noqa: S105 - a code
    WRITE_UNCLEAR = "write-unclear"  # id, tries: whether it arrived is not known

    # What was to be written is not taken (fact: `id`); it may go in as a file.
    VERSION_LACKS = "version-lacks"  # since: the version that takes it
    ANSWER_DENIED = "answer-denied"
    RESULT_DENIED = "result-denied"
    MEETING_DENIED = "meeting-denied"
    CLOSURE_DENIED = "closure-denied"
    FIELDS_REFUSED = "fields-refused"  # detail
    FIELDS_UNSAID = "fields-unsaid"  # refused without a word
    LOCALE_REFUSED = "locale-refused"
    GONE = "gone"
    HIDDEN = "hidden"
    PERMISSION_UNSET = "permission-unset"
    LIMITED = "limited"  # detail
    FAULT = "fault"  # detail

    # What is there is not what the plan saw (fact: `id`).
    CHANGED_THERE = "changed-there"
    TWICE_THERE = "twice-there"
    CLOSED_THERE = "closed-there"
    VANISHED = "vanished"


class DecidimRefused(Refusal):
    """A platform, a file of it or a snapshot that is not as it must be."""

    family: ClassVar[str] = "decidim"
    code: DecidimProblem

    def __init__(self, code: DecidimProblem, /, **facts: str | int) -> None:
        super().__init__(code, **facts)
