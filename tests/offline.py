# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs the suite once more where there is no network but the machine's own loopback.

A namespace of its own (`unshare`) takes every interface away; in it the loopback is switched on,
since kiosks of one machine talk over it. Where namespaces are not allowed this says so and ends.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import subprocess
import sys

OF_THEIR_OWN = ("tests/test_hosts.py",)  # they make networks that are no less apart
IFF_UP, SIOCGIFFLAGS, SIOCSIFFLAGS = 0x1, 0x8913, 0x8914


def loopback_up() -> None:
    """Switch `lo` on, as `ip link set lo up` would."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(line, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(line, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


def main() -> int:
    """Enter the namespace, then run the suite in it; 0 where that is not possible."""
    inside = [sys.executable, "-m", "tests.offline", "--inside"]
    if "--inside" in sys.argv:
        loopback_up()
        suite = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile"]
        suite += [f"--ignore={play}" for play in OF_THEIR_OWN]
        os.execv(sys.executable, suite)
    apart = ["unshare", "--map-root-user", "--net"]
    try:
        tried = subprocess.run([*apart, "true"], capture_output=True, check=False)
        allowed = tried.returncode == 0
    except FileNotFoundError:
        allowed = False
    if not allowed:
        print("Namespaces are not allowed here: the suite without a network is skipped.")
        return 0
    return subprocess.run([*apart, *inside], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
