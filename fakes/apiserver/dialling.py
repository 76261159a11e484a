"""Connecting to servers elsewhere over TLS, and what is said when that fails: in the words of Go's HTTP client."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["client_context", "failure_text"]


def client_context(
    bundle: bytes = b"", pair: tuple[bytes, bytes] | None = None, *, verify: bool = True
) -> ssl.SSLContext:
    """TLS towards a server.

    Args:
        bundle: whose signatures on certificates are believed, in PEM; the machine's authorities without one.
        pair: our own certificate and key, in PEM.
        verify: whether the server's certificate is looked at.

    Raises:
        ValueError, ssl.SSLError: what was given is not PEM.
    """
    context = ssl.create_default_context(cadata=bundle.decode("ascii", "replace") if bundle else None)
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if pair is not None:
        with TemporaryDirectory(prefix="fake-apiserver-") as folder:  # as only its owner may read it
            path = Path(folder) / "pair.pem"
            path.write_bytes(b"".join(pair))
            context.load_cert_chain(path)
    return context


def failure_text(error: Exception, dialled: str, server_name: str) -> str:
    """What a Go program would say.

    Args:
        dialled: host and port.
        server_name: whom the certificate should have been for.
    """
    match error:
        case ssl.SSLCertVerificationError():
            return f"tls: failed to verify certificate: x509: {_certificate_problem(error, server_name)}"
        case ssl.SSLError():
            return f"tls: {(error.reason or 'handshake failure').lower().replace('_', ' ')}"
        case socket.gaierror():
            return f"dial tcp: lookup {dialled.rpartition(':')[0]}: no such host"
        case ConnectionResetError():
            return "read: connection reset by peer"
        case ConnectionRefusedError():
            return f"dial tcp {_resolved(dialled)}: connect: connection refused"
        case OSError() if error.errno is not None or "Connect call failed" in str(error):
            what = os.strerror(error.errno or errno.ECONNREFUSED).lower()
            return f"dial tcp {_resolved(dialled)}: connect: {what}"
        case EOFError():
            return "EOF"
    return str(error)


def _resolved(dialled: str) -> str:
    """The address behind a name that was found, as that is what is dialled."""
    host, _, port = dialled.rpartition(":")
    try:
        return dialled if _is_address(host) else f"{socket.gethostbyname(host)}:{port}"
    except OSError:
        return dialled


def _certificate_problem(error: ssl.SSLCertVerificationError, host: str) -> str:
    text = error.verify_message or ""
    if "ostname" in text or "IP address" in text:
        return f"certificate is not valid for {host}"
    if "expired" in text:
        return "certificate has expired or is not yet valid"
    return "certificate signed by unknown authority"


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
