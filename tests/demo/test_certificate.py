from __future__ import annotations

from pathlib import Path

import pytest

from fer_keras.demo import certificate
from fer_keras.demo.certificate import secure_context


def test_it_is_kept_and_made_anew_when_addresses_change(tmp_path: Path) -> None:
    file = tmp_path / "demo-certificate.pem"
    secure_context(["192.0.2.7", "localhost"], tmp_path)
    first = file.read_bytes()
    secure_context(["localhost", "192.0.2.7"], tmp_path)
    assert file.read_bytes() == first
    secure_context(["192.0.2.8", "localhost"], tmp_path)
    assert file.read_bytes() != first


def test_it_is_made_anew_before_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "demo-certificate.pem"
    with monkeypatch.context() as patch:
        patch.setattr(certificate, "VALID", certificate.VALID / 1000)
        secure_context(["localhost"], tmp_path)
    first = file.read_bytes()
    secure_context(["localhost"], tmp_path)
    assert file.read_bytes() != first


def test_a_damaged_one_is_replaced(tmp_path: Path) -> None:
    secure_context(["localhost"], tmp_path)
    (tmp_path / "demo-key.pem").write_text("damaged")
    secure_context(["localhost"], tmp_path)
