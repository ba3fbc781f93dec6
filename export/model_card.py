"""What a file says about itself, in words."""

from __future__ import annotations

from dataclasses import dataclass

import fer_keras


@dataclass(frozen=True)
class ModelCard:
    """Shown by viewers of TFLite files and by MediaPipe.

    Attributes:
        name: of the model; where it is empty, the start of the files' names.
        description: one paragraph.
        version: of the package that made it.
        author: of the model.
        licence: of the model's weights.
    """

    name: str = ""
    description: str = (
        "Names the emotion that a face shows. Input: one upright face, filling the picture, 48x48 "
        "pixels with values 0 to 255. Output: a probability for each label. What a face shows is "
        "not what a person feels."
    )
    version: str = fer_keras.__version__
    author: str = "fer-keras"
    licence: str = "Apache-2.0"
