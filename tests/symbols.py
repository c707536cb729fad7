# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reader of QR symbols reads on a picture; other kinds of codes it doesn't look for.

A reader of every kind takes a line of letters for a bar code now and then.
"""

from __future__ import annotations

import zxingcpp
from PIL import Image

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def symbols_on(picture: Image.Image) -> list[str]:
    """What they say, from the top."""
    found = zxingcpp.read_barcodes(picture.convert("L"), QR)
    return [str(each.text) for each in sorted(found, key=lambda it: it.position.top_left.y)]
