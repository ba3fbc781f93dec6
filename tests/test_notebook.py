"""The notebook runs from its first cell to its last."""

from __future__ import annotations

from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[1] / "docs" / "first-steps.ipynb"


@pytest.mark.slow
def test_the_notebook_runs(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat", reason="pip install 'fer-keras[dev]'")
    nbclient = pytest.importorskip("nbclient", reason="pip install 'fer-keras[dev]'")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    last = notebook.cells[-1].outputs[-1]["data"]["text/plain"]
    assert last.count("'") == 10, "five labels"
    assert (tmp_path / "runs" / "notebook" / "best.keras").is_file()
