"""TLS: certificates are checked under every profile, and each profile reaches the servers it is for."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from OpenSSL import SSL

from crawler.archive.store import Archive
from crawler.manners.tls import OP_LEGACY_SERVER_CONNECT, ProfiledOptions
from crawler.registry.rows import TLS_PROFILES
from tests.crawler.crawl import fetch, settings_of, site_row, write_registry

Issued = tuple[x509.Certificate, rsa.RSAPrivateKey]


def certificate(names: list[str], issuer: Issued | None = None) -> Issued:
    """A certificate for `names`, by an authority or (without one) an authority of its own."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer is None:
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def pem(path: Path, *parts: x509.Certificate | rsa.RSAPrivateKey) -> Path:
    def encoded(part: x509.Certificate | rsa.RSAPrivateKey) -> bytes:
        if isinstance(part, x509.Certificate):
            return part.public_bytes(serialization.Encoding.PEM)
        return part.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    path.write_bytes(b"".join(map(encoded, parts)))
    return path


class Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status = 404 if self.path == "/robots.txt" else 200
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def serving(address: str, context: ssl.SSLContext) -> Iterator[int]:
    server = Server((address, 0), Page)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def test_certificates_are_checked_and_profiles_reach_their_servers(tmp_path: Path) -> None:
    authority = certificate(["an authority of the tests"])
    trusted = pem(tmp_path / "authority.pem", authority[0])
    hosts = (
        "good",
        "old",
        "old-profiled",
        "curve",
        "curve-profiled",
        "unknown",
        "other-name",
        "unknown-profiled",
    )
    names = [f"{host}.test" for host in hosts if not host.startswith("other")]
    known = pem(tmp_path / "known.pem", *certificate(names, authority))
    unknown = pem(tmp_path / "unknown.pem", *certificate(names))

    def context(path: Path) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(path)
        return made

    def old(path: Path) -> ssl.SSLContext:
        """TLS 1.0 and 1.1, which today's clients do not offer."""
        made = context(path)
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.maximum_version = ssl.TLSVersion.TLSv1_1
        made.set_ciphers("ALL:@SECLEVEL=0")
        return made

    def broken_curve(path: Path) -> ssl.SSLContext:
        """A server that knows one curve, which is not P-256: a client that offers P-256 alone fails."""
        made = context(path)
        made.maximum_version = ssl.TLSVersion.TLSv1_2
        made.set_ecdh_curve("secp384r1")
        made.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")
        return made

    servers = {
        "good": (context(known), ""),
        "old": (old(known), ""),
        "old-profiled": (old(known), "old_ciphers"),
        "curve": (broken_curve(known), ""),
        "curve-profiled": (broken_curve(known), "p256_only"),
        "unknown": (context(unknown), ""),
        "other-name": (context(known), ""),
        "unknown-profiled": (context(unknown), "old_ciphers"),
    }
    urls, rows, addresses = [], [], {}
    with ExitStack() as stack:
        for number, (host, (made, profile)) in enumerate(servers.items(), 1):
            addresses[f"{host}.test"] = f"127.0.2.{number}"
            port = stack.enter_context(serving(addresses[f"{host}.test"], made))
            urls.append(f"https://{host}.test:{port}/")
            rows.append(site_row(host, urls[-1], tls_profile=profile))
        settings = settings_of(
            None, tmp_path / "archive", RETRY_TIMES="1", HOST_ADDRESSES=json.dumps(addresses)
        )
        tables = write_registry(tmp_path / "registry", rows)
        environment = {"SSL_CERT_FILE": str(trusted)}
        ended = fetch(tmp_path, [[url] for url in urls], settings, tables=tables, environment=environment)
    assert dict(zip(servers, (item["outcome"] for item in ended.items), strict=True)) == {
        "good": "ok",
        "old": "tls",
        "old-profiled": "ok",
        "curve": "ok",
        "curve-profiled": "tls",
        "unknown": "tls",
        "other-name": "tls",
        "unknown-profiled": "tls",
    }, ended.log
    details = {s.site_id: s.detail for s in Archive(tmp_path / "archive").snapshots() if s.outcome == "tls"}
    assert "certificate verify failed" in details["site5"]
    assert "tls_profile old_ciphers" in details["site1"]


@pytest.mark.parametrize("profile", TLS_PROFILES)
def test_every_profile_verifies_and_only_its_own_lets_old_renegotiation_pass(profile: str) -> None:
    context = ProfiledOptions(profile).getContext()
    assert context.get_verify_mode() & SSL.VERIFY_PEER
    assert bool(context.set_options(0) & OP_LEGACY_SERVER_CONNECT) == (profile == "legacy_renegotiation")
