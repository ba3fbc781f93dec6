"""Nothing of the libraries' greetings reaches the terminal; what matters does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fer_keras.cli.quiet import is_greeting

PHOTO = Path(__file__).parents[1] / "pictures" / "astronaut.png"
MAIN = "from fer_keras.cli import main; main()"


def run(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, env=environment
    )


def test_libraries_warnings_to_programmers_are_no_users_business() -> None:
    code = (
        "import sys, warnings; from fer_keras.cli import main as _; import fer_keras.cli.main; "
        "module = sys.modules['fer_keras.cli.main']; "
        "module._run = lambda: warnings.warn('odd', RuntimeWarning) or 0; module.main()"
    )
    for options, seen in (([], False), (["-W", "default"], True)):
        done = subprocess.run(
            [sys.executable, *options, "-c", code], capture_output=True, text=True, check=True
        )
        assert ("RuntimeWarning: odd" in done.stderr) == seen


def test_recognition_is_silent() -> None:
    done = run(MAIN, "predict", str(PHOTO))
    assert "happy" in done.stdout
    assert done.stderr == ""


@pytest.mark.slow
def test_tensorflow_is_silent(tmp_path: Path) -> None:
    done = run(MAIN, "architectures", "baseline", "--out", str(tmp_path / "baseline.png"))
    assert (tmp_path / "baseline.png").is_file()
    assert done.stderr.startswith("baseline: ")
    assert len(done.stderr.splitlines()) == 1


def test_what_matters_passes_even_last_words() -> None:
    code = (
        "import os, sys; from fer_keras.cli.quiet import filter_standard_error as quiet; quiet()\n"
        "os.write(2, b'I0000 00:00:17.8 24236 port.cc:153] oneDNN is on\\nINFO: Created\\n')\n"
        "os.write(2, b'W0000 00:00:17.8 24236 allocator.cc:9] out of memory\\n')\n"
        "print('of Python', file=sys.stderr)\n"
        "os.write(2, b'F0000 check failed'); os.abort()"
    )
    done = run(code)
    assert done.returncode < 0
    assert "oneDNN" not in done.stderr
    assert "INFO" not in done.stderr
    for words in ("out of memory", "of Python", "check failed"):
        assert words in done.stderr


def test_a_broken_driver_is_said_only_where_there_is_a_gpu() -> None:
    line = b"E0000 00:00:17.0 24236 cuda_platform.cc:52] failed call to cuInit: UNKNOWN ERROR (303)"
    assert is_greeting(line, has_gpu=False)
    assert not is_greeting(line, has_gpu=True)


def test_what_every_export_says_is_no_news() -> None:
    assert is_greeting(b"W0000 00:00:17.9 24674 tf_tfl_flatbuffer_helpers.cc:364] Ignored x.")
    assert is_greeting(b"fully_quantize: 0, inference_type: 6, input_inference_type: UINT8")
    assert not is_greeting(b"W0000 00:00:17.9 24674 allocator.cc:9] fully_quantize: 0")


def test_greetings_of_two_who_begin_at_once_are_dropped() -> None:
    """LiteRT writes its line in pieces: those of two threads or processes mix."""
    whole = b"INFO: INFO: Created TensorFlow Lite XNNPACK delegate for CPU."
    for line in (whole, b"Created TensorFlow Lite XNNPACK delegate for CPU."):
        assert is_greeting(line)
