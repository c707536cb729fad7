# SPDX-License-Identifier: AGPL-3.0-or-later
"""The comparer of reference pictures fails where it should."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.pictures import assert_picture


def square(grey: int = 255, side: int = 4) -> Image.Image:
    return Image.new("L", (side, side), grey)


def test_an_accepted_picture_is_equal_to_itself(tmp_path: Path) -> None:
    assert_picture(square(), "a/b", references=tmp_path, accept=True)
    assert_picture(square(), "a/b", references=tmp_path, accept=False)


def test_one_pixel_of_difference_fails_and_leaves_the_found_picture(tmp_path: Path) -> None:
    assert_picture(square(), "a", references=tmp_path, accept=True)
    other = square()
    other.putpixel((2, 1), 254)
    with pytest.raises(AssertionError, match=r"differs within \(2, 1, 3, 2\)"):
        assert_picture(other, "a", references=tmp_path, found=tmp_path / "f", accept=False)
    assert (tmp_path / "f" / "a.png").is_file()


def test_another_size_fails(tmp_path: Path) -> None:
    assert_picture(square(), "a", references=tmp_path, accept=True)
    with pytest.raises(AssertionError, match="pixels, expected"):
        assert_picture(
            square(side=5), "a", references=tmp_path, found=tmp_path / "f", accept=False
        )


def test_a_picture_without_reference_fails_and_says_how_to_accept(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="URNA_ACCEPT_PICTURES=1"):
        assert_picture(square(), "new", references=tmp_path, found=tmp_path / "f", accept=False)
