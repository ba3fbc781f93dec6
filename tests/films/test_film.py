from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from made_film import cut_without_encoding, number_of, numbered, write_film
from web_server import served

from fer_keras.errors import InputError
from fer_keras.films import Film, FilmWriter, FrameFolder, is_stream, open_film
from fer_keras.films.opening import shown_name

STEADY = [number / 25 for number in range(40)]


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "steady.mp4"
    return write_film(path, numbered(40), STEADY, sound=2.5)


def numbers(film: Film | FrameFolder) -> list[int]:
    return [number_of(frame.picture) for frame in film]


def test_every_frame_comes_with_its_time(steady: Path) -> None:
    film = Film(steady)
    frames = list(film)
    assert [frame.time for frame in frames] == pytest.approx(STEADY, abs=1e-4)
    assert [frame.number for frame in frames] == list(range(40))
    assert [number_of(frame.picture) for frame in frames] == list(range(40))
    assert frames[0].picture.shape == (48, 64, 3)
    assert film.fps == pytest.approx(25)
    assert film.problem is None, "the sound outlasts the pictures: nothing is wrong with that"


def test_a_variable_rate_keeps_its_times(tmp_path: Path) -> None:
    """Half a second a frame for ten seconds, then 25 frames a second."""
    times = [number / 2 for number in range(20)] + [10 + number / 25 for number in range(20)]
    film = Film(write_film(tmp_path / "vfr.mp4", numbered(40), times))
    assert [frame.time for frame in film] == pytest.approx(times, abs=1e-4)
    assert film.problem is None


def test_a_film_cut_without_encoding_is_whole(steady: Path, tmp_path: Path) -> None:
    cut = cut_without_encoding(steady, tmp_path / "trimmed.mp4", 0.62)
    film = Film(cut)
    frames = list(film)
    assert len(frames) < 40, "the edit list hides the first frames"
    assert film.problem is None
    for frame in frames:
        source = STEADY[number_of(frame.picture)] - 0.62
        assert frame.time == pytest.approx(source, abs=0.04)


@pytest.mark.parametrize("rotation", [90, 180, -90])
def test_a_phone_held_upright_is_turned(rotation: int, tmp_path: Path) -> None:
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:24, :32] = 255  # the upper left quarter
    path = write_film(tmp_path / "turned.mp4", [picture], [0.0], rotation=rotation)
    (frame,) = Film(path)
    expected = np.rot90(picture, rotation // 90)
    assert frame.picture.shape == expected.shape
    assert np.abs(frame.picture.astype(int) - expected).mean() < 12
    assert frame.picture.flags.c_contiguous


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    path = tmp_path / "dvd.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 72, 58, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(16, 9)
        container.mux(stream.encode(av.VideoFrame(72, 58, "yuv420p")))
        container.mux(stream.encode(None))
    (frame,) = Film(path)
    assert frame.picture.shape == (58, 128, 3)


def test_every_so_many_seconds_means_their_first_frame(steady: Path) -> None:
    film = Film(steady, every=0.5)
    assert [round(frame.time, 2) for frame in film] == [0.0, 0.52, 1.0, 1.52]
    with pytest.raises(InputError, match="every: 0 s"):
        Film(steady, every=0)


@pytest.mark.parametrize(
    ("suffix", "codec", "sound"),
    [(".mp4", "libx264", "aac"), (".mkv", "libx264", "flac"), (".avi", "mjpeg", "pcm_s16le")],
)
def test_a_film_that_was_cut_off_says_where(
    suffix: str, codec: str, sound: str, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 256, (48, 64, 3), dtype=np.uint8) for _ in range(50)]
    times = [number / 25 for number in range(50)]
    whole = tmp_path / f"whole{suffix}"
    write_film(whole, noise, times, sound=2.0, codec=codec, sound_codec=sound)
    if suffix == ".mp4":  # with the index in front, as phones and web sites write it
        whole = faststart(whole)
    film = Film(whole)
    assert len(list(film)) == 50
    assert film.problem is None
    content = whole.read_bytes()
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(content[: len(content) * 6 // 10])
    film = Film(cut)
    frames = list(film)
    assert 15 < len(frames) < 45
    assert film.problem is not None
    assert film.problem.startswith(f"{cut}: stops at {frames[-1].time + 0.04:.2f} s")
    assert film.problem.endswith("damaged or cut off")
    assert "\n" not in film.problem


def test_damage_in_the_middle_is_told_with_its_time(steady: Path, tmp_path: Path) -> None:
    content = bytearray(steady.read_bytes())
    with av.open(str(steady)) as container:
        entries = container.streams.video[0].index_entries
        place = entries[20]
        content[place.pos + 8 : place.pos + place.size] = bytes(place.size - 8)
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(content)
    film = Film(damaged)
    read = len(list(film))
    assert read >= 35, "the rest is read"
    assert film.problem is not None
    assert film.problem.startswith(f"{damaged}: damaged at 0.")
    said = float(film.problem.split("damaged at ")[1].split(" s")[0])
    assert said == pytest.approx(0.8, abs=0.09)


def test_a_folder_of_frames_is_a_film(tmp_path: Path) -> None:
    from PIL import Image

    for number, picture in enumerate(numbered(12)):
        Image.fromarray(picture).save(tmp_path / f"frame{number}.png")
    (tmp_path / "notes.txt").write_text("no frame")
    film = open_film(tmp_path, fps=10)
    assert isinstance(film, FrameFolder)
    assert film.duration == pytest.approx(1.2)
    frames = list(film)
    assert [number_of(frame.picture) for frame in frames] == list(range(12)), "2 before 10"
    assert frames[-1].time == pytest.approx(1.1)
    (tmp_path / "frame5.png").write_text("broken")
    film = open_film(tmp_path, fps=10)
    assert len(list(film)) == 11
    assert film.problem is not None
    assert "frame5.png" in film.problem


@pytest.fixture
def web_server(steady: Path) -> Iterator[str]:
    with served(steady.parent) as address:
        yield address


def test_an_address_is_read_as_a_file_is(web_server: str) -> None:
    film = Film(f"{web_server}/steady.mp4")
    assert numbers(film) == list(range(40))
    assert film.problem is None
    with pytest.raises(InputError, match=r"/missing\.mp4: can't be opened"):
        Film(f"{web_server}/missing.mp4")


def test_no_password_stands_in_a_message() -> None:
    assert shown_name("rtsp://me:secret@camera/1") == "rtsp://camera/1"
    with pytest.raises(InputError, match=r"^rtsp://127\.0\.0\.1:1/x: can't be opened"):
        Film("rtsp://me:secret@127.0.0.1:1/x")
    assert is_stream("rtsp://camera/1")
    assert not is_stream("http://camera/film.mp4")


def test_what_is_no_film_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.mp4: no such file"):
        Film(tmp_path / "missing.mp4")
    for name in ("text.mp4", "text.txt"):
        (tmp_path / name).write_text("no film\n")
        with pytest.raises(InputError, match=rf"{name}: can't be read as a film"):
            Film(tmp_path / name)
    song = tmp_path / "song.mp4"
    with av.open(str(song), "w") as container:
        stream = container.add_stream("aac", rate=44_100)
        stream.layout = "mono"
        from made_film import write_tone

        write_tone(container, stream, 0.5)
    with pytest.raises(InputError, match="has no pictures"):
        Film(song)
    with pytest.raises(InputError, match="no pictures in it"):
        open_film(tmp_path)


def faststart(path: Path) -> Path:
    moved = path.with_name("fast.mp4")
    options = {"movflags": "+faststart"}
    with av.open(str(path)) as old, av.open(str(moved), "w", options=options) as new:
        copies = {one.index: new.add_stream_from_template(one) for one in old.streams}
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = copies[packet.stream.index]
                new.mux(packet)
    return moved


LISTS = {
    # Without its last line a player waits for what is added.
    "playlist": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsteady.ts\n",
    "of itself": "ffconcat version 1.0\nfile 'list.mp4'\n",
    "session": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nt=0 0\nm=video 5004 RTP/AVP 96\n",
    "text": "no film\n",
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("suffix", [".mp4", ".m3u8", ".ffconcat", ".sdp"])
@pytest.mark.parametrize("kind", LISTS)
def test_a_list_of_other_files_is_no_film(kind: str, suffix: str, tmp_path: Path) -> None:
    """FFmpeg would open what it names, wherever that is, and wait for more."""
    write_film(tmp_path / "steady.ts", numbered(6), [number / 25 for number in range(6)])
    path = tmp_path / f"list{suffix}"
    path.write_text(LISTS[kind])
    with pytest.raises(InputError, match=r"list\.\w+: can't be read as a film"):
        list(open_film(path))


@pytest.mark.parametrize("name", ["10:30.mp4", "pipe:0", "data:,x", "concat:a|b", "a?b#c%03d"])
def test_what_stands_before_a_colon_is_no_protocol(
    name: str, steady: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(steady.read_bytes())
    assert len(list(open_film(name))) == 40


def test_films_are_written_into_folders_of_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("10:30").mkdir()
    film = Path("10:30") / "11:00.mp4"
    writer = FilmWriter(film)
    writer.write(np.zeros((48, 64, 3), np.uint8), 0.0)
    writer.close()
    assert len(list(open_film(film))) == 1
