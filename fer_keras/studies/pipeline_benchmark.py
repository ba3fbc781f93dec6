"""How fast faces come, against how fast a model takes them."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from fer_keras.architectures.registry import build
from fer_keras.data.face_data import FaceData
from fer_keras.runs.loop import epoch_planner
from fer_keras.training.device import Device, prepare_device
from fer_keras.training.faces_on_device import beside_faces, feed
from fer_keras.training.fused_batch_norm import fuse_batch_norm
from fer_keras.training.optimizer import make_optimizer
from fer_keras.training.recipe import Recipe
from fer_keras.training.targets import plain_targets


@dataclass(frozen=True)
class PipelineSpeed:
    """Medians over the rounds.

    Attributes:
        pipeline: faces a second that the batches yield with nothing else to do.
        training: faces a second that training takes, with the same batches.
        ratios: pipeline over training, round by round.
    """

    pipeline: float
    training: float
    ratios: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return statistics.median(self.ratios)


def measure_pipeline(
    recipe: Recipe, data: FaceData, rounds: int = 5, device: Device | None = None
) -> PipelineSpeed:
    """Time both in turn, round by round, so that a machine that slows hurts both alike.

    Where the device holds the faces, the pipeline yields their numbers, and they are changed in the
    training's own time.

    Args:
        recipe: gives architecture, batch size and augmentation.
        data: its training split is used.
        rounds: how often; one more goes before as a warm-up.
        device: from `prepare_device`; None: what the machine has.

    Raises:
        InputError: if the recipe can't be built.
    """
    classes = len(data.labels)
    split = data.split("train")
    # A few thousand faces are many batches; a whole FER2013 would only take longer.
    split = split.take(slice(0, 4096))
    targets = plain_targets(split, classes)
    steps = -(-len(split) // recipe.batch_size)
    device = device or prepare_device()
    plan = epoch_planner(recipe, split.labels, seed=0)

    def batches(epoch: int) -> object:
        return feed(fitted, split.images, targets, recipe, epochs=(epoch,), plan=plan)

    with device.scope():
        model = build(recipe.arch, classes, recipe.options)
        fuse_batch_norm(model)
        fitted = beside_faces(model, split.images, recipe, device)
        fitted.compile(make_optimizer(recipe, steps), "categorical_crossentropy")
        pipeline, training = [], []
        for number in range(rounds + 1):
            begun = time.perf_counter()
            for _ in batches(number):  # type: ignore[attr-defined]
                pass
            drawn = time.perf_counter()
            fitted.fit(batches(number), verbose=0, shuffle=False)
            ended = time.perf_counter()
            pipeline.append(len(split) / (drawn - begun))
            training.append(len(split) / (ended - drawn))
    ratios = tuple(a / b for a, b in zip(pipeline[1:], training[1:], strict=True))
    return PipelineSpeed(statistics.median(pipeline[1:]), statistics.median(training[1:]), ratios)
