"""What is meant by data: a file, a folder, or the embedded faces."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from fer_keras.data.cache import cached
from fer_keras.data.drawn import synthetic_data
from fer_keras.data.face_data import SYNTHETIC, DataOrigin, FaceData
from fer_keras.data.ferplus import MODES, attach_votes, relabel
from fer_keras.data.layouts.recognise import read_path
from fer_keras.errors import InputError

LABEL_SOURCES = ("fer2013", "ferplus")


def open_data(
    spec: str | Path,
    *,
    labels: str = "fer2013",
    ferplus: str | Path | None = None,
    ferplus_mode: str = "majority",
    sizes: tuple[int, int, int] | None = None,
    class_order: Sequence[str] | None = None,
    seed: int = 0,
    report: Callable[[str], None] | None = None,
) -> FaceData:
    """Read a data set, from the cache where it was read before.

    Examples:
        >>> import fer_keras as fk
        >>> data = fk.open_data("synthetic", sizes=(1400, 70, 35))
        >>> data
        FaceData(synthetic: train 1,400, validation 70, test 35 faces of 7 classes)
        >>> data.split("train").images.shape
        (1400, 48, 48, 1)

    Args:
        spec: "synthetic", or the path of a table, a folder or an archive of any layout in
            docs/data.md.
        labels: `fer2013` takes the data's own labels, `ferplus` those of FER+.
        ferplus: FER+'s table of votes. With the data's own labels it only adds the votes.
        ferplus_mode: `majority` or `distribution`, of FER+'s labels.
        sizes: faces in the three splits of synthetic data.
        class_order: what the numbers mean where class folders have numbers for names, from the
            lowest on: the same numbers stand for other emotions in other data sets.
        seed: of synthetic data.
        report: called with each line that a user should know.

    Raises:
        InputError: for anything that can't be read, or options that don't fit together.
    """
    spec, ferplus = str(spec), None if ferplus is None else Path(ferplus)
    if labels not in LABEL_SOURCES:
        raise InputError(f"labels {labels}: take one of {', '.join(LABEL_SOURCES)}", "labels")
    if labels == "ferplus" and ferplus is None:
        raise InputError("labels ferplus: give `ferplus`, too (its fer2013new.csv)", "labels")
    if labels != "ferplus" and ferplus_mode != MODES[0]:
        raise InputError(f"ferplus_mode {ferplus_mode}: goes with `labels` ferplus", "ferplus_mode")
    if sizes is not None and spec != SYNTHETIC:
        raise InputError("sizes: they go with `data` synthetic only", "sizes")
    if class_order is not None and spec == SYNTHETIC:
        raise InputError("class_order: drawn faces have known classes; leave it out")
    if spec == SYNTHETIC:
        if ferplus is not None:
            raise InputError(
                "ferplus: drawn faces have no annotators; give FER2013 as `data`",
                "ferplus",
            )
        data = synthetic_data(*sizes, seed=seed) if sizes else synthetic_data(seed=seed)
    else:
        path = Path(spec)
        if not path.exists():
            raise InputError(f"data {spec}: no such file or folder (and not 'synthetic')", "data")
        data = cached(
            path,
            lambda new_images: read_path(path, new_images=new_images, class_order=class_order),
            variant=",".join(class_order or ()),
        )
    if labels == "ferplus" and ferplus is not None:
        data = relabel(data, ferplus, ferplus_mode)
    elif ferplus is not None:
        data = attach_votes(data, ferplus)
    if report is not None:
        for note in data.notes:
            report(f"{data.source}: {note}")
    origin = DataOrigin(
        spec=spec,
        labels=labels,
        ferplus=ferplus,
        ferplus_mode=ferplus_mode,
        sizes=sizes,
        class_order=None if class_order is None else tuple(class_order),
        seed=seed,
    )
    return dataclasses.replace(data, origin=origin)


def open_again(origin: DataOrigin, report: Callable[[str], None] | None = None) -> FaceData:
    """The data that `open_data` gave with an origin's arguments; arguments as there."""
    return open_data(**vars(origin), report=report)
