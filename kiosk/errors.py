# SPDX-License-Identifier: AGPL-3.0-or-later
"""The refusals of the shell: configuration, folders, keys, the evening's order."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ballots.errors import Refusal


class KioskProblem(StrEnum):
    """Why the kiosk will not do what it was asked."""

    NO_FILE = "no-file"
    NOT_TEXT = "not-text"
    CONFIG_SYNTAX = "config-syntax"
    CONFIG_VALUE = "config-value"
    FOLDER_NOT_EMPTY = "folder-not-empty"
    FOLDER_NOT_WRITABLE = "folder-not-writable"
    KEY_FILE = "key-file"
    KEY_OPEN = "key-open"
    KEY_LOCKED = "key-locked"  # path: the folder
    KEY_NOT_LOCKED = "key-not-locked"  # path
    PASSPHRASE_SHORT = "passphrase-short"  # noqa: S105 - least: characters
    PASSPHRASE_WRONG = "passphrase-wrong"  # noqa: S105
    PASSPHRASE_DIFFERS = "passphrase-differs"  # noqa: S105
    NO_MEMORY = "no-memory"
    NOT_VERIFIABLE = "not-verifiable"
    TOO_FEW_KIOSKS = "too-few-kiosks"
    TOO_FEW_RESIDENTS = "too-few-residents"
    PROCESS_ENDED = "process-ended"
    PROCESS_SILENT = "process-silent"
    PROCESS_REFUSED = "process-refused"
    BALANCE = "balance"
    NOT_FINISHED = "not-finished"
    NO_SPARE_ELECTION = "no-spare-election"
    NO_WINDOW = "no-window"
    NOT_VERIFIED = "not-verified"
    RECEIPTS = "receipts"
    NOT_FACILITATOR = "not-facilitator"
    NOT_DESK = "not-desk"
    NOT_BOOTH = "not-booth"
    NOT_HUB = "not-hub"
    NO_HUB = "no-hub"
    HUB_UNREACHABLE = "hub-unreachable"
    HUB_UNFINISHED = "hub-unfinished"
    DEVICE_RUNNING = "device-running"
    POLL_UNKNOWN = "poll-unknown"
    POLL_OPENED = "poll-opened"
    POLL_NOT_OPENED = "poll-not-opened"
    POLL_CLOSED = "poll-closed"
    POLL_STILL_OPEN = "poll-still-open"
    NO_POLL_LEFT = "no-poll-left"
    DEVICE_UNKNOWN = "device-unknown"  # device, known: names of those that are
    MAY_NOT_ENROL = "may-not-enrol"  # name: of the device that tried
    PAIRING_STOPPED = "pairing-stopped"
    DEVICE_ITSELF = "device-itself"  # device: none takes itself out
    ID_TAKEN = "id-taken"
    NOTHING_VOTED = "nothing-voted"
    NOT_COSIGNED = "not-cosigned"
    NO_SECOND_CALL = "no-second-call"
    TRUSTEES_MISSING = "trustees-missing"
    PINS_FILE = "pins-file"
    NO_TERMINAL = "no-terminal"
    REHEARSAL = "rehearsal"
    NO_DEVICES = "no-devices"
    NO_SPEECH = "no-speech"
    UNFIT_ELECTION = "unfit-election"
    PAPER_TOO_LARGE = "paper-too-large"
    NO_RECEIPTS = "no-receipts"
    NOT_A_PROOF = "not-a-proof"
    NOT_A_BUNDLE = "not-a-bundle"
    BUNDLE_FAILS = "bundle-fails"  # path, check
    NAME_NOT_TEXT = "name-not-text"
    OPENING_PARTS = "opening-parts"
    NO_ELECTION = "no-election"
    OTHER_BALLOT = "other-ballot"
    CORES_LOST = "cores-lost"
    FILE_UNREADABLE = "file-unreadable"  # path, detail
    NOT_UNPACKED = "not-unpacked"  # path: a gzip file that is damaged
    TOO_LARGE = "too-large"  # path, megabytes
    NO_MEETING = "no-meeting"  # path: of the space
    NOT_PULLED = "not-pulled"  # id: of a proposal or project
    NOTHING_CHOSEN = "nothing-chosen"
    NOT_A_PDF = "not-a-pdf"  # path: a file that is there and is none


class KioskRefused(Refusal):
    """What the shell refuses, with the file, field or device it is about."""

    family: ClassVar[str] = "kiosk"
