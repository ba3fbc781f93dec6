from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("resource", reason="Windows has no such limit")


@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "allowed"),
    [(100, 300, 200, 200), (100, 300, 400, 300), (200, 300, 150, 150)],
)
def test_as_many_as_the_system_lets_us(soft: int, hard: int, wanted: int, allowed: int) -> None:
    program = f"""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
from fer_keras.demo.server import allow_open_files
print(allow_open_files({wanted}), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == [str(allowed), str(max(soft, allowed))]
