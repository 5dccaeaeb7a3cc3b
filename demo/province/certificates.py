"""A certificate authority of our own, and certificates that are good or bad on purpose."""

from __future__ import annotations

import datetime
import ssl
import tempfile
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from demo.province.faults import Fault

YEAR = datetime.timedelta(days=365)


class Authority:
    """Signs certificates; whoever is to trust them is given `pem`."""

    def __init__(self, name: str = "demo province authority") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        now = datetime.datetime.now(datetime.UTC)
        builder = _builder(self._name, self._name, self._key.public_key(), now - YEAR, now + YEAR)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self._certificate = builder.sign(self._key, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        """The authority's own certificate."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def issue(self, hosts: Iterable[str], *, expired: bool = False) -> tuple[bytes, bytes]:
        """Certificate and private key for these hosts, both PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.UTC)
        until = now - datetime.timedelta(days=1) if expired else now + YEAR
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = _builder(_name("demo portal"), self._name, key.public_key(), now - YEAR, until)
        certificate = builder.add_extension(names, critical=False).sign(self._key, hashes.SHA256())
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return certificate.public_bytes(serialization.Encoding.PEM), secret


def server_context(authority: Authority, hosts: Iterable[str], faults: Iterable[Fault]) -> ssl.SSLContext:
    """TLS for a machine with these hosts: good, unless one of the TLS faults is among `faults`."""
    wrong = set(faults)
    signer = Authority("nobody's authority") if Fault.UNKNOWN_CA in wrong else authority
    named = ["another.example.test"] if Fault.WRONG_NAME in wrong else list(hosts)
    certificate, key = signer.issue(named, expired=Fault.EXPIRED in wrong)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # The ssl module loads a certificate from files only.
    with tempfile.TemporaryDirectory() as folder:
        chain = Path(folder) / "portal.pem"
        chain.write_bytes(certificate + key)
        context.load_cert_chain(chain)
    return context


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    since: datetime.datetime,
    until: datetime.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )
