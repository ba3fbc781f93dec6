from __future__ import annotations

import dataclasses
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.export.calibration import (
    Calibration,
    calibration_fingerprint,
    representative_faces,
)
from fer_keras.export.exporting import export_model
from fer_keras.models import Classifier
from fer_keras.models.model_file import read_labels

Exported = tuple[Path, dict[str, Any]]

NAMES = {
    f"tiny-{form}{pixels}.tflite"
    for form in ("float32", "float16", "dynamic", "int8")
    for pixels in ("", "-rgb")
}


def entry(report: dict[str, Any], name: str) -> dict[str, Any]:
    return next(file for file in report["files"] if file["file"] == name)


def test_every_form_is_written_with_labels_and_reported(
    exported: Exported, drawn_faces: FaceData
) -> None:
    out, report = exported
    assert {path.name for path in out.iterdir()} == {*NAMES, "export.json"}
    assert json.loads((out / "export.json").read_text()) == json.loads(json.dumps(report))
    assert {file["file"] for file in report["files"]} == NAMES
    assert {file["kernels"] for file in report["files"]} == {"XNNPACK"}
    for name in NAMES:
        assert read_labels(out / name) == drawn_faces.labels
        assert entry(report, name)["bytes"] == (out / name).stat().st_size


@pytest.mark.parametrize(
    ("form", "difference", "agreement"),
    [
        ("float32", 1e-4, 0.999),
        ("float16", 1e-2, 0.99),
        ("dynamic", 0.1, 0.95),
        # The tiny model names half of the faces, hardly surer of its first choice than its second;
        # what it has learned, and so the largest difference, varies with the processor.
        ("int8", 0.15, 0.88),
    ],
)
@pytest.mark.parametrize("pixels", ["", "-rgb"])
def test_every_form_agrees_with_keras(
    exported: Exported,
    trained_model: Path,
    drawn_faces: FaceData,
    form: str,
    pixels: str,
    difference: float,
    agreement: float,
) -> None:
    out, report = exported
    path = out / f"tiny-{form}{pixels}.tflite"
    split = drawn_faces.split("validation")
    expected = Classifier(trained_model).probabilities(split.images)
    found = Classifier(path).probabilities(split.images)
    assert np.abs(found - expected).max() < difference
    assert (found.argmax(1) == expected.argmax(1)).mean() >= agreement
    parity = entry(report, path.name)["parity"]
    assert parity["largest_difference"] == pytest.approx(np.abs(found - expected).max())
    assert parity["accuracy"] == pytest.approx((found.argmax(1) == split.labels).mean())
    low, high = parity["drop_interval"]
    assert low <= parity["drop"] <= high


def test_int8_takes_raw_pixels_and_multiplies_integers(exported: Exported) -> None:
    _, report = exported
    for name, channels in (("tiny-int8.tflite", 1), ("tiny-int8-rgb.tflite", 3)):
        file = entry(report, name)
        assert "CONV_2D" in file["int8_weights"]
        assert file["inputs"] == (
            {
                "name": "faces",
                "shape": (1, 48, 48, channels),
                "dtype": "uint8",
                "scale": 1.0,
                "zero_point": 0,
            },
        )
        assert file["outputs"][0]["scale"] == 1 / 256
        assert file["bytes"] < entry(report, "tiny-float32.tflite")["bytes"] / 3
    assert "CONV_2D" in entry(report, "tiny-dynamic.tflite")["float_operators"]


def test_ranges_fixed_beforehand_make_a_file_of_integers(
    trained_model: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    fixed = Calibration(20, ranges="minmax")
    (file,) = export_model(trained_model, drawn_faces, tmp_path, ["int8"], fixed)["files"]
    assert file["float_operators"] == ()
    assert "CONV_2D" in file["int8_weights"]
    assert file["outputs"][0]["scale"] == 1 / 256


@pytest.mark.parametrize("ranges", ["each-face", "fitted"])
def test_training_faces_alone_calibrate(
    trained_model: Path, drawn_faces: FaceData, tmp_path: Path, ranges: str
) -> None:
    """A file is the same whatever faces it is judged on, and another for other training faces."""
    train, judged = drawn_faces.split("train"), drawn_faces.split("validation").take(slice(0, 30))
    darker = dataclasses.replace(judged, images=judged.images // 3)
    others = train.take(slice(700, None))
    made = []
    for number, (taught, shown) in enumerate(((train, judged), (train, darker), (others, judged))):
        data = FaceData(drawn_faces.labels, {"train": taught, "validation": shown}, "x", "x")
        out = tmp_path / str(number)
        report = export_model(
            trained_model, data, out, ["int8"], Calibration(20, ranges=ranges), max_drop=None
        )
        faces = representative_faces(taught, Calibration(20))
        assert report["calibration"]["fingerprint"] == calibration_fingerprint(faces)
        made.append((out / "tiny-int8.tflite").read_bytes())
    assert made[0] == made[1]
    assert made[0] != made[2]


def test_files_are_the_same_every_time(
    exported: Exported, trained_model: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    out, _ = exported
    export_model(trained_model, drawn_faces, tmp_path, ["int8"], Calibration(100))
    again = (tmp_path / "tiny-int8.tflite").read_bytes()
    assert again == (out / "tiny-int8.tflite").read_bytes()


def test_float_io_and_dynamic_batch(
    exported: Exported, trained_model: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    out, _ = exported
    report = export_model(
        trained_model,
        drawn_faces,
        tmp_path,
        ["int8"],
        Calibration(100),
        io="float32",
        dynamic_batch=True,
    )
    (file,) = report["files"]
    assert file["inputs"][0]["shape"] == (-1, 48, 48, 1)
    assert file["inputs"][0]["dtype"] == file["outputs"][0]["dtype"] == "float32"
    faces = drawn_faces.split("validation").images[
        :50
    ]  # more than one call's worth, not a multiple
    found = Classifier(tmp_path / "tiny-int8.tflite").probabilities(faces)
    expected = Classifier(out / "tiny-int8.tflite").probabilities(faces)
    np.testing.assert_allclose(found, expected, atol=2 / 256)


def test_a_file_that_drops_too_far_is_kept_as_rejected(
    trained_model: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    # One black face calibrates every fixed range to next to nothing.
    train = drawn_faces.split("train").take(slice(0, 7))
    train.images[:] = 0
    spoilt = FaceData(
        drawn_faces.labels, {**drawn_faces.splits, "train": train}, "spoilt", "spoilt"
    )
    (tmp_path / "tiny-int8.tflite").write_bytes(b"an earlier export")
    report = export_model(
        trained_model,
        spoilt,
        tmp_path,
        ["float32", "int8"],
        Calibration(1, ranges="minmax"),
        max_drop=1,
    )
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {"tiny-float32.tflite", "tiny-int8.tflite.rejected", "export.json"}
    float32, int8 = report["files"]
    assert float32["rejected"] is None
    assert "accuracy drops by" in int8["rejected"]
    assert "perhaps more than max_drop 1" in int8["rejected"]

    good = export_model(trained_model, spoilt, tmp_path, ["int8"], Calibration(1), max_drop=50)
    assert good["files"][0]["rejected"] is None
    assert not (tmp_path / "tiny-int8.tflite.rejected").exists()


@pytest.mark.parametrize("limit", [float("nan"), float("inf"), -1, 101])
def test_points_that_none_can_lose_are_refused(
    limit: float, drawn_faces: FaceData, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"max_drop .*: take points, 0 to 100"):
        export_model("mobile-s", drawn_faces, tmp_path / "out", ["int8"], max_drop=limit)
    assert not (tmp_path / "out").exists()


def test_constants_are_aligned(exported: Exported) -> None:
    """TFLite's schema demands 16 bytes, which the generated Python code forgets."""
    from ai_edge_litert import schema_py_generated as schema

    content = (exported[0] / "tiny-int8.tflite").read_bytes()
    model = schema.Model.GetRootAs(content, 0)
    table = [model.Buffers(index) for index in range(model.BuffersLength())]
    starts = [b._tab.Vector(b._tab.Offset(4)) for b in table if b.DataLength()]
    assert len(starts) > 10
    assert {start % 16 for start in starts} == {0}
    assert struct.unpack_from("<4s", content, 4) == (b"TFL3",)


def test_what_does_not_fit_is_refused(
    trained_model: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    other = FaceData(("cat", "dog"), drawn_faces.splits, "pets", "pets")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("formats int4: take some of", {"formats": ["int4"]}),
        ("formats: name some of", {"formats": []}),
        ("inputs bgr: take some of", {"inputs": ["bgr"]}),
        ("io int8: take some of", {"io": "int8"}),
        ("those of pets are cat, dog", {"data": other}),
        ("there is no nosuch split", {"split": "nosuch"}),
        ("samples 0", {"calibration": Calibration(0)}),
    ]
    for message, options in cases:
        arguments = {"data": drawn_faces, "formats": ["int8"], **options}
        with pytest.raises(InputError, match=message):
            export_model(trained_model, out=tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()
