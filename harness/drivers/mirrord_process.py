"""A session that the product's own client has: ``mirrord exec`` with a process of ours, and what it says on the way.

The client chooses the id of its session and does not come back to one; what an application behind it sees is not told here.
"""

from __future__ import annotations

import json
import os
import queue
import re
import select
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from fakes.apimachinery.status import StatusError
from fakes.mirrord.protocol.filters import (
    CompositeFilter,
    HeaderFilter,
    HeaderJqFilter,
    HttpFilter,
    MethodFilter,
    PathFilter,
)
from harness import local_application
from harness.cluster import NotHereError, SubscriptionError, User
from harness.drivers.kubeconfig import write_private
from harness.session_traffic import ApplicationTraffic
from harness.wire_filters import wire_filter

__all__ = ["MirrordProcess"]

_PATIENCE = 60.0
_SESSION = re.compile(r"session ID: ([0-9A-Fa-f]{1,16})")
_CLOSED = re.compile(r"agent closed connection with error: ([^\"\\]+)")
_FRAME = re.compile(r"\n\s*│ ?|\n(?=\s)")
_STATUS = re.compile(r'code: (\d+), message: "((?:[^"\\]|\\.)*)".*?reason: "(\w*)"')
_OWN = re.compile(r"MIRRORD_|LD_PRELOAD$|_$")
_NO_FILTER = dict.fromkeys(
    (
        "header_filter",
        "path_filter",
        "method_filter",
        "body_filter",
        "header_filter_jq",
        "all_of",
        "any_of",
        "ports",
    )
)
_PARAMETERS = frozenset({"profile"})


class MirrordProcess:
    """Implements ``harness.cluster.SessionHandle``.

    Args:
        called: the id that the scenario knows the session by.
        directory: for its files; only its owner can read them.

    Raises:
        StatusError: the API server or the operator refused.
        NotHereError: the client has no way to do this, or refused by itself.
    """

    def __init__(
        self, binary: Path, kubeconfig: Path, directory: Path, user: User, target: str, namespace: str, *, called: int,
        key: str, home: Path, parameters: Mapping[str, str], copy: str | None = None,
    ) -> None:  # fmt: skip
        if unknown := [name for name in parameters if name not in _PARAMETERS]:
            raise NotHereError(f"mirrord has no way to start a session with {', '.join(unknown)}")
        if copy is not None:
            raise NotHereError("mirrord makes the copies that it uses itself")
        self.user = user
        self._called = called
        self._log = directory / "intproxy.log"
        self._errors = directory / "stderr"
        self._heard: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._over = False
        self.real: int | None = None
        configuration = {**_configuration(target, namespace, key, self._log), **parameters}
        path = write_private(directory / "mirrord.json", json.dumps(configuration).encode())
        self._process = self._start(binary, path, kubeconfig, home)
        try:
            self._await("ready")
            if self.real is None:
                raise NotHereError("mirrord does not say which session it has: has the cluster an operator?")
        except BaseException:
            self.close()
            raise

    def _start(
        self, binary: Path, configuration: Path, kubeconfig: Path, home: Path
    ) -> subprocess.Popen[str]:
        self._last_out, last_in = os.pipe()
        self._before = {
            **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}, "HOME": str(home),
            "KUBECONFIG": str(kubeconfig), "MIRRORD_PROGRESS_MODE": "json", "MIRRORD_CHECK_VERSION": "false",
            "MIRRORD_TELEMETRY": "false",
        }  # fmt: skip
        command = [
            str(binary),
            "exec",
            "-f",
            str(configuration),
            "--",
            sys.executable,
            local_application.__file__,
        ]
        try:
            with self._errors.open("w") as errors:
                process = subprocess.Popen(  # noqa: S603 - the user's own binary
                    command, env=self._before, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
                    pass_fds=(last_in,), start_new_session=True,
                )  # fmt: skip
        except OSError as error:
            raise NotHereError(f"{binary} cannot be run: {error.strerror}") from error
        finally:
            os.close(last_in)
        threading.Thread(target=self._listen, args=(process,), daemon=True).start()
        return process

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._heard.put(line)
        self._heard.put(None)

    def _await(self, wanted: str) -> Any:
        """What our process says of it.

        Raises:
            ConnectionResetError: it ended instead.
        """
        while True:
            try:
                line = self._heard.get(timeout=_PATIENCE)
            except queue.Empty:
                raise NotHereError(f"mirrord did not come to it within {_PATIENCE:g} seconds") from None
            if line is None:
                self._over = True
                raise self._refusal() if wanted == "ready" else ConnectionResetError(self.close_reason or "")
            said = _decoded(line)
            if found := _SESSION.search(str(said.get("message"))):
                self.real = int(found[1], 16)
            if wanted in said or "error" in said:
                return said

    def _refusal(self) -> Exception:
        """Why there is no session, from what mirrord wrote for people."""
        text = _FRAME.sub(" ", self._errors.read_text(encoding="utf-8", errors="replace"))
        found = _STATUS.search(re.sub(r"\s+", " ", text))
        if found is None:
            return NotHereError(f"mirrord did not start: {text.partition('help:')[0].strip()}")
        code, message, reason = found.groups()
        return StatusError.of(int(code), reason, message.replace('\\"', '"'))

    def _do(self, do: str, answer: str, **said: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{json.dumps({'do': do, **said})}\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise ConnectionResetError(self.close_reason or "mirrord has ended") from error
        heard: dict[str, Any] = self._await(answer)
        return heard

    @property
    def id(self) -> str:
        return f"{self._called:X}"

    @property
    def connected(self) -> bool:
        return not self._over and self._process.poll() is None

    @property
    def close_reason(self) -> str | None:
        try:
            found = _CLOSED.findall(self._log.read_text(encoding="utf-8", errors="replace"))
        except OSError:
            return None
        return found[-1].strip() if found else None

    @property
    def application(self) -> ApplicationTraffic:
        raise NotHereError("what comes to an application behind a real mirrord is not told")

    def answer_waiting(self) -> None:
        raise NotHereError("an application behind a real mirrord keeps nobody waiting")

    def subscribe(
        self, port: int, mode: str = "steal", http_filter: str | HttpFilter | None = None
    ) -> None:  # fmt: skip
        wanted = wire_filter(http_filter) if isinstance(http_filter, str) else http_filter
        incoming = {"mode": mode, "http_filter": _http_filter(wanted)}
        heard = self._do("listen", "listening", port=port, text=self.id, incoming=incoming)
        if "error" in heard:
            raise SubscriptionError(self._why(port) or heard["error"])

    def _why(self, port: int) -> str | None:
        """What mirrord wrote about a port that it was not let have."""
        with suppress(OSError):
            for line in reversed(self._log.read_text(encoding="utf-8", errors="replace").splitlines()):
                message = str((_decoded(line).get("fields") or {}).get("message"))
                if "subscribe to port" in message or "forbidden by" in message:
                    return message
        return None

    def unsubscribe(self, port: int) -> None:
        self._do("close", "closed", port=port)

    def environment(self) -> dict[str, str]:
        found: dict[str, str] = self._do("environment", "environment")["environment"]
        return {
            name: value for name, value in found.items() if name not in self._before and not _OWN.match(name)
        }

    def disconnect(self) -> None:
        self._end(kill=False)

    def close(self) -> None:
        """End everything that belongs to it at once."""
        self._end(kill=True)

    def _end(self, *, kill: bool) -> None:
        if self._last_out < 0:
            return
        self._over = True
        with suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        if kill:
            self._process.kill()
        self._process.wait()
        select.select([self._last_out], [], [], _PATIENCE)  # until the last of mirrord's processes has ended
        os.close(self._last_out)
        self._last_out = -1


def _configuration(target: str, namespace: str, key: str, log: Path) -> dict[str, Any]:
    """mirrord.json: everything that is not about the session itself is local, so that our process runs as it would without."""
    network = {"incoming": {"mode": "steal"}, "dns": False, "outgoing": False}
    return {
        "operator": True, "telemetry": False, "key": key, "target": {"path": target, "namespace": namespace},
        "feature": {"env": True, "fs": "local", "hostname": False, "network": network},
        "internal_proxy": {"log_destination": str(log), "log_level": "info", "idle_timeout": 1},
    }  # fmt: skip


def _http_filter(wanted: HttpFilter | None) -> dict[str, Any]:
    """The section of the configuration, with all that it does not have."""
    match wanted:
        case None:
            found: dict[str, Any] = {}
        case CompositeFilter(all_of=all_of, filters=filters):
            found = {"all_of" if all_of else "any_of": [dict([_part(each)]) for each in filters]}
        case HeaderJqFilter(program=program):
            found = {"header_filter_jq": program}
        case single:
            name, value = _part(single)
            found = {f"{name}_filter": value}
    return {**_NO_FILTER, **found}


def _part(wanted: HttpFilter) -> tuple[str, str]:
    """A filter as it stands among others."""
    match wanted:
        case HeaderFilter(pattern=pattern):
            return "header", pattern
        case PathFilter(pattern=pattern):
            return "path", pattern
        case MethodFilter(method=method):
            return "method", method
        case _:
            raise NotHereError(f"this filter is not written into mirrord.json here: {wanted}")


def _decoded(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
