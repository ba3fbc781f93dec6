"""One reader for training and for photos: ranges, transparency, formats, bounds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer_keras import picture_file
from fer_keras.data.layouts.listing import read_face
from fer_keras.errors import InputError
from fer_keras.faces.photo import find_photos, is_annotated
from fer_keras.picture_file import open_photo, read_picture


def both(path: Path) -> tuple[float, float]:
    """The middle pixel as training sees it, and as `predict` does."""
    return float(read_face(path).face[24, 24, 0]), float(open_photo(path)[24, 24].mean())


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (np.full((48, 48), 128 * 257, np.uint16), 128),
        (np.full((48, 48), 200, np.int32), 200),
        (np.full((48, 48), 128 * 257, np.int32), 128),
        (np.full((48, 48), 0x80808080, np.uint32).view(np.int32), 128),
        (np.full((48, 48), 0.5, np.float32), 128),
        (np.full((48, 48), 100.0, np.float32), 100),
        (np.full((48, 48), 128 * 257.0, np.float32), 128),
        (np.full((48, 48), np.nan, np.float32), 0),
    ],
)
def test_ranges_are_respected_alike(values: np.ndarray, shown: int, tmp_path: Path) -> None:
    path = tmp_path / "a.tiff"
    Image.fromarray(values).save(path)
    assert both(path) == (shown, shown)


@pytest.mark.parametrize(
    ("least", "most"),
    [(0, 70_000), (100_000, 16_000_000), (-100, 100), (-5, 2**30)],
)
def test_whole_numbers_of_middle_size_are_spread_over_all_greys(
    least: int, most: int, tmp_path: Path
) -> None:
    values = np.linspace(least, most, 48 * 48).reshape(48, 48).astype(np.int32)
    Image.fromarray(values).save(tmp_path / "a.tiff")
    shown = open_photo(tmp_path / "a.tiff")[..., 0]
    wanted = (values.astype(float) - least) * 255 / (most - least)
    np.testing.assert_allclose(shown, wanted, atol=1)


def test_whole_numbers_without_a_sign_are_not_wrapped(tmp_path: Path) -> None:
    values = np.linspace(0, 2**32 - 1, 48 * 48).astype(np.uint32).view(np.int32).reshape(48, 48)
    Image.fromarray(values).save(tmp_path / "a.tiff")
    shown = open_photo(tmp_path / "a.tiff")[..., 0].ravel()
    np.testing.assert_allclose(shown, np.linspace(0, 255, 48 * 48), atol=1)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_white_in_both(mode: str, tmp_path: Path) -> None:
    Image.new(mode, (48, 48)).save(tmp_path / "a.png")
    assert both(tmp_path / "a.png") == (255, 255)


@pytest.mark.parametrize("suffix", [".jfif", ".gif", ".bmp", ".tiff", ".avif", ".webp", ".png"])
def test_the_named_formats_are_found_and_read(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    Image.new("RGB", (48, 48), (90, 90, 90)).save(path, {".jfif": "JPEG"}.get(suffix))
    assert find_photos([str(tmp_path)]) == [path]
    assert abs(both(path)[1] - 90) <= 2


def test_postscript_is_not_started(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (48, 48)).save(path, "EPS")
    with pytest.raises(InputError, match=r"a\.jpg: .*not a picture, or none of JPEG"):
        open_photo(path)


def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    with pytest.raises(InputError, match=r"\(a folder, a pipe or a device, no file\)"):
        open_photo(tmp_path / "a.jpg")


def test_a_name_that_no_file_can_have_is_a_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"can't be read as a picture .*[Nn]ame too long"):
        open_photo(tmp_path / f"{'a' * 300}.jpg")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tiff"])
def test_a_large_picture_is_halved_and_still_turned(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_file, "WHOLE", 10_000)
    path = tmp_path / f"a{suffix}"
    pixels = np.zeros((200, 400), np.uint8)
    pixels[:, :200] = 255  # bright on the left as stored
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(pixels).save(path, exif=exif)
    picture = np.asarray(read_picture(path))
    assert picture.size <= 10_000
    assert picture.shape[0] > picture.shape[1]
    assert picture[: len(picture) // 3].mean() > 240


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_a_tiff_is_turned_once(compression: str | None, tmp_path: Path) -> None:
    pixels = np.zeros((20, 40), np.uint8)
    pixels[:, :20] = 255
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(pixels).save(tmp_path / "a.tiff", exif=exif, compression=compression)
    read = np.asarray(read_picture(tmp_path / "a.tiff"))
    assert read.shape == (40, 20)
    assert (read[:20] == 255).all()
    assert (read[20:] == 0).all()


def test_an_impossible_size_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(picture_file, "LARGEST", 100)
    Image.new("L", (11, 10)).save(tmp_path / "a.png")
    with pytest.raises(InputError, match="11x10 are too many pixels"):
        open_photo(tmp_path / "a.png")


def test_what_is_left_in_a_folder_is_named(tmp_path: Path) -> None:
    Image.new("L", (48, 48)).save(tmp_path / "a.jpg")
    (tmp_path / "notes.txt").write_text("text")
    (tmp_path / "linked").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.jpg")
    lines: list[str] = []
    assert find_photos([str(tmp_path)], lines.append) == [tmp_path / "a.jpg"]
    for part in ("1 photos", "linked folders (linked)", "other kinds (notes.txt)", "(pipe.jpg)"):
        assert part in lines[0]


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_annotated_copies_are_not_read_as_photos(suffix: str, tmp_path: Path) -> None:
    from fer_keras.faces.read_photos import Annotator, PhotoResult

    photo = tmp_path / f"a{suffix}"
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    Image.fromarray(noise).save(photo)
    annotator = Annotator(tmp_path / "seen", [photo])
    copy = annotator.draw(open_photo(photo), PhotoResult(photo, 300, 300, (), ("a", "b"), 0.0))
    assert is_annotated(copy)
    assert not is_annotated(photo)
    assert find_photos([str(tmp_path)]) == [photo]


@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}])
def test_pillows_own_limit_does_not_stop_a_large_tiff(
    options: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (200, 100), "red").save(tmp_path / "a.tif", **options)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    monkeypatch.setattr(picture_file, "WHOLE", 10_000)
    assert read_picture(tmp_path / "a.tif").size == (100, 50)
    assert Image.MAX_IMAGE_PIXELS == 100


def test_other_threads_never_see_a_limit_that_is_none() -> None:
    with picture_file._no_limit():
        assert Image.new("L", (9, 9)).crop((0, 0, 5, 5)).size == (5, 5)
        assert isinstance(Image.MAX_IMAGE_PIXELS, int)
        assert Image.MAX_IMAGE_PIXELS > picture_file.LARGEST


MEASURE = """
import resource, sys
from pathlib import Path
from fer_keras.picture_file import open_photo
shape = open_photo(Path(sys.argv[1])).shape
print(*shape, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss has other units elsewhere")
@pytest.mark.parametrize(
    ("name", "size", "most"),
    [
        ("a.jpg", (14_000, 14_200), 1000),
        ("a.png", (14_000, 14_200), 1500),
        ("a.tif", (14_000, 14_200), 1500),
        ("a.webp", (10_000, 9_990), 1700),
        ("a.avif", (7_700, 7_780), 1700),
    ],
)
def test_the_largest_pictures_take_bounded_memory(
    name: str, size: tuple[int, int], most: int, tmp_path: Path
) -> None:
    """JPEG is decoded at half its size; of the others all is decoded, once."""
    if name == "a.tif":
        Image.new("RGB", size).save(tmp_path / name, compression="tiff_lzw")
    else:
        Image.new("RGB", size).save(tmp_path / name, quality=50)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=True,
    )
    height, width, channels, megabytes = map(int, done.stdout.split())
    assert (height * 2, width * 2, channels) == (*size[::-1], 3)
    assert megabytes < most
