# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a device does by itself: it says that it has finished with a poll, and cosigns its seal.

Doing it twice changes nothing, so it is done whenever something new was heard.
"""

from __future__ import annotations

from ballots import seal
from ballots.record.kinds import Kind, Role
from ballots.session import PollStage, PollState, final_of
from kiosk.device import Device
from kiosk.hub import acknowledge


def finish(device: Device) -> None:
    """Write this device's finals and cosignatures, where they are due; a hub, its receipt.

    A final names every segment of the device as it stands, so nothing may be written between
    looking and signing: the device is held meanwhile. A seal that leaves out a booth
    with ballots of the poll is not cosigned.
    """
    me = device.key.public.hex()
    if device.segment.certificate.role is Role.HUB:
        acknowledge(device)
        return
    with device.alone():
        for uuid, state in device.session().polls.items():
            if _owes_final(device, state):
                final = final_of(device.replica.everything(), me, uuid)
                device.write(Kind.FINAL, final.encode(), uuid)
        for uuid, state in device.session().polls.items():
            if state.seal is not None and me in state.seal.awaited and not state.left_out:
                text = state.seal.checkpoint.text
                device.write(Kind.COSIGN, seal.sign(text, device.key), uuid)


def _owes_final(device: Device, state: PollState) -> bool:
    if state.stage in (PollStage.OPEN, PollStage.SEALED) or state.seal is not None:
        return False
    if device.key.public.hex() in state.again:
        return True
    own = device.segment.public
    return not any(
        entry.header.kind is Kind.FINAL
        and entry.header.poll == state.uuid
        and entry.header.segment == own
        for entry in device.replica.everything()
    )
