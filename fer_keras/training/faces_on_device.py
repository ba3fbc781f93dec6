"""Faces that stay on the device: gathered, changed and mixed inside the compiled step.

A GPU takes faces faster than a CPU can change them. All of FER2013 is 66 MB, so they lie in its
memory as uint8, and a step is handed their numbers and random numbers alone, 70 bytes a face.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from fer_keras.data.augmentation import Augmentation
from fer_keras.data.batches import Answers, EpochPlan, numbered_batches, show, training_batches
from fer_keras.training.device import Device
from fer_keras.training.recipe import Recipe

LARGEST = 4 * 2**30
"""Bytes of faces that are put on a device; more are fed from the host."""


class FacesOnDevice(keras.Model):
    """A network that is handed numbers of faces, and sees the faces.

    It is what `fit` and `predict` are called on. Callbacks belong to the network inside, which is
    what a user knows: give `fit` a `keras.callbacks.CallbackList` with `model=network`.

    Args:
        network: from (n, 48, 48, 1) to probabilities; its weights are those that are trained.
        images: uint8, (n, 48, 48, 1).
        augmentation: how to change the faces, or None to leave them.
        mixup: the largest share of another face laid over each, 0 to 1.
    """

    def __init__(
        self,
        network: keras.Model,
        images: NDArray[np.uint8],
        augmentation: Augmentation | None,
        mixup: float = 0.0,
    ) -> None:
        # Without autocast: bfloat16 would leave of a random number its first two digits.
        super().__init__(name=f"{network.name}_fed", dtype="float32", autocast=False)
        self.network = network
        self.history: Any = None  # callbacks give it to the network
        self.augmentation, self.mixup = augmentation, mixup
        self.faces = keras.Variable(images, dtype="uint8", trainable=False, name="faces")

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Show the network a batch.

        Args:
            inputs: from `numbered_batches`: int32 (b,), float32 (b, RANDOM_NUMBERS), float32 (b,).
            training: as Keras has it.

        Returns:
            Probabilities, (b, classes).
        """
        number, uniform, shares = inputs
        faces = ops.take(self.faces, number, axis=0)
        shown = show(faces, uniform, shares, self.augmentation, self.mixup)
        return self.network(shown, training=training)

    @property
    def stop_training(self) -> bool:
        """What a callback says to the network holds here."""
        return self.network.stop_training

    @stop_training.setter
    def stop_training(self, value: bool) -> None:
        if hasattr(self, "network"):
            self.network.stop_training = value


def beside_faces(
    network: keras.Model, images: NDArray[np.uint8], recipe: Recipe, device: Device
) -> keras.Model:
    """What `fit` is called on: the network with the faces beside it, where the device holds them.

    Elsewhere, and with more faces than fit, the network itself.
    """
    if not device.holds_faces or images.nbytes > LARGEST:
        return network
    return FacesOnDevice(network, images, recipe.augment(), recipe.mixup)


def feed(
    fitted: keras.Model,
    images: NDArray[np.uint8],
    targets: NDArray[np.float32],
    recipe: Recipe,
    *,
    epochs: Sequence[int],
    plan: Callable[[int], EpochPlan],
    answers: Answers | None = None,
    batch_size: int | None = None,
) -> Any:
    """Batches for what `beside_faces` gave: numbers of faces, or changed faces.

    Args:
        fitted: from `beside_faces`.
        images, targets, epochs, plan, answers: as `training_batches` takes them.
        recipe: gives augmentation, mixup, the teacher's share and the size of a batch.
        batch_size: instead of the recipe's.
    """
    order: dict[str, Any] = {
        "batch_size": batch_size or recipe.batch_size,
        "epochs": epochs,
        "plan": plan,
        "mixup": recipe.mixup,
        "answers": answers,
        "answer_share": recipe.teacher_weight,
    }
    if isinstance(fitted, FacesOnDevice):
        return numbered_batches(targets, **order)
    return training_batches(images, targets, augmentation=recipe.augment(), **order)
