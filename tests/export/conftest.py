from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fer_keras.data.face_data import FaceData


@pytest.fixture(scope="session")
def exported(
    trained_model: Path, drawn_faces: FaceData, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """A folder with every format for both inputs, and its report. Don't write."""
    from fer_keras.export.calibration import Calibration
    from fer_keras.export.exporting import export_model

    out = tmp_path_factory.mktemp("exported")
    report = export_model(
        trained_model, drawn_faces, out, calibration=Calibration(100), inputs=("grey", "rgb")
    )
    return out, report
