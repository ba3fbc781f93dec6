"""`fer-keras live` on a camera in the network, as a command of its own."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from camera_servers import jpeg_camera, rtsp_camera
from made_video import frame

START = (sys.executable, "-c", "from fer_keras.cli.main import main; main()", "live")
QUICK = ("--model", "mobile-s", "--window", "2", "--abstain-below", "0")


@pytest.mark.parametrize("camera", [rtsp_camera, jpeg_camera])
def test_faces_of_a_camera_are_logged_until_it_is_stopped(
    camera: Callable[..., Any], tmp_path: Path
) -> None:
    face = frame([(160, 120, 130)], (320, 240))[:, :, ::-1].copy()
    log, stats = tmp_path / "log.jsonl", tmp_path / "stats.json"
    with camera(itertools.repeat(face)) as address:
        arguments = ("--video", address, *QUICK, "--log", log, "--stats", stats)
        with subprocess.Popen([*START, *map(str, arguments)], stdout=subprocess.PIPE) as live:
            try:
                wait_for(lambda: log.exists() and '"decision": "' in log.read_text(), live)
                live.send_signal(signal.SIGINT)
                assert live.wait(60) == 0
            finally:
                live.kill()
    first = json.loads(log.read_text().splitlines()[0])
    assert first["face"] == 1
    counted = json.loads(stats.read_text())
    assert counted["faces"] == 1
    assert counted["frames"] >= 2


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
