from __future__ import annotations

import json
import signal
import webbrowser
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from made_film import numbered, write_film

from fer_keras import desktop
from fer_keras.errors import InputError
from fer_keras.films import Film
from fer_keras.live import views
from fer_keras.live.capture import open_source
from fer_keras.live.decision import DecisionRule
from fer_keras.live.live_page import LivePage
from fer_keras.live.stopping import stopping
from fer_keras.live.views import open_view
from fer_keras.live.watch import watch
from fer_keras.live.watcher import Shot, Watcher

STOP_AT = 20


class NoFaces:
    """Finds nothing, at once: what is tested here is everything around it."""

    labels = ("happy", "sad")

    def film(self) -> NoFaces:
        return self

    def detect(self, picture: np.ndarray, time: float) -> list[Any]:
        return []

    def what_was_tried(self, width: int, height: int, *, film: bool) -> str:
        return f"looked at {width}x{height}, film: {film}"

    def classify(self, picture: np.ndarray, faces: list[Any]) -> np.ndarray:
        return np.empty((0, 2), np.float32)


class StoppingView:
    """While it is shown the frame with this number, the signal comes."""

    def __init__(self, number: signal.Signals, at: int) -> None:
        self._number, self._at, self.shown = number, at, 0

    def show(self, shot: Shot) -> bool:
        self.shown += 1
        assert shot.picture.shape == (48, 64, 3)
        if self.shown == self._at:
            signal.raise_signal(self._number)
        return True

    def close(self) -> None:
        pass


def watcher() -> Watcher:
    return Watcher(NoFaces(), DecisionRule())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    return write_film(path, numbered(50), [number / 25 for number in range(50)], sound=2.4)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("at", [1, STOP_AT])
def test_what_was_written_until_a_signal_is_a_whole_film(
    number: signal.Signals, at: int, film: Path, tmp_path: Path
) -> None:
    out, stats = tmp_path / "out.mp4", tmp_path / "stats.json"
    before = signal.getsignal(number)
    done = watch(
        open_source(video=film, sound=True),
        watcher(),
        report=print,
        out=out,
        stats=stats,
        view=StoppingView(number, at),
    )
    assert signal.getsignal(number) == before
    assert done.problem is None
    counted = json.loads(stats.read_text())
    assert counted["frames"] == at
    assert counted["tried"] == "looked at 64x48, film: True"
    written = Film(out)
    assert len(list(written)) == at
    assert written.problem is None
    with av.open(str(out)) as container:
        ends = {one.type: float(one.duration * one.time_base) for one in container.streams}
    assert ends["video"] == pytest.approx(at / 25, abs=1e-3)
    assert ends["audio"] <= ends["video"] + 1e-3
    assert not list(tmp_path.glob(".partial-*"))


def test_a_second_signal_interrupts_and_leaves_nothing() -> None:
    with stopping() as stop:
        assert not stop()
        signal.raise_signal(signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_an_error_leaves_no_film(film: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=r"stats .*folder: is a folder; name a file"):
        watch(open_source(video=film), watcher(), report=print, stats=tmp_path / "folder", out=None)
    with pytest.raises(InputError, match=r"log .*folder: is a folder; name a file"):
        watch(
            open_source(video=film),
            watcher(),
            report=print,
            out=tmp_path / "out.mp4",
            log=tmp_path / "folder",
        )
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]


def test_the_page_is_opened_where_there_is_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    opened: list[str] = []
    about = ("camera 0", "mobile-s", ("happy", "sad"))
    monkeypatch.setattr(webbrowser, "open", opened.append)
    show_screen(monkeypatch, there=True)
    view = open_view(told.append, *about, only_if_seen=True)
    assert isinstance(view, LivePage)
    assert opened == [view.address]
    assert told == [f"{view.address} shows what is seen; its button or Ctrl-C ends it"]
    view.close()
    show_screen(monkeypatch, there=False)
    assert open_view(told.append, *about, only_if_seen=True) is None
    view = open_view(told.append, *about, only_if_seen=False)
    assert isinstance(view, LivePage), "to be looked at from another machine"
    assert len(opened) == 1
    view.close()


def show_screen(monkeypatch: pytest.MonkeyPatch, *, there: bool) -> None:
    for module in (views, desktop):
        monkeypatch.setattr(module, "has_screen", lambda: there)
