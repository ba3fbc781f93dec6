"""Every option of every command reaches what the command asks of the library.

Each command is called as it is and with one option more. What the library is asked for must be
another thing then: an option that is taken, and has no effect, is worse than none.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from fer_keras.cli.main import app
from fer_keras.data.drawn import synthetic_data
from fer_keras.data.face_data import DataOrigin, FaceData
from fer_keras.errors import InputError
from fer_keras.runs.config import describe_data
from fer_keras.runs.run_folder import RunFolder
from fer_keras.training.recipe import Recipe

OPEN = "fer_keras.data.source:open_data"
ASKED: dict[str, tuple[str, str]] = {
    "train": ("", "fer_keras.runs.train:train"),
    "train --resume RUN": ("epochs device", "fer_keras.runs.run:Run.resume"),
    "evaluate mobile-s --data faces": ("", "fer_keras.evaluation.judging:judge"),
    "evaluate RUN": ("data labels ferplus_mode class_order", "fer_keras.evaluation.judging:judge"),
    "reproduce": ("", "fer_keras.studies.reproduction:reproduce"),
    "tune": ("", "fer_keras.studies.tuning:tune"),
    "ablate": ("", "fer_keras.studies.ablation:ablate"),
    "report mobile-s --data faces": ("", "fer_keras.report.page:report_page"),
    "report RUN": ("data labels ferplus_mode", "fer_keras.report.page:report_page"),
    "saliency mobile-s --data faces": ("", "fer_keras.saliency.explain:explain_split"),
    "saliency mobile-s photo.png": ("method seed", "fer_keras.saliency.explain:explain_photos"),
    "export mobile-s --data faces": ("", "fer_keras.export.exporting:export_model"),
    "average mobile-s --out a.keras": ("", "fer_keras.models.average:average_models"),
    "ship RUN --name mine": ("", "fer_keras.shipping.ship:ship"),
    "predict photo.png": ("", "fer_keras.faces.read_photos:read_photos"),
    "predict photo.png --annotate seen": ("bars", "fer_keras.faces.read_photos:read_photos"),
    "predict photo.png --parquet faces.parquet": (
        "model detector upright abstain_below ray",
        "fer_keras.faces.photo_table:write_photo_table",
    ),
    "live": ("", "fer_keras.live.watch:watch"),
    "live --video film.mp4 --out seen.mp4": ("bars realtime", "fer_keras.live.watch:watch"),
    "analyze film.mp4": ("", "fer_keras.analysis:analyze_films"),
    "calibration mobile-s --data faces": (
        "",
        "fer_keras.export.calibration_table:compare_calibrations",
    ),
    "benchmark files mobile-s": ("", "fer_keras.studies.file_benchmark:benchmark_files"),
    "benchmark files mobile-s --data faces": (
        "split sizes",
        "fer_keras.studies.file_benchmark:benchmark_files",
    ),
    "benchmark pipeline": ("", "fer_keras.studies.pipeline_benchmark:measure_pipeline"),
    "benchmark crop --data faces": ("", "fer_keras.studies.framing_study:study_crop"),
    "benchmark robustness --data faces": ("", "fer_keras.studies.robustness:study_robustness"),
    "data inspect faces": ("", "fer_keras.data.inspect:draw_contact_sheets"),
    "data audit faces": ("", "fer_keras.data.audit:audit"),
}
"""How a command is called, the options to try (none: all that it has), and what it asks for."""

VALUES = {
    "option": "dropout=0.25",
    "labels": "ferplus",
    "ferplus": "votes.csv",
    "ferplus_mode": "distribution",
    "sizes": "7,8,9",
    "class_order": "sad,happy",
    "precision": "mixed_bfloat16",
    "device": "cpu",
    "recipe": "recipe.json",
    "teacher": "mobile-m",
    "start_from": "mobile-s",
    "split": "test",
    "stages": "final",
    "space": "lr",
    "rows": "adamw",
    "emotion": "sad",
    "method": "vanilla",
    "formats": "float16",
    "inputs": "rgb",
    "io": "float32",
    "ranges": "minmax",
    "model": "mobile-m",
    "detector": "short",
    "decide": "ema",
    "video": "film.mp4",
    "camera": "1",
    "every": "2s",
    "table": "parquet",
    "kernels": "builtin",
    "threads": "2",
    "peer": "peer.tflite",
    "peer_range": "0,1",
    "arch": "pooled",
    "abstain_below": "0.75",
    "learning_rate": "0.5",
    "max_drop": "0.5",
    "faces": "3",
    "data": "others",
    "storage": "shared.db",
    "saliency rows": "5,7",
    "live out": "seen.mp4",
    "log": "log.jsonl",
    "stats": "stats.json",
    "rounds": "6",
}
"""What is given; 5 where nothing stands here."""

LATER: dict[str, set[str]] = {
    # What is done with the answer, and seen in the test of the command.
    "evaluate": {"as_json", "confusion"},
    "report": {"out"},
    "saliency": {"out"},
    "export": {"diagnose", "as_json"},
    "predict": {"as_json", "as_csv", "as_json_lines", "parquet", "ray", "bars"},
    "live": {"bars", "realtime"},
    "calibration": {"out"},
    "benchmark files": {"out", "split"},
    "data audit": {"out", "ferplus"},
    # Of a run that has FER+'s votes.
    "ship": {"ferplus"},
    "train": {"resume"},
}


class ArrivedError(Exception):
    """The command has asked for what it is there for."""


def options_of(line: str) -> dict[str, Any]:
    command = typer.main.get_command(app)
    for word in line.split():
        command = getattr(command, "commands", {}).get(word, command)
    return {
        one.name: one
        for one in command.params
        if one.param_type_name == "option" and one.name != "help"
    }


def cases() -> Iterator[tuple[str, str]]:
    for line, (chosen, _) in ASKED.items():
        words = [word for word in line.split()[:2] if not word.startswith("-")]
        name = " ".join(words[: 2 if words[0] in ("benchmark", "data") else 1])
        for option in chosen.split() or options_of(line):
            if chosen or option not in LATER.get(name, set()):
                yield line, option


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[list[str]], list[str]]]:
    """From a command line to what it asked for, as text."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(tmp_path_factory.mktemp("work"))
        yield watched(monkeypatch)


def watched(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], list[str]]:
    for name in ("photo.png", "film.mp4", "votes.csv"):
        Path(name).write_bytes(b"never looked at")
    Path("recipe.json").write_text('{"arch": "batchnorm"}')
    data = synthetic_data(14, 7, 7)
    origin = DataOrigin("faces", "ferplus", Path("votes.csv"))
    about = {**describe_data(data), "data": origin.to_json()}
    fixed = {"recipe": Recipe().to_json(), "seed": 0, "precision": "float32", "teacher": None}
    Path("RUN").mkdir()
    RunFolder(Path("RUN")).write_config({**fixed, **about})
    RunFolder(Path("RUN")).best_model.write_bytes(b"never looked at")
    calls: list[str] = []

    def spy(target: str, answer: Callable[[], Any]) -> None:
        module, _, path = target.partition(":")
        owner: Any = importlib.import_module(module)
        *parents, name = path.split(".")
        for parent in parents:
            owner = getattr(owner, parent)
        signature = inspect.signature(getattr(owner, name))

        def called(*arguments: Any, **options: Any) -> Any:
            given = signature.bind(*arguments, **options).arguments
            calls.append(f"{name} {described(given)}")
            return answer()

        monkeypatch.setattr(owner, name, called)

    def arrive() -> Any:
        raise ArrivedError

    @cache  # a line without the option is asked once
    def ask(line: tuple[str, ...]) -> list[str]:
        calls.clear()
        result = CliRunner().invoke(app, line)
        if not isinstance(result.exception, ArrivedError):
            raise AssertionError(f"{line}: {result.output} {result.exception!r}")
        return list(calls)

    spy(OPEN, lambda: data)
    spy("fer_keras.live.capture:open_source", lambda: type("Source", (), {"name": "camera"}))
    spy("fer_keras.live.views:open_view", lambda: None)
    monkeypatch.setattr("fer_keras.studies.peer.check_peer", lambda path: None)
    for target in sorted({target for _, target in ASKED.values()}):
        spy(target, arrive)
    return lambda line: ask(tuple(line))


def described(value: Any) -> str:
    """What a call was given; of our own objects what they hold, of functions and data nothing."""
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if key not in ("report", "callbacks")}
        return str({str(key): described(one) for key, one in sorted(kept.items())})
    if isinstance(value, list | tuple):
        return str([described(one) for one in value])
    if isinstance(value, FaceData) or inspect.isroutine(value):
        return "..."
    if type(value).__module__.startswith("fer_keras."):
        known = [name for name in vars(value) if dataclasses.is_dataclass(value) or name in OURS]
        return f"{type(value).__name__} {described({name: vars(value)[name] for name in known})}"
    return re.sub(r" at 0x\w+", "", repr(value))


OURS = ("asked", "bars", "_folder", "_recognizer", "_rule")
"""What else of an object of ours an option may choose."""


@pytest.mark.parametrize(("line", "option"), cases())
def test_an_option_changes_what_is_asked_for(
    line: str, option: str, asked: Callable[[list[str]], list[str]]
) -> None:
    parameter = options_of(line)[option]
    words, value = line.split(), VALUES.get(f"{line.split()[0]} {option}", VALUES.get(option, "5"))
    if getattr(parameter, "is_flag", False):
        off = parameter.secondary_opts
        more = [off[0] if parameter.default and off else parameter.opts[0]]
    else:
        more = [parameter.opts[0], value]
    if option == "labels":  # they have votes, and what is asked for is other than a run's
        more = [more[0], "fer2013"] if "RUN" in line else [*more, "--ferplus", "votes.csv"]
    needed = {"ferplus_mode": ["--labels", "ferplus", "--ferplus", "votes.csv"]}.get(option, [])
    plain = asked([*words, *([] if "RUN" in line else needed)])
    try:
        changed = asked([*words, *([] if "RUN" in line else needed), *more])
    except InputError as error:
        raise AssertionError(f"{line} {more}: {error}") from error
    assert changed != plain, f"{more} is taken, and has no effect"


def test_every_command_is_asked() -> None:
    known = {"architectures", "card", "demo"}  # their few options are seen in tests of their own
    for line in ASKED:
        first, second = (*line.split(), "")[:2]
        known.add(f"{first} {second}" if first in ("benchmark", "data") else first)
    root: Any = typer.main.get_command(app)
    for name, command in root.commands.items():
        inner = getattr(command, "commands", None)
        assert inner or name in known
        assert {f"{name} {one}" for one in inner or ()} <= known
