"""Where a model's weights come from: the chain of the runs it began with and learned from."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from fer_keras.errors import InputError
from fer_keras.models.average import read_members
from fer_keras.runs.run_folder import RunFolder

LONGEST = 20
"""Links: a chain that is longer leads back to itself."""


def chain(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Every start and teacher of a run, and theirs.

    Args:
        config: the run's.

    Returns:
        Plain JSON values, the nearest first: `role` (start or teacher), `of` ("" for the run
        itself, else a name further up), `name`, `sha256` of the weights that were taken (null where
        neither the run noted it nor the file is there), `recipe` and `epochs` (null for a mere
        `.keras` file), and `members`, names and hashes of the models that it is the mean of.
    """
    links: list[dict[str, Any]] = []
    waiting: list[tuple[str, dict[str, Any]]] = [("", config)]
    while waiting and len(links) < LONGEST:
        of, current = waiting.pop(0)
        for role in ("start", "teacher"):
            if not current.get(role):
                continue
            path = Path(current[role])
            known = next((link for link in links if link["path"] == str(path)), None)
            link, followed = _link(path, current.get(f"{role}_sha256"))
            links.append({"role": role, "of": of, "path": str(path), **link})
            if followed is not None and known is None:
                waiting.append((str(link["name"]), followed))
    return [{key: value for key, value in link.items() if key != "path"} for link in links]


def _link(path: Path, noted: str | None) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """One link, and the configuration in which the chain goes on."""
    folder = path if path.is_dir() else path.parent
    file = RunFolder(path).best_model if path.is_dir() else path
    # runs/mobile-m/best.keras is the run mobile-m; a file from elsewhere is itself.
    of_run = path.is_dir() or path.name == RunFolder(folder).best_model.name
    here = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None
    link: dict[str, Any] = {
        "name": folder.name if of_run else path.name,
        "sha256": noted or here,
        "recipe": None,
        "epochs": None,
        "members": read_members(file),
    }
    if not of_run:
        return link, None
    try:
        config = RunFolder(folder).read_config()
    except InputError:
        return link, None
    # A training may have been stopped before its end, or have come without its history.
    trained = len(RunFolder(folder).read_history())
    link.update(recipe=config["recipe"], epochs=trained or config["recipe"]["epochs"])
    return link, config
