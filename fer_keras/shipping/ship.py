"""A run becomes `<name>.keras`, TFLite files, their figures, their hashes and a model card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fer_keras.data.cache import cache_folder
from fer_keras.data.face_data import FaceData, fingerprint
from fer_keras.data.ferplus import rows_of_splits
from fer_keras.errors import InputError
from fer_keras.export.contract import Contract, contract_page
from fer_keras.files import read_json, whole_file
from fer_keras.lock_file import locked
from fer_keras.models.keras_file import load_model, save_model
from fer_keras.models.model_file import HASHES, NAME
from fer_keras.models.shared_kernels import share_kernels
from fer_keras.runs.run_folder import RunFolder
from fer_keras.scratch_folder import scratch_folder
from fer_keras.shipping import class_scaling
from fer_keras.shipping.figures import figures, scaling_truth
from fer_keras.studies.peer import check_peer

TEMPLATE = Path(__file__).with_name("card.md")

PARTS = {"test": "FER2013's PrivateTest (test)", "validation": "FER2013's PublicTest (validation)"}
"""What FER2013 calls its splits, as readers know them."""


def card(figures: dict[str, Any]) -> str:
    """The card as Markdown.

    Args:
        figures: what `fer_keras.shipping.figures.figures` gave.
    """
    import jinja2

    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.filters["percent"] = lambda share: f"{100 * share:.2f} %"
    environment.filters["points"] = lambda share: f"{100 * share:+.2f}"
    environment.filters["kilobytes"] = lambda size: f"{size / 1000:,.0f} KB"
    environment.filters["share"] = lambda share: "-" if share is None else f"{share:.2f}"
    environment.filters["part"] = PARTS.__getitem__
    environment.filters["recipe"] = _recipe
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    people = figures["label_source"] == "ferplus"
    page = contract_page(Contract.from_json(figures["contract"]))
    return template.render(**figures, people=people, contract_page=page) + "\n"


def _recipe(recipe: Mapping[str, Any]) -> str:
    """A recipe in a line: fields that do nothing are left out."""
    plain = [
        f"`{recipe['arch']}`",
        f"{recipe['epochs']} epochs",
        f"batches of {recipe['batch_size']}",
        f"{recipe['optimizer']}",
        f"peak rate {recipe['learning_rate']} ({recipe['schedule']})",
    ]
    said = ["arch", "options", "epochs", "batch_size", "optimizer", "learning_rate", "schedule"]
    idle = {
        "adam_share": recipe["optimizer"] != "muon",
        "teacher_view": not recipe.get("teacher_weight"),
        "mirror": recipe.get("mirror") == "random",
    }
    said += [field for field, does_nothing in idle.items() if does_nothing]
    others = [
        f"{field.replace('_', ' ')} {value}"
        for field, value in recipe.items()
        if field not in [*said, "augmentation"] and value
    ]
    return ", ".join([*plain, *others])


SPLIT = "validation"
"""What chooses the epoch and the class scaling; the test split is judged once, after both."""

SHARED_FORM = "float16"
FILES = ((SHARED_FORM, "grey"), ("int8", "grey"), ("int8", "rgb"))
"""Format and input of the TFLite files that are shipped: float16 is half of float32's bytes."""


def ship(
    run: RunFolder,
    name: str,
    data: FaceData,
    out: Path,
    *,
    majority: FaceData | None = None,
    ferplus: Path | None = None,
    peer: Path | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Make the shipped files of one model. They appear together or not at all.

    Args:
        run: a run that has ended at least one epoch.
        name: as for `fer_keras.load`; lower-case letters, digits and hyphens.
        data: has the splits that the run was trained on; its validation split scales
            probabilities, its training split calibrates int8. A test split, which the run need not
            have known, gives figures beside those of validation.
        out: the folder of weights; files of other models stay.
        majority: for a run of FER+'s labels, the data with labels by majority: accuracy is measured
            on these.
        ferplus: FER+'s table of votes, for such a run.
        peer: another project's `.tflite`, timed beside ours.
        report: called with a line before each step.

    Returns:
        What `<name>.json` holds.

    Raises:
        InputError: if the name, the run or the data does not fit.
    """
    if not NAME.fullmatch(name):
        raise InputError(f"name {name}: use lower-case letters, digits and hyphens", "name")
    check_peer(peer)
    config = run.read_config()
    check_same_parts(run, config, data)
    rows = None
    if (config.get("data") or {}).get("labels") == "ferplus":
        if majority is None or ferplus is None:
            raise InputError("majority, `ferplus`: a run of FER+'s labels needs both")
        rows = rows_of_splits(ferplus)
    split = data.split(SPLIT)
    out.mkdir(parents=True, exist_ok=True)
    with scratch_folder(out) as work:
        report("scaling probabilities")
        model, labels = load_model(run.best_model)
        if labels != data.labels:
            raise InputError(f"{run.best_model}: its labels are not those of {data.source}")
        logits = class_scaling.read_logits(model, split.images)
        scaling = class_scaling.fit_class_scaling(logits, scaling_truth(split))
        class_scaling.apply_class_scaling(model, scaling)
        save_model(model, labels, work / f"{name}.keras")

        _export(work, name, data, report)
        report("measuring")
        trained = len(run.read_history())
        values = figures(
            name, work, config, data, SPLIT, logits, scaling, trained, peer, majority, rows
        )
        (work / f"{name}.json").write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
        (work / f"{name}.md").write_text(card(values), encoding="utf-8")
        _publish(work, out)
    return values


def _export(work: Path, name: str, data: FaceData, report: Callable[[str], None]) -> None:
    """Make the TFLite files of a folder's `.keras` file, which then has float16's kernels."""
    from fer_keras.export.exporting import export_model
    from fer_keras.export.metadata import Metadata

    model = work / f"{name}.keras"
    metadata = Metadata(name=name)
    for form, input in FILES:
        report(f"exporting {form}, {input}")
        export_model(
            model, data, work, (form,), inputs=(input,), split=SPLIT, metadata=metadata, stem=name
        )
        if form == SHARED_FORM:  # int8 is then made of the model that ships
            share_kernels(model, work / f"{name}-{form}.tflite")
    (work / "export.json").unlink()


def check_same_parts(run: RunFolder, config: dict[str, Any], data: FaceData) -> None:
    """Make sure that a run was trained and validated on the faces that `data` has for it.

    Further splits don't count: a run of two of FER2013's parts is judged on a file of all three.

    Raises:
        InputError: if it was not.
    """
    parts = {part: data.splits[part] for part in config["faces"] if part in data.splits}
    if config["fingerprint"] not in (data.fingerprint, fingerprint(data.labels, parts)):
        raise InputError(f"{data.source}: not the data that {run.path} was trained on")


def _publish(work: Path, out: Path) -> None:
    """Move the files, and say their hashes last: until then the old hashes refuse new files."""
    listing = out / HASHES
    files = sorted(work.iterdir())
    made = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if file.suffix in (".keras", ".tflite")
    }
    # Another model that is shipped at the same time adds to the same list.
    # The lock lies elsewhere: the folder of weights is packed as it is.
    key = hashlib.sha256(str(out.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    with locked(cache_folder() / f"weights-{key}.lock"):
        hashes = read_json(listing) if listing.exists() else {}
        if not isinstance(hashes, dict):
            raise InputError(f"{listing}: not the list of hashes that was here; put that back")
        text = json.dumps(dict(sorted({**hashes, **made}.items())), indent=2) + "\n"
        # On the disk before the first file is replaced: a full one refuses it in time.
        with whole_file(listing) as temporary:
            temporary.write_text(text, encoding="utf-8")
            for file in files:
                file.replace(out / file.name)
