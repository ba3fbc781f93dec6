"""What a run depended on beside its recipe: versions, the commit, the backend."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import keras

PACKAGES = ("fer-keras", "keras", "tensorflow", "jax", "numpy")


def describe_environment() -> dict[str, object]:
    """Versions, backend and git commit, for `config.json`."""
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "versions": versions,
        "backend": keras.backend.backend(),
        "git_commit": _git_commit(),
    }


def _git_commit() -> str | None:
    """The source tree's commit, with `-dirty` where it was changed; None where there is no git."""
    try:
        return subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
