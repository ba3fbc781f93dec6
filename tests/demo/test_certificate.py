from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509

from fer_keras.demo import certificate
from fer_keras.demo.certificate import secure_context
from fer_keras.errors import InputError


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


def test_it_names_what_it_is_for_and_keeps_its_key_to_itself(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    secure_context(["192.0.2.7", "2001:db8::7", "fe80::1%eth0", "bücher.example"], folder)
    made = x509.load_pem_x509_certificate((folder / "demo-certificate.pem").read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == [
        *("192.0.2.7", "2001:db8::7", "fe80::1")
    ]
    assert names.get_values_for_type(x509.DNSName) == ["xn--bcher-kva.example"]
    assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert (folder / "demo-key.pem").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in folder.iterdir()} == {"demo-certificate.pem", "demo-key.pem"}


def test_bad_folders_and_hosts_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="can't keep a certificate"):
        secure_context(["localhost"], tmp_path / "file")
    with pytest.raises(InputError, match=r"host a\.\.b"):
        secure_context(["a..b"], tmp_path)
