"""How time and memory grow with the number of faces in an image folder.

    python results/scale/measure.py FOLDER [LARGEST]    # writes scale.csv and scale.png

Draws 300,000 faces (or LARGEST) as PNG into FOLDER/drawn, unless they are there already. Each size
is a folder of links to the first faces. It is opened in a process of its own with an empty cache
(pictures are decoded), in a second one with the cache that the first has left, and in a third that
also trains some steps. Memory is read from /proc: `resident` with the pages of mapped files, which
the system may take back at any time, `own` without them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

SIZES = (10_000, 30_000, 100_000, 300_000)
DRAWN, SHARD = 10_000, 2_000
STEPS, BATCH = 10, 128
HERE = Path(__file__).parent


def draw(folder: Path, largest: int) -> None:
    """Draw `DRAWN` faces, and make the rest of them: mirrored, moved, lighter and darker."""
    import numpy as np
    from PIL import Image

    from fer_keras.data.drawn.dataset import draw_faces
    from fer_keras.data.labels import FER2013_LABELS

    for label in FER2013_LABELS:
        (folder / label).mkdir(parents=True, exist_ok=True)
    for start in range(0, DRAWN, SHARD):
        labels = np.arange(start, start + SHARD) % len(FER2013_LABELS)
        faces = draw_faces(labels, (start,))[..., 0].astype(int)
        for variant in range(largest // DRAWN):
            changed = np.roll(faces[:, :, :: (-1) ** variant], variant // 6 - 1, axis=2)
            changed = np.clip(changed + 10 * (variant % 6 - 3), 0, 255).astype(np.uint8)
            first = variant * DRAWN + start
            for number, (face, label) in enumerate(zip(changed, labels, strict=True), start=first):
                Image.fromarray(face).save(folder / FER2013_LABELS[label] / f"{number:06}.png")


class Memory(threading.Thread):
    """Samples this process's memory; the peaks in MB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.own = self.resident = 0.0
        self.ended = threading.Event()

    def run(self) -> None:
        """Sample until told to end."""
        while not self.ended.wait(0.02):
            self.sample()

    def sample(self) -> None:
        """Take one sample."""
        lines = Path("/proc/self/status").read_text().splitlines()
        status = dict(line.split(":", 1) for line in lines)
        own, resident = (int(status[key].split()[0]) / 1000 for key in ("RssAnon", "VmRSS"))
        self.own, self.resident = max(self.own, own), max(self.resident, resident)

    def peaks(self) -> dict[str, float]:
        """The peaks so far; then it begins anew."""
        self.sample()
        found = {"own_mb": round(self.own), "resident_mb": round(self.resident)}
        self.own = self.resident = 0.0
        return found


def measure(folder: str, train: bool) -> None:
    """Open a folder, train if asked to, print what it took."""
    import keras  # so that the libraries are in memory before, at every size

    from fer_keras.data.source import open_data

    memory = Memory()
    memory.start()
    before = memory.peaks()["own_mb"]
    begun = time.perf_counter()
    data = open_data(folder)
    row = {"libraries_mb": before, "seconds": round(time.perf_counter() - begun, 2)}
    if train:
        memory.peaks()
        row["rate"] = round(steps_per_second(keras, data) * BATCH)
    row |= memory.peaks()
    memory.ended.set()
    print(json.dumps(row))


def steps_per_second(keras: Any, data: Any) -> float:
    """Train `mobile-s` for some steps on faces from all over the data."""
    from fer_keras.architectures.registry import build
    from fer_keras.data.batches import plan_epoch, training_batches
    from fer_keras.training.recipes import choose_recipe
    from fer_keras.training.targets import plain_targets

    split, classes = data.split("train"), len(data.labels)
    model = build("mobile-s", classes, {})
    model.compile("sgd", "categorical_crossentropy")
    batches = training_batches(
        split.images,
        plain_targets(split, classes),
        batch_size=BATCH,
        epochs=(0,),
        plan=lambda epoch: plan_epoch(len(split), seed=0, epoch=epoch),
        augmentation=choose_recipe("mobile-s").augment(),
    )
    model.fit(batches.take(2), verbose=0)  # traced and warm
    begun = time.perf_counter()
    model.fit(batches.take(STEPS), verbose=0)
    return STEPS / (time.perf_counter() - begun)


def measure_all(drawn: Path, largest: int) -> None:
    """All sizes up to the largest, smallest first."""
    rows: list[dict[str, object]] = []
    for size in (size for size in SIZES if size <= largest):
        linked, cache = drawn.parent / f"linked-{size}", drawn.parent / f"cache-{size}"
        for folder in (linked, cache):
            shutil.rmtree(folder, ignore_errors=True)
        for path in drawn.glob("*/*.png"):
            if int(path.stem) < size:
                place = linked / "train" / path.parent.name / path.name
                place.parent.mkdir(parents=True, exist_ok=True)
                os.link(path, place)
        row: dict[str, object] = {"faces": size}
        for what in ("first", "again", "train"):
            command = [sys.executable, __file__, what, str(linked)]
            environment = {**os.environ, "FER_KERAS_CACHE": str(cache)}
            done = subprocess.run(
                command, env=environment, check=True, capture_output=True, text=True
            )
            found = json.loads(done.stdout.splitlines()[-1])
            row |= {f"{what}_{key}": value for key, value in found.items()}
        rows.append(row)
        print(row, flush=True)
        write(rows)


def write(rows: list[dict[str, object]]) -> None:
    """scale.csv and scale.png."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    import pandas as pd

    table = pd.DataFrame(rows)
    table.to_csv(HERE / "scale.csv", index=False)
    figure, (seconds, megabytes) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for name, label in (("first", "first time: decoded"), ("again", "again: from the cache")):
        seconds.plot(table["faces"], table[f"{name}_seconds"], "o-", label=label)
    seconds.set(title="Opening a folder", xlabel="faces", ylabel="seconds")
    for name, label in (
        ("first_own_mb", "first time"),
        ("again_own_mb", "again"),
        ("train_own_mb", "training"),
    ):
        megabytes.plot(table["faces"], table[name], "o-", label=label)
    megabytes.plot(table["faces"], table["faces"] * 48 * 48 / 1e6, "k:", label="the pixels")
    megabytes.set(
        title="Peak memory, mapped files aside", xlabel="faces", ylabel="MB", ylim=(0, None)
    )
    for axes in (seconds, megabytes):
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(HERE / "scale.png", dpi=120)


def main() -> None:
    """Draw, and measure all; or be one of the processes that do."""
    if sys.argv[1] in ("first", "again", "train"):
        measure(sys.argv[2], train=sys.argv[1] == "train")
        return
    folder, largest = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else SIZES[-1]
    drawn = folder / "drawn"
    if len(list(drawn.glob("*/*.png"))) < largest:
        draw(drawn, largest)
    measure_all(drawn, largest)


if __name__ == "__main__":
    main()
