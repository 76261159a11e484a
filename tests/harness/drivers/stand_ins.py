"""Programs that stand in for etcd and kube-apiserver: they start, listen where they are told, and say that they are ready."""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["write_stand_ins"]

_ETCD = """\
#!{python}
import signal, sys
if "--help" in sys.argv:
    sys.exit("usage: --unsafe-no-fsync")
{etcd}
signal.pause()
"""

_KUBE_APISERVER = """\
#!{python} -S
import http.server, ssl, sys
flags = dict(each[2:].split("=", 1) for each in sys.argv[1:])
{apiserver}
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", int(flags["secure-port"])), Handler)
tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=flags["client-ca-file"])
tls.verify_mode = ssl.CERT_REQUIRED
tls.load_cert_chain(flags["tls-cert-file"], flags["tls-private-key-file"])
server.socket = tls.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""


def write_stand_ins(directory: Path, *, etcd: str = "", apiserver: str = "") -> Path:
    """Write both programs; the texts are lines of Python that each runs before it listens."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in (("etcd", _ETCD), ("kube-apiserver", _KUBE_APISERVER)):
        program = directory / name
        program.write_text(text.format(python=sys.executable, etcd=etcd, apiserver=apiserver))
        program.chmod(0o755)
    return directory
