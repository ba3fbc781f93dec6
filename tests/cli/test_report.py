from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from fer_keras.cli.main import app
from fer_keras.errors import InputError


def test_a_page_about_a_run_on_its_own_data(trained_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "pages" / "tiny.html"
    result = CliRunner().invoke(
        app, ["report", str(trained_run), "--method", "gradcam++", "--out", str(out)]
    )
    assert result.exit_code == 0, result.output
    text = out.read_text()
    assert "350 validation faces of synthetic" in text
    assert [path.name for path in out.parent.iterdir()] == ["tiny.html"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--method", "lime"], "take one of vanilla"),
        (["--split", "holdout"], "no holdout split"),
        (["--ferplus", "none.csv"], "--ferplus"),
    ],
)
def test_bad_requests_leave_no_page(
    arguments: list[str], message: str, trained_run: Path, tmp_path: Path
) -> None:
    out = tmp_path / "page.html"
    result = CliRunner().invoke(app, ["report", str(trained_run), *arguments, "--out", str(out)])
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
    assert not list(tmp_path.iterdir())
