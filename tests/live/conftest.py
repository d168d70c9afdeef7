"""A private PKI, and servers on loopback that follow a script."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
import threading
import warnings
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
    from contextlib import AbstractAsyncContextManager, AbstractContextManager
    from pathlib import Path

    Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    Zone = dict[tuple[str, str], list[str]]
    Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
PEM = serialization.Encoding.PEM


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class Authority:
    """A CA that issues whatever a test asks for."""

    title: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(PEM)


@dataclass
class Pki:
    """A root, an intermediate below it, and leaves; files go into `folder`."""

    folder: Path
    root: Authority
    middle: Authority
    made: dict[str, Path] = field(default_factory=dict)

    @property
    def ca(self) -> Path:
        path = self.folder / "ca.pem"
        path.write_bytes(self.root.pem)
        return path

    def leaf(
        self,
        title: str,
        *,
        names: tuple[str, ...] = ("localhost", "mail.example.com"),
        start: int = -1,
        end: int = 90,
        key: Key | None = None,
        self_signed: bool = False,
        by: Authority | None = None,
        purpose: bool = True,
        full_chain: bool = True,
        addresses: tuple[str, ...] = (),
    ) -> Path:
        """A certificate with its key and chain in one PEM file."""
        if title in self.made:
            return self.made[title]
        key = key or ec.generate_private_key(ec.SECP256R1())
        issuer = by or self.root
        signer = key if self_signed else issuer.key
        alternatives = [x509.DNSName(name) for name in names]
        literal = [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(names[0]))
            .issuer_name(_name(names[0]) if self_signed else issuer.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW + dt.timedelta(start))
            .not_valid_after(NOW + dt.timedelta(end))
            .add_extension(x509.SubjectAlternativeName([*alternatives, *literal]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        )
        if purpose:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
            )
        leaf = builder.sign(signer, hashes.SHA256())
        private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        chain = issuer.pem if by is not None and full_chain else b""
        self.made[title] = self.folder / f"{title}.pem"
        self.made[title].write_bytes(private + leaf.public_bytes(PEM) + chain)
        return self.made[title]

    def context(self, path: Path, *, newest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        """A server's TLS with the certificate; `newest` caps the version."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        if newest is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = ssl.TLSVersion.TLSv1
                context.maximum_version = newest
        context.load_cert_chain(path)
        return context


def _authority(
    title: str, issuer: Authority | None = None, *, end: int = 3650, only_for: str = ""
) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(title))
        .issuer_name(issuer.certificate.subject if issuer else _name(title))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - dt.timedelta(90))
        .not_valid_after(NOW + dt.timedelta(end))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    if only_for:
        limits = x509.NameConstraints([x509.DNSName(only_for)], None)
        builder = builder.add_extension(limits, critical=True)
    return Authority(title, key, builder.sign(issuer.key if issuer else key, hashes.SHA256()))


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    root = _authority("Example Test Root")
    return Pki(tmp_path_factory.mktemp("pki"), root, _authority("Example Test Intermediate", root))


@dataclass
class Script:
    """A mail server in lines: what it greets with, what it answers to a command, and when it turns to TLS.

    An answer may hold {tag}. `upgraded` are the answers once TLS is on. `heard` is every line clients sent, with whether it
    came encrypted.
    """

    greeting: str
    answers: dict[str, str]
    upgrade: ssl.SSLContext | None = None
    upgraded: dict[str, str] = field(default_factory=dict)
    unknown: str = "{tag} BAD unknown"
    heard: list[tuple[bool, str]] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self.greeting.encode() + b"\r\n")
        answers, tagged, last = self.answers, self.greeting.startswith("*"), ""
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            self.heard.append((writer.get_extra_info("ssl_object") is not None, line))
            tag, _, command = line.partition(" ") if tagged else ("", "", line)
            key = next((key for key in answers if command.startswith(key) or line == key), "")
            last = tag if command else last
            writer.write((answers.get(key, self.unknown).replace("{tag}", last) + "\r\n").encode())
            await writer.drain()
            if key in ("STARTTLS", "STLS") and self.upgrade is not None:
                await writer.start_tls(self.upgrade)
                answers = {**answers, **self.upgraded}


@asynccontextmanager
async def listening(handler: Handler, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve on a loopback port, which is the value."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
        try:
            await handler(reader, writer)
        except (OSError, asyncio.CancelledError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def name_server(zone: Zone, *, mute: bool = False, truncated: bool = False) -> Iterator[str]:  # noqa: C901 - two servers
    """A DNS server over UDP and TCP; its address is the value."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    tcp = socket.create_server(udp.getsockname())
    over = threading.Event()
    for sock in (udp, tcp):
        sock.settimeout(0.05)

    def reply(data: bytes) -> dns.message.Message:
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        values = zone.get((name, kind), [])
        if values:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
        elif not any(known == name for known, _ in zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer

    def serve_udp() -> None:
        while not over.is_set():
            try:
                data, client = udp.recvfrom(4096)
            except TimeoutError:
                continue
            if mute:
                continue
            answer = reply(data)
            if truncated:
                answer.answer.clear()
                answer.flags |= dns.flags.TC
            udp.sendto(answer.to_wire(), client)

    def serve_tcp() -> None:
        while not over.is_set():
            try:
                connection, _ = tcp.accept()
            except TimeoutError:
                continue
            with connection:
                size = int.from_bytes(connection.recv(2), "big")
                wire = reply(connection.recv(size)).to_wire()
                connection.sendall(len(wire).to_bytes(2, "big") + wire)

    threads = [threading.Thread(target=serve) for serve in (serve_udp, serve_tcp)]
    for thread in threads:
        thread.start()
    try:
        yield "{}:{}".format(*udp.getsockname())
    finally:
        over.set()
        for thread in threads:
            thread.join()
        udp.close()
        tcp.close()


@pytest.fixture(name="authority")
def authority_function() -> Callable[..., Authority]:
    return _authority


@pytest.fixture(name="script")
def script_class() -> type[Script]:
    return Script


@pytest.fixture(name="listen")
def listen_function() -> Callable[..., AbstractAsyncContextManager[int]]:
    return listening


@pytest.fixture(name="name_server")
def name_server_function() -> Callable[..., AbstractContextManager[str]]:
    return name_server
