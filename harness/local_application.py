"""What ``mirrord exec`` runs for a scenario: a process that listens where it is told, and answers HTTP with 200 and a text.

It is told by lines of JSON on its standard input and answers each with one on its standard output; when its input ends, so
does it. Every port has a process of its own, whose mirrord configuration says how to treat that port: a session has one
configuration, and scenarios ask for ports in several ways. Only the standard library is imported, as mirrord's layer is at
work in here.

Not here: anything but HTTP/1.1; whoever comes to a port that is mirrored gets an answer that nobody hears.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["main"]

CONFIGURATION = "MIRRORD_RESOLVED_CONFIG"
"""The configuration as mirrord hands it to the processes in a session: JSON in base64. Source: mirrord, config/src/lib.rs."""


def main(arguments: list[str]) -> None:
    """Run the process of a session, or with a port and a text that of the port."""
    if arguments:
        _listen(int(arguments[0]), arguments[1])
    else:
        _Session().run()


def _say(**said: Any) -> None:
    print(json.dumps(said), flush=True)


class _Session:
    """The process that mirrord starts, and those that it starts itself."""

    def __init__(self) -> None:
        self._ports: dict[int, subprocess.Popen[str]] = {}

    def run(self) -> None:
        _say(ready=True)
        for line in sys.stdin:
            asked = json.loads(line)
            match asked.pop("do"):
                case "listen":
                    _say(**self._open(**asked))
                case "close":
                    self._close(asked["port"])
                    _say(closed=asked["port"])
                case "environment":
                    _say(environment=dict(os.environ))
        for port in list(self._ports):
            self._close(port)

    def _open(self, port: int, text: str, incoming: dict[str, Any]) -> dict[str, Any]:
        """Start the process of a port; what it says, or that it ended without a word."""
        if port in self._ports:
            self._close(port)
        process = self._ports[port] = subprocess.Popen(  # noqa: S603 - this very file
            [sys.executable, __file__, str(port), text], env=_environment(incoming), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        said: dict[str, Any] = json.loads(process.stdout.readline() or '{"error": "it ended at once"}')
        return said

    def _close(self, port: int) -> None:
        process = self._ports.pop(port, None)
        if process is not None:
            process.communicate("")


def _environment(incoming: dict[str, Any]) -> dict[str, str]:
    """That of a process whose ports are treated so."""
    encoded = os.environ.get(CONFIGURATION)
    if encoded is None:
        return dict(os.environ)
    configuration = json.loads(base64.b64decode(encoded))
    network = configuration["feature"]["network"]
    network["incoming"] = {**network["incoming"], **incoming}
    return {**os.environ, CONFIGURATION: base64.b64encode(json.dumps(configuration).encode()).decode()}


def _listen(port: int, text: str) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            self.send_response(200)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def server_bind(self) -> None:
            """Without looking up what this machine is called."""
            self.socket.bind(self.server_address)
            self.server_name, self.server_port = "localhost", port

    try:
        server = Server(("0.0.0.0", port), Handler)  # noqa: S104 - as applications in pods do
    except OSError as error:
        _say(error=str(error), errno=error.errno)
        return
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _say(listening=port)
    sys.stdin.read()
    server.server_close()


if __name__ == "__main__":
    main(sys.argv[1:])
