from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from made_film import number_of, numbered, write_film

from fer_keras.errors import InputError
from fer_keras.films import Film, FilmWriter

TIMES = [0.0, 0.04, 0.08, 0.5, 0.54, 1.0]


def ends(path: Path) -> dict[str, float]:
    """Seconds at which each kind of stream ends, by the file's own durations."""
    with av.open(str(path)) as container:
        return {one.type: float(one.duration * one.time_base) for one in container.streams}


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_frames_keep_their_times(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"out{suffix}"
    writer = FilmWriter(path)
    for picture, time in zip(numbered(6), TIMES, strict=True):
        writer.write(picture, 7 + time)
        assert not path.exists(), "whole or not at all"
    writer.close()
    film = Film(path)
    frames = list(film)
    assert [frame.time for frame in frames] == pytest.approx(TIMES, abs=1e-3)
    assert [number_of(frame.picture) for frame in frames] == list(range(6))
    assert film.problem is None
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_browsers_can_play_it(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    writer = FilmWriter(path)
    writer.write(np.full((49, 65, 3), (200, 30, 30), np.uint8), 0.0)  # odd sides
    writer.close()
    with av.open(str(path)) as container:
        (stream,) = container.streams
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert (stream.codec_context.width, stream.codec_context.height) == (64, 48)
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat"), "playing begins before all is there"
    (frame,) = Film(path)
    assert np.abs(frame.picture.astype(int) - (200, 30, 30)).max() < 6


@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", "aac"), (".mkv", "flac"), (".ts", "mp2")])
@pytest.mark.parametrize("stop_after", [1, 13, 50])
def test_the_sound_is_kept_and_ends_with_the_pictures(
    suffix: str, codec: str, stop_after: int, tmp_path: Path
) -> None:
    times = [number / 25 for number in range(50)]
    source = tmp_path / f"source{suffix}"
    write_film(source, numbered(50), times, sound=2.6, sound_codec=codec)
    film = Film(source, sound=True)
    out = tmp_path / "out.mp4"
    writer = FilmWriter(out, film)
    for frame in film:
        writer.write(frame.picture, frame.time)
        if frame.number + 1 == stop_after:
            break
    writer.close()
    film.close()
    lengths = ends(out)
    pictures, sound = lengths["video"], lengths["audio"]
    begin = 0.04  # a transport stream's sound may begin before its pictures
    assert pictures == pytest.approx(stop_after * 0.04, abs=begin)
    assert pictures - 0.2 <= sound <= pictures + begin
    again = Film(out)
    assert len(list(again)) == stop_after
    assert again.problem is None, "what was written until then is a whole film"


def test_copied_sound_is_the_same_sound(tmp_path: Path) -> None:
    source = write_film(
        tmp_path / "source.mp4", numbered(50), [n / 25 for n in range(50)], sound=2.0
    )
    film = Film(source, sound=True)
    writer = FilmWriter(tmp_path / "out.mp4", film)
    for frame in film:
        writer.write(frame.picture, frame.time)
    writer.close()

    def packets(path: Path) -> list[tuple[float, bytes]]:
        with av.open(str(path)) as container:
            sound = container.demux(container.streams.audio[0])
            return [
                (round(float(one.pts * one.time_base), 3), bytes(one)) for one in sound if one.size
            ]

    before, after = packets(source), packets(tmp_path / "out.mp4")
    assert after == before[: len(after)]
    assert len(after) >= len(before) - 3


def test_without_pictures_there_is_no_film(tmp_path: Path) -> None:
    FilmWriter(tmp_path / "out.mp4").close()
    assert list(tmp_path.iterdir()) == []


def test_a_discarded_film_leaves_nothing_and_spares_the_old(tmp_path: Path) -> None:
    (tmp_path / "out.mp4").write_text("old")
    writer = FilmWriter(tmp_path / "out.mp4")
    writer.write(numbered(1)[0], 0.0)
    writer.discard()
    assert [one.read_text() for one in tmp_path.iterdir()] == ["old"]


def test_what_can_not_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"end its name in \.mp4, \.mov, \.mkv"):
        FilmWriter(tmp_path / "out.gif")
    source = write_film(tmp_path / "source.mp4", numbered(1), [0.0])
    with pytest.raises(InputError, match="which is read; name another"):
        FilmWriter(source, Film(source))
    writer = FilmWriter(tmp_path / "out.mp4")
    with pytest.raises(InputError, match="1x1 pixels make no film"):
        writer.write(np.zeros((1, 1, 3), np.uint8), 0.0)


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file can be larger than 20 KB; to who writes it looks as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_in_one_line(small_disk: None, tmp_path: Path) -> None:
    writer = FilmWriter(tmp_path / "out.mp4")

    def fill() -> None:
        rng = np.random.default_rng(0)
        for number in range(50):
            writer.write(rng.integers(0, 256, (240, 320, 3), dtype=np.uint8), number / 25)
        writer.close()

    with pytest.raises(InputError, match=r"out\.mp4: can't be written \(File too large"):
        fill()
    assert list(tmp_path.iterdir()) == []
