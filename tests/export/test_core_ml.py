"""Core ML packages: what they say of themselves. They run on Apple's systems alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.export.exporting import export_model
from fer_keras.export.table import export_table

pytest.importorskip("coremltools")


def test_a_picture_goes_in_and_labels_come_out(
    trained_model: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    from fer_keras.export.core_ml import read_core_ml

    report = export_model(trained_model, drawn_faces, tmp_path, ["coreml"], max_drop=0)
    (file,) = report["files"]
    assert file["parity"] is None
    assert file["inputs"][0]["shape"] == (1, 48, 48, 1)
    assert file["operators"]["conv"] == 3
    assert file["operators"]["classify"] == 1
    package = tmp_path / "tiny-float16.mlpackage"
    assert (package / "Manifest.json").is_file()
    assert file["bytes"] < trained_model.stat().st_size
    cells = [cell for row in export_table(report).rows for cell in row]
    assert "structure only: it runs on Apple's systems" in cells
    with pytest.raises(InputError, match="names other emotions"):
        read_core_ml(package, drawn_faces.labels[::-1])
