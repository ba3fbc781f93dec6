"""`fer-keras saliency`: which pixels made a model name what it named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.errors import InputError

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

    from fer_keras.data.face_data import FaceData
    from fer_keras.saliency.grid import ExplainedFace


def saliency(
    model: Annotated[Path, typer.Argument(help="Run folder or .keras file.")],
    photos: Annotated[
        list[Path] | None,
        typer.Argument(help="Photos, instead of a data set's faces: the surest face of each."),
    ] = None,
    data: data_options.OptionalData = None,
    split: data_options.SplitName = "validation",
    emotion: Annotated[
        str | None, typer.Option(help="Faces with these labels, as happy,sad; default: all.")
    ] = None,
    method: Annotated[
        str, typer.Option(help="vanilla, smoothgrad, gradcam++ or scorecam.")
    ] = "smoothgrad",
    n: Annotated[int, typer.Option("-n", help="Faces of each label.", min=1)] = 8,
    rows: Annotated[
        str | None, typer.Option(help="These rows of the source instead, as 28709,28712.")
    ] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="Only misclassified faces.")] = False,
    seed: Annotated[int, typer.Option(help="Of the choice and of noise.", min=0)] = 0,
    sizes: data_options.Sizes = None,
    out: Annotated[Path, typer.Option(help="The picture, PNG.")] = Path("saliency.png"),
) -> None:
    """Draw faces, the maps of what made the model decide, and the one over the other.

    A map explains the class that the model names, by its logit. A caption shows the label and what
    the model names it, with its probability; red where they differ.

    Example: `fer-keras saliency runs/final-slim-1 --emotion happy,fear --method gradcam++`
    """
    from rich.console import Console

    from fer_keras.cli.run_data import choose_data
    from fer_keras.models import find_model
    from fer_keras.models.keras_file import load_model
    from fer_keras.pictures.figure_file import save_figure
    from fer_keras.saliency.grid import draw_grid
    from fer_keras.saliency.maps import METHODS

    console = Console()
    if method not in METHODS:
        raise InputError(f"--method {method}: take one of {', '.join(METHODS)}")
    file = find_model(model)
    if file.suffix != ".keras":
        raise InputError(f"{file}: maps need gradients; name the .keras file that it was made from")
    network, labels = load_model(file)
    if photos:
        blocks = [explain_photos(network, labels, photos, method, seed)]
        title = f"{file.parent.name}/{file.name}, {method}"
    else:
        faces = choose_data([model], data, sizes=sizes).open(
            report=lambda line: console.print(line, highlight=False, markup=False)
        )
        if labels != faces.labels:
            raise InputError(
                f"{file}: its labels are {', '.join(labels)}, the data's are "
                f"{', '.join(faces.labels)}"
            )
        chosen = choose(network, faces, split, emotion, n, rows, wrong, seed)
        blocks = [explain_split(network, faces, split, index, method, seed) for index in chosen]
        title = f"{file.parent.name}/{file.name}, {method}, {split}: label → named by the model"
    save_figure(draw_grid(blocks, title), out)
    count = sum(map(len, blocks))
    console.print(
        f"{count} face{'s' * (count != 1)}, {method}: {out}", highlight=False, markup=False
    )


def explain_photos(
    network: keras.Model, labels: tuple[str, ...], photos: list[Path], method: str, seed: int
) -> list[ExplainedFace]:
    """Explain the surest face of each photo; one in which none is found is taken whole.

    Raises:
        InputError: if one can't be read.
    """
    import numpy as np

    from fer_keras.data.face_data import FACE_SIZE
    from fer_keras.data.read_faces import read_face
    from fer_keras.detection import Detector
    from fer_keras.faces.crop import cut_face, to_grey
    from fer_keras.faces.framing import FRAMINGS, frame_face
    from fer_keras.faces.photo import open_photo
    from fer_keras.saliency.grid import explain_faces

    detector = Detector("short")
    faces = []
    for photo in photos:
        picture = open_photo(photo)
        found = detector.detect(picture)
        if found and picture.shape[:2] != (FACE_SIZE, FACE_SIZE):  # that one is a face already
            square = frame_face(found[0], FRAMINGS["short"])
            faces.append(cut_face(to_grey(picture), square)[..., np.newaxis])
        else:
            faces.append(read_face(photo)[0])
    images = np.stack(faces)
    names = [photo.name for photo in photos]
    return explain_faces(network, labels, images, [None] * len(photos), names, method, seed)


def explain_split(
    network: keras.Model,
    faces: FaceData,
    split_name: str,
    index: NDArray[np.int64],
    method: str,
    seed: int,
) -> list[ExplainedFace]:
    """Explain the faces at `index` of a split."""
    from fer_keras.saliency.grid import explain_faces

    some = faces.split(split_name).take(index)
    return explain_faces(
        network,
        faces.labels,
        some.images,
        [faces.labels[label] for label in some.labels],
        [f"row {row}" for row in some.rows],
        method,
        seed,
    )


def choose(
    network: keras.Model,
    faces: FaceData,
    split_name: str,
    emotions: str | None,
    n: int,
    rows: str | None,
    wrong: bool,
    seed: int,
) -> list[NDArray[np.int64]]:
    """Indices of the faces to show, a block for each label.

    Raises:
        InputError: if a row or a label does not exist, or no face fits.
    """
    import numpy as np

    from fer_keras.saliency.choose_faces import choose_at_random, find_rows, label_number

    split = faces.split(split_name)
    if rows is not None:
        words = rows.split(",")
        if not all(word.strip().isdigit() for word in words):
            raise InputError(f"--rows {rows}: write row numbers, as 28709,28712")
        return [find_rows(split, [int(word) for word in words], split_name)]
    among = np.ones(len(split), bool)
    if wrong:
        among = network.predict(split.images, batch_size=256, verbose=0).argmax(1) != split.labels
    wanted = (
        range(len(faces.labels))
        if emotions is None
        else [label_number(word, faces.labels) for word in emotions.split(",")]
    )
    blocks = [choose_at_random(among, split.labels, label, n, seed) for label in wanted]
    blocks = [block for block in blocks if len(block)]
    if not blocks:
        raise InputError(
            f"{faces.source}: the {split_name} split has no "
            f"{'misclassified ' if wrong else ''}face with {emotions or 'any label'}"
        )
    return blocks
