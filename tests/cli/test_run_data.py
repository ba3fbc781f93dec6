"""The data of a run, opened as it was but for what is asked: nothing that is asked is dropped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from face_table import FaceTable

from fer_keras.cli.run_data import open_for
from fer_keras.data.ferplus import COLUMNS, USAGES
from fer_keras.data.labels import EMOTIONS, FER2013_LABELS
from fer_keras.data.source import open_data
from fer_keras.errors import InputError
from fer_keras.runs.config import describe_data
from fer_keras.runs.run_folder import RunFolder
from fer_keras.training.recipe import Recipe


@pytest.fixture
def votes(face_table: FaceTable, tmp_path: Path) -> Path:
    """Six say happy of each face, four sad."""
    row = {name: 6 * (name == "happiness") + 4 * (name == "sadness") for name in COLUMNS}
    table = pd.DataFrame([row] * len(face_table.splits))
    usages = {split: usage for usage, split in USAGES.items()}
    table.insert(0, "Usage", [usages[split] for split in face_table.splits])
    table.to_csv(tmp_path / "fer2013new.csv", index=False)
    return tmp_path / "fer2013new.csv"


def run_of(folder: Path, **asked: Any) -> str:
    folder.mkdir()
    about = describe_data(open_data(**asked))
    fixed = {"recipe": Recipe().to_json(), "seed": 0, "precision": "float32", "teacher": None}
    RunFolder(folder).write_config({**fixed, **about})
    return str(folder)


def test_a_runs_labels_are_those_asked_for_or_its_own(
    fer2013_csv: Path, votes: Path, tmp_path: Path
) -> None:
    shares = {"labels": "ferplus", "ferplus": votes, "ferplus_mode": "distribution"}
    run = run_of(tmp_path / "run", spec=fer2013_csv, **shares)
    own = open_for([run], None)
    assert own.labels == EMOTIONS
    assert own.split("train").targets is not None
    assert open_for([run], None, labels="fer2013").labels == FER2013_LABELS
    by_majority = open_for([run], None, ferplus_mode="majority")
    assert by_majority.labels == EMOTIONS
    assert by_majority.split("train").targets is None
    with_votes = run_of(tmp_path / "with-votes", spec=fer2013_csv, ferplus=votes)
    assert open_for([with_votes], None).labels == FER2013_LABELS
    assert open_for([with_votes], None, labels="ferplus").labels == EMOTIONS


def test_what_can_have_no_effect_is_refused(fer2013_csv: Path, tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", spec=fer2013_csv)
    with pytest.raises(InputError, match="ferplus_mode distribution: goes with `labels` ferplus"):
        open_for([run], None, ferplus_mode="distribution")
    with pytest.raises(InputError, match=r"class_order: .* is a table"):
        open_for([run], None, class_order="happy,sad")
    with pytest.raises(InputError, match="ferplus_mode distribution: goes with"):
        open_for([run], str(fer2013_csv), ferplus_mode="distribution")
