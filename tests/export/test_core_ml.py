"""Core ML packages: what they say of themselves. They run on Apple's systems alone."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.export.exporting import export_model, export_table

if find_spec("coremltools") is None:  # not imported here: what it says then is tested
    pytest.skip("coremltools is not installed", allow_module_level=True)


def test_a_picture_goes_in_and_labels_come_out(
    trained_model: Path,
    drawn_faces: FaceData,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from fer_keras.export.core_ml import read_core_ml

    report = export_model(trained_model, drawn_faces, tmp_path, ["coreml"], max_drop=0)
    assert "Failed to load" not in (said := capsys.readouterr().err)
    assert "passes/s" not in said
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
