"""One mobile-s with a head for FER2013's labels and one for FER+'s, against one network for each.

python results/two-heads/train.py FER2013 FERPLUS FOLDER [EPOCHS] [SEED]

Three trainings from random weights, alike but for their heads: the trunk is mobile-s, the recipe
its own, FER+'s targets are the shares of the votes, and the loss is the sum of the heads'. Writes a
row for each into FOLDER/heads.csv; rows that are there are not made again.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

import fer_keras as fk
from fer_keras.architectures.registry import build
from fer_keras.data.batches import training_batches
from fer_keras.data.face_data import FaceData
from fer_keras.runs.loop import epoch_planner
from fer_keras.training.device import prepare_device
from fer_keras.training.optimizer import make_optimizer
from fer_keras.training.precise_batch_norm import measure_statistics
from fer_keras.training.recipe import Recipe
from fer_keras.training.recipes import choose_recipe
from fer_keras.training.targets import smoothed
from fer_keras.training.weight_average import WeightAverage

HEADS = {"fer2013": 7, "ferplus": 8}
COLUMNS = ["heads", "seed", "epochs", *HEADS, "minutes"]


def main(fer2013: str, ferplus: str, folder: Path, epochs: int = 6, seed: int = 0) -> None:
    """Train with one head, the other, and both."""
    recipe = choose_recipe("mobile-s", epochs=epochs)
    labelled = {
        "fer2013": fk.open_data(fer2013),
        "ferplus": fk.open_data(
            fer2013, labels="ferplus", ferplus=ferplus, ferplus_mode="distribution"
        ),
        "majority": fk.open_data(fer2013, labels="ferplus", ferplus=ferplus),
    }
    table = folder / "heads.csv"
    done = pd.read_csv(table) if table.exists() else pd.DataFrame(columns=COLUMNS)
    for heads in (("fer2013",), ("ferplus",), ("fer2013", "ferplus")):
        key = ("+".join(heads), seed, epochs)
        if key in set(done[COLUMNS[:3]].itertuples(index=False, name=None)):
            continue
        begun = time.perf_counter()
        model = train(recipe, labelled, heads, seed)
        minutes = round((time.perf_counter() - begun) / 60, 1)
        row = {**dict(zip(COLUMNS[:3], key, strict=True)), "minutes": minutes}
        row |= judge(model, labelled, heads)
        new = pd.DataFrame([row], columns=COLUMNS)
        done = new if done.empty else pd.concat([done, new], ignore_index=True)
        done.to_csv(table, index=False, float_format="%.2f")
        print(done.to_string(index=False), flush=True)


def train(
    recipe: Recipe, labelled: dict[str, FaceData], heads: tuple[str, ...], seed: int
) -> keras.Model:
    """The network after the last epoch: its averaged weights, in float32."""
    faces = labelled["fer2013"].split("train")
    targets = np.hstack([head_targets(recipe, labelled[head], faces.rows) for head in heads])
    keras.utils.set_random_seed(seed)
    batches = training_batches(
        faces.images,
        targets,
        batch_size=recipe.batch_size,
        epochs=range(recipe.epochs),
        plan=epoch_planner(recipe, faces.labels, seed),
        augmentation=recipe.augment(),
    )
    steps = -(-len(faces) // recipe.batch_size)
    with prepare_device("mixed_bfloat16").scope():
        model = with_heads(recipe, heads)
        model.compile(make_optimizer(recipe, steps_per_epoch=steps), loss=sum_of_heads)
        average = WeightAverage(model, recipe.ema_decay)
        model.fit(
            batches,
            epochs=recipe.epochs,
            steps_per_epoch=steps,
            shuffle=False,
            verbose=2,
            callbacks=[average],
        )
    kept = with_heads(recipe, heads)
    kept.set_weights(model.get_weights())
    average.copy_to(kept)
    chosen = np.random.default_rng(seed).permutation(len(faces))[: recipe.precise_bn]
    measure_statistics(kept, faces.images[np.sort(chosen)])
    return kept


def head_targets(recipe: Recipe, data: FaceData, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """What a head is asked to say: float32, (n, classes); noughts where it is not asked.

    FER+ drops faces that its annotators did not take for one.
    """
    split, classes = data.split("train"), len(data.labels)
    shares = np.eye(classes)[split.labels] if split.targets is None else split.targets
    targets = np.zeros((len(rows), classes), np.float32)
    # A disagreement of ten people needs no smoothing.
    smoothing = recipe.label_smoothing if split.targets is None else 0.0
    targets[np.searchsorted(rows, split.rows)] = smoothed(shares, smoothing)
    return targets


def with_heads(recipe: Recipe, heads: tuple[str, ...]) -> keras.Model:
    """mobile-s whose output is the probabilities of its heads side by side."""
    trunk = build(recipe.arch, 7, recipe.options)
    features = trunk.get_layer("dropout").output
    outputs = [
        keras.layers.Activation("softmax", dtype="float32", name=head)(
            keras.layers.Dense(HEADS[head], name=f"{head}_logits")(features)
        )
        for head in heads
    ]
    together = outputs[0] if len(outputs) == 1 else keras.layers.Concatenate(name="heads")(outputs)
    return keras.Model(trunk.inputs, together)


def sum_of_heads(targets: Any, probabilities: Any) -> Any:
    """Cross entropies of the heads, summed: (n,)."""
    return -keras.ops.sum(targets * keras.ops.log(probabilities + 1e-7), axis=-1)


def judge(
    model: keras.Model, labelled: dict[str, FaceData], heads: tuple[str, ...]
) -> dict[str, float]:
    """Percent of PublicTest's labels, and of FER+'s majority there, that the heads name."""
    faces = labelled["fer2013"].split("validation")
    answers = model.predict(faces.images.astype(np.float32), batch_size=256, verbose=0)
    judged = {}
    for head in heads:
        own, answers = answers[:, : HEADS[head]], answers[:, HEADS[head] :]
        named = labelled["majority" if head == "ferplus" else head].split("validation")
        places = np.searchsorted(faces.rows, named.rows)
        judged[head] = 100 * float(np.mean(own[places].argmax(axis=1) == named.labels))
    return judged


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), *map(int, sys.argv[4:]))
