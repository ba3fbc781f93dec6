"""A certificate of our own making: browsers open cameras on secure pages only."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fer_keras.errors import InputError
from fer_keras.files import check_input_file, write_bytes

if TYPE_CHECKING:
    from cryptography import x509


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def reachable_addresses(host: str) -> list[str]:
    """The addresses to tell people: the host itself, or this machine's where it stands for all."""
    if host not in ("0.0.0.0", "::", ""):
        return [host]
    found = []
    # No packet is sent: the system only says by which address it would leave.
    for family, far in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far, 9))
                found.append(str(probe.getsockname()[0]))
        except OSError:
            continue
    return found or ["127.0.0.1"]


VALID = datetime.timedelta(days=365)


def secure_context(addresses: Sequence[str], folder: Path) -> ssl.SSLContext:
    """A TLS context with a self-made certificate, kept so that a browser asks about it once.

    Args:
        addresses: IP addresses and host names that the certificate is for.
        folder: where certificate and key are kept; the key can be read by its owner alone.

    Raises:
        InputError: if an address is none, or the folder can't be written to.
    """
    certificate, key = folder / "demo-certificate.pem", folder / "demo-key.pem"
    names = _names(addresses)
    if not _is_good(certificate, key, names):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write_pair(certificate, key, names)
        except OSError as error:
            raise InputError(
                f"{folder}: can't keep a certificate there ({error.strerror}); make it writable"
            ) from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


def _is_good(certificate: Path, key: Path, names: list[x509.GeneralName]) -> bool:
    """Whether the kept one is whole, for these names, and lasts another day."""
    from cryptography import x509

    try:
        for file in (certificate, key):
            check_input_file(file)
        kept = x509.load_pem_x509_certificate(certificate.read_bytes())
        named = kept.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    return set(named) == set(names) and kept.not_valid_after_utc > tomorrow


def _names(addresses: Sequence[str]) -> list[x509.GeneralName]:
    from cryptography import x509

    names: list[x509.GeneralName] = []
    for address in addresses:
        try:
            # A link-local address may name its interface (fe80::1%eth0), a certificate may not.
            names.append(x509.IPAddress(ipaddress.ip_address(address.partition("%")[0])))
        except ValueError:
            try:
                names.append(x509.DNSName(address.encode("idna").decode()))
            except UnicodeError as error:
                raise InputError(
                    f"host {address}: neither an address nor a host's name", "host"
                ) from error
    return names


def _write_pair(certificate: Path, key: Path, names: list[x509.GeneralName]) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fer-keras demo")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    private = secret.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_bytes(key, private, mode=0o600)
    write_bytes(certificate, signed.public_bytes(serialization.Encoding.PEM), mode=0o600)
