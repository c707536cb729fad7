# SPDX-License-Identifier: AGPL-3.0-or-later
"""The simulator's end of a serial cable: a pty behind a path that outlives being unplugged."""

from __future__ import annotations

import os
import pty
import select
import tty
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock

NOTHING = b""
MOUTHFUL = 512  # bytes that `read` takes at a time, unless told to take fewer


class PtyLine:
    """A cable with one end at `path`, for a driver, and the other in our hands.

    `lock` guards the ends; one thread reads, any thread does the rest. Our copy of the driver's
    end stays open while plugged in, so that nothing is lost when a driver comes or goes.
    """

    def __init__(self, name: str) -> None:
        self.lock = RLock()
        self.appetite = MOUTHFUL  # bytes; what is not taken stays in the cable until it is full
        self._folder = TemporaryDirectory(prefix="urna-")
        self.path = Path(self._folder.name) / name
        self._ends: tuple[int, int] | None = None  # ours, the driver's
        self._bell = os.pipe()
        os.set_blocking(self._bell[1], False)
        self._closed = False
        self.plug_in()

    def plug_in(self) -> None:
        """Plug the cable in, as a new device of the same name."""
        with self.lock:
            if self._ends is None and not self._closed:
                ours, theirs = pty.openpty()
                tty.setraw(theirs)  # a pty has one set of settings for both ends
                os.set_blocking(ours, False)
                self.path.symlink_to(os.ttyname(theirs))
                self._ends = (ours, theirs)
                self.wake()

    def unplug(self) -> None:
        """Pull the cable: a driver's next read or write fails with EIO, an open with ENOENT."""
        with self.lock:
            if self._ends is not None:
                self.path.unlink()
                for end in self._ends:
                    os.close(end)
                self._ends = None
                self.wake()

    def write(self, data: bytes) -> None:
        """Send; what finds no room, or no cable, is lost."""
        with self.lock:
            if self._ends is not None:
                with suppress(BlockingIOError):
                    os.write(self._ends[0], data)

    def read(self) -> bytes | None:
        """Wait for bytes; nothing when woken for another reason, `None` once closed."""
        with self.lock:
            if self._closed:
                return None
            ears = [self._bell[0]]
            if self._ends is not None and self.appetite:
                ears.append(self._ends[0])
        # An end that is closed meanwhile rings the bell as well; its number may be bad by now.
        with suppress(OSError):
            ready, _, _ = select.select(ears, [], [])
            if self._bell[0] in ready:
                os.read(self._bell[0], MOUTHFUL)
        return self._arrived()

    def _arrived(self) -> bytes:
        with self.lock:
            if self._ends is None or not self.appetite:
                return NOTHING
            try:
                return os.read(self._ends[0], self.appetite)
            except BlockingIOError:
                return NOTHING

    def wake(self) -> None:
        """Make a waiting `read` return, to look again at what has changed."""
        with suppress(BlockingIOError):
            os.write(self._bell[1], b"!")

    def hang_up(self) -> None:
        """Unplug for good: every `read` gives `None` from now on."""
        with self.lock:
            self.unplug()
            self._closed = True
            self.wake()

    def remove(self) -> None:
        """Give back what `hang_up` left for the reader; nobody may be reading any more."""
        for end in self._bell:
            os.close(end)
        self._folder.cleanup()
