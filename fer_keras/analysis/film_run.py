"""The analysis of one film: table, summary, picture and page, written as it goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fer_keras.analysis.film_page import (
    Boxes,
    draw_timeline,
    plays_as_it_is,
    write_page,
    write_preview,
)
from fer_keras.analysis.output_folder import OutputFolder, describe_source
from fer_keras.analysis.settings import Settings
from fer_keras.analysis.summary import Summary
from fer_keras.analysis.table_file import face_rows, open_table
from fer_keras.faces.recognizer import Recognizer
from fer_keras.figures import save_figure
from fer_keras.files import whole_file, write_text
from fer_keras.films import is_stream, open_film
from fer_keras.films.opening import is_address, require_pyav, shown_name
from fer_keras.live.watcher import Watcher
from fer_keras.scratch_folder import scratch_folder

Progress = Callable[[str, str, float, float | None], None]
"""Called with the film, what is done with it, seconds done, and its length (None: not known)."""


@dataclass(frozen=True)
class FilmResult:
    """What came of a film.

    Attributes:
        film: as it was named.
        files: that were written, or were there.
        summary: as in the .json file; None of a film that can't be read.
        skipped: whether it had been analysed before.
        stopped: whether it was ended before its end.
        problem: one line on what is wrong with the film, or None.
    """

    film: str
    files: tuple[Path, ...]
    summary: dict[str, Any] | None
    skipped: bool = False
    stopped: bool = False
    problem: str | None = None


class FilmRun:
    """One film. Can be sent to another machine that has the same paths.

    Args:
        film: as it was named.
        out: the folder of its files.
        settings: how it is analysed.

    Raises:
        InputError: if it is no film; no name is given to it then.
    """

    def __init__(self, film: str, out: OutputFolder, settings: Settings) -> None:
        self.film = film
        self.settings = settings
        self._source = describe_source(film)
        if settings.page:  # it has the film in it
            require_pyav()
        open_film(film, fps=settings.fps).close()
        self._out = out
        self._name = out.name_for(film)

    def is_finished(self) -> bool:
        """Whether it was analysed to its end before."""
        model = self.settings.model_hash()
        return self._out.finished(self._name, self._source, self.settings.to_json(), model)

    def finished_result(self) -> FilmResult:
        """What came of it then."""
        found = json.loads(self._path(".json").read_text(encoding="utf-8"))
        files = tuple(self._out.path / file for file in found["files"])
        return FilmResult(self.film, files, found, skipped=True, problem=found["problem"])

    def analyse(
        self,
        recognizer: Recognizer,
        progress: Progress = lambda film, what, done, length: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> FilmResult:
        """Look at it and write its files.

        Args:
            recognizer: of the settings.
            progress: called after every frame.
            stop: asked after every frame whether to end.

        Raises:
            InputError: if it can't be read, or a file can't be written.
        """
        self._progress, self._stop = progress, stop
        watcher = self.settings.watcher(recognizer)
        with ExitStack() as scratch:
            kept = None
            if self.settings.page and not is_stream(self.film):
                # In the folder itself: the system's own may be small.
                kept = scratch.enter_context(scratch_folder(self._out.path)) / "boxes.json"
            summary, size, problem = self._look(watcher, kept)
            stopped = self._stop()
            files = [self._path(f".{self.settings.table}"), self._path(".png")]
            save_figure(draw_timeline(summary, self._title), files[1])
            if kept is not None and not stopped:
                files += self._write_page(summary, kept, size)
        files.append(self._path(".json"))
        # The last one: where it is, all are.
        facts = {
            "source": self._source,
            "settings": self.settings.to_json(),
            "model_sha256": recognizer.sha256,
            "complete": not stopped and not self._stop(),
            "problem": problem,
            "tried": watcher.what_was_tried(),
            "files": [file.name for file in files],
            **summary.to_json(),
        }
        write_text(files[-1], json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
        return FilmResult(
            self.film, tuple(files), facts, stopped=not facts["complete"], problem=problem
        )

    def _look(
        self, watcher: Watcher, kept: Path | None
    ) -> tuple[Summary, tuple[int, int], str | None]:
        settings, labels = self.settings, watcher.labels
        source = open_film(self.film, every=settings.every, fps=settings.fps)
        summary = Summary(labels)
        with ExitStack() as cleanup:
            cleanup.callback(source.close)
            path = cleanup.enter_context(whole_file(self._path(f".{settings.table}")))
            table = open_table(path, settings.table, labels)
            cleanup.callback(table.close)
            boxes = None
            if kept is not None:
                boxes = Boxes(cleanup.enter_context(kept.open("wb")), labels)
            for frame in source:
                seen = watcher.look(frame.picture, frame.time)
                table.write(face_rows(frame, seen, labels))
                summary.add(frame.time, seen)
                if boxes is not None:
                    boxes.write(frame, seen)
                self._progress(self.film, "faces", frame.time, source.duration)
                if self._stop():
                    break
        summary.finish(settings.every or 1 / source.fps)
        return summary, (boxes.size if boxes else (1, 1)), source.problem

    def _write_page(self, summary: Summary, boxes: Path, size: tuple[int, int]) -> list[Path]:
        """The page, or nothing if it was stopped: half a film would look like all of it."""
        name, page = self._title, self._path(".html")
        if plays_as_it_is(self.film):
            write_page(page, name, summary, boxes, size, Path(self.film))
            return [page]

        def progress(done: float, length: float | None) -> None:
            self._progress(self.film, "page", done, length)

        small = boxes.with_name("small.mp4")
        write_preview(self.film, small, fps=self.settings.fps, stop=self._stop, progress=progress)
        if self._stop():
            return []
        write_page(page, name, summary, boxes, size, small)
        return [page]

    @property
    def _title(self) -> str:
        """A file's own name: whoever is given the page need not know the folders."""
        return shown_name(self.film) if is_address(self.film) else Path(self.film).name

    def _path(self, suffix: str) -> Path:
        return self._out.path / f"{self._name}{suffix}"
