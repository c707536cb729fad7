# SPDX-License-Identifier: AGPL-3.0-or-later
"""A guest and a host speak: by words that were typed, or by codes that each saw of the other.

Frames are a length (4 bytes, big endian) and so many bytes.

| words | codes |
|---|---|
| host: `W`, its first message of SPAKE2 | host: `C` |
| guest: its own | guest: request, whose hash the host has seen |
| host: sealed `host` | |
| guest: sealed request | |
| host: sealed answer | host: answer, whose hash the guest is shown before it uses it |
| guest: sealed `done` | guest: `done` |
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sync.errors import SyncError, SyncProblem
from sync.pairing.papers import MOST_BYTES
from sync.pairing.secret_line import SecretLine

MOST_GUESSES: Final = 3
LOCKED: Final = 60.0  # seconds
PATIENCE: Final = 5.0  # seconds of silence in the middle of it
_WORDS, _CODES, _HOST, _DONE = b"W", b"C", b"host", b"done"
_SMALL: Final = 1 << 16

Answering = Callable[[bytes], bytes]
"""A request → its answer."""

Confirming = Callable[[str], bool]
"""The hash (hex) of an answer → whether the people before both devices say that it is right."""


def code_of(paper: bytes) -> str:
    """What a code shows of a request or an answer: its SHA-256 in hex."""
    return sha256(paper).hexdigest()


@dataclass(slots=True)
class Guesses:
    """How often hosts have come with wrong words. `clock` is in seconds and never goes back."""

    clock: Callable[[], float]
    wrong: int = 0
    until: float = 0.0

    def take(self) -> None:
        """Somebody guesses (`pairing-locked` while nobody may)."""
        if self.clock() < self.until:
            raise SyncError(SyncProblem.PAIRING_LOCKED)
        self.wrong += 1
        if self.wrong >= MOST_GUESSES:
            self.wrong, self.until = 0, self.clock() + LOCKED

    def was_right(self) -> None:
        """And guessed right."""
        self.wrong, self.until = 0, 0.0


def be_guest(
    line: socket.socket, request: bytes, words: str, guesses: Guesses, confirm: Confirming
) -> bytes:
    """The answer that a host on this line gives.

    Raises:
        SyncError: `pairing-words`, `pairing-locked`, `pairing-line`.
    """
    line.settimeout(PATIENCE)
    began = _receive(line, _SMALL)
    if began == _CODES:
        _send(line, request)
        answer = _receive(line, MOST_BYTES)
        if not confirm(code_of(answer)):
            raise SyncError(SyncProblem.PAIRING_WORDS)
        _send(line, _DONE)
        return answer
    if began[:1] != _WORDS:
        raise SyncError(SyncProblem.PAIRING_LINE)
    guesses.take()
    secret = SecretLine(words, is_host=False)
    secret.agree(began[1:])
    _send(line, secret.hello)
    if secret.open(_receive(line, _SMALL)) != _HOST:
        raise SyncError(SyncProblem.PAIRING_LINE)
    guesses.was_right()
    _send(line, secret.seal(request))
    answer = secret.open(_receive(line, MOST_BYTES))
    _send(line, secret.seal(_DONE))
    return answer


def be_host_by_words(line: socket.socket, words: str, answer: Answering) -> tuple[bytes, bytes]:
    """Request and answer of a guest who shows these words.

    Raises:
        SyncError: `pairing-words`, `pairing-line`, and whatever `answer` raises.
    """
    line.settimeout(PATIENCE)
    secret = SecretLine(words, is_host=True)
    _send(line, _WORDS + secret.hello)
    secret.agree(_receive(line, _SMALL))
    _send(line, secret.seal(_HOST))
    try:
        request = secret.open(_receive(line, _SMALL))
    except SyncError as error:  # a guest hangs up on wrong words
        raise SyncError(SyncProblem.PAIRING_WORDS) from error
    answered = answer(request)
    _send(line, secret.seal(answered))
    if secret.open(_receive(line, _SMALL)) != _DONE:
        raise SyncError(SyncProblem.PAIRING_LINE)
    return request, answered


def be_host_by_code(
    line: socket.socket, code: str, answer: Answering, show: Callable[[str], None]
) -> tuple[bytes, bytes]:
    """Request and answer of the guest whose code was seen. `show` shows ours to it.

    Raises:
        SyncError: `pairing-words`, where it is not the guest whose code was seen; `pairing-line`.
    """
    line.settimeout(PATIENCE)
    _send(line, _CODES)
    request = _receive(line, _SMALL)
    if code_of(request) != code:
        raise SyncError(SyncProblem.PAIRING_WORDS)
    answered = answer(request)
    _send(line, answered)
    show(code_of(answered))
    line.settimeout(None)  # people are looking for a scanner
    if _receive(line, _SMALL) != _DONE:
        raise SyncError(SyncProblem.PAIRING_LINE)
    return request, answered


def _send(line: socket.socket, frame: bytes) -> None:
    try:
        line.sendall(len(frame).to_bytes(4) + frame)
    except OSError as error:
        raise SyncError(SyncProblem.PAIRING_LINE) from error


def _receive(line: socket.socket, most: int) -> bytes:
    size = int.from_bytes(_exactly(line, 4))
    if size > most:
        raise SyncError(SyncProblem.PAIRING_LINE)
    return _exactly(line, size)


def _exactly(line: socket.socket, size: int) -> bytes:
    read = bytearray()
    while len(read) < size:
        try:
            piece = line.recv(min(size - len(read), _SMALL))
        except OSError as error:
            raise SyncError(SyncProblem.PAIRING_LINE) from error
        if not piece:
            raise SyncError(SyncProblem.PAIRING_LINE)
        read += piece
    return bytes(read)
