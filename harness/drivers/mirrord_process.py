"""A session that the product's own client has: ``mirrord exec`` with a process of ours, and what it says on the way.

The client chooses the id of its session and does not come back to one; what an application behind it sees is not told here.
"""

from __future__ import annotations

import errno
import json
import os
import queue
import re
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from fakes.apimachinery.status import StatusError
from fakes.mirrord.protocol.errors import PortAlreadyStolen
from fakes.mirrord.protocol.filters import HttpFilter
from harness import local_application
from harness.cluster import NotHereError, SubscriptionError, User
from harness.drivers.kubeconfig import write_private
from harness.drivers.mirrord_configuration import port_configuration, session_configuration
from harness.response_errors import error_text
from harness.session_traffic import ApplicationTraffic
from harness.wire_filters import wire_filter

__all__ = ["MirrordProcess"]

_PATIENCE = 60.0
_SESSION = re.compile(r"session ID: ([0-9A-Fa-f]{1,16})")
_CLOSED = re.compile(r"agent closed connection with error: ([^\"\\]+)")
_FRAME = re.compile(r"\n\s*│ ?|\n(?=\s)")
_STATUS = re.compile(r'code: (\d+), message: "((?:[^"\\]|\\.)*)".*?reason: "(\w*)"')
_FORBIDDEN = re.compile(r'\S+ "[^"]*" is forbidden: User .*')
_STOPPED = "Please adjust your mirrord configuration."
_OWN = re.compile(r"MIRRORD_|LD_PRELOAD$|_$")


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
        if copy is not None:
            raise NotHereError("mirrord makes the copies that it uses itself")
        self.user = user
        self._called = called
        self._targetless = target == "targetless"
        self._log = directory / "intproxy.log"
        self._errors = directory / "stderr"
        self._heard: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._over = False
        self._real: int | None = None
        configuration = session_configuration(target, namespace, key, parameters, self._log)
        path = write_private(directory / "mirrord.json", json.dumps(configuration).encode())
        self._process = self._start(binary, path, kubeconfig, home)
        try:
            self._await("ready")
            if self._real is None:
                raise NotHereError("mirrord does not say which session it has: has the cluster an operator?")
        except BaseException:
            self.close()
            self.await_end()
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
                    errors="replace",
                    pass_fds=(last_in,), start_new_session=True,
                )  # fmt: skip
        except OSError as error:
            os.close(self._last_out)
            raise NotHereError(f"{binary} cannot be run: {error.strerror}") from error
        finally:
            os.close(last_in)
        self._listener = threading.Thread(target=self._listen, args=(process,), daemon=True)
        self._listener.start()
        return process

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        try:
            with process.stdout:
                for line in process.stdout:
                    self._heard.put(line)
        finally:
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
                self._real = int(found[1], 16)
            if wanted in said or "error" in said:
                return said

    def _refusal(self) -> Exception:
        """Why there is no session, from what mirrord wrote for people."""
        text = _FRAME.sub(" ", self._errors.read_text(encoding="utf-8", errors="replace"))
        found = _STATUS.search(re.sub(r"\s+", " ", text))
        if found is None:
            said = re.sub(r"\s+", " ", text.partition("help:")[0]).strip()
            if refused := _FORBIDDEN.search(said):
                return StatusError.of(403, "Forbidden", refused[0])
            return NotHereError(f"mirrord did not start: {said}")
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
    def real(self) -> int:
        """The id that mirrord has chosen."""
        assert self._real is not None
        return self._real

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
        if self._targetless:
            raise NotHereError("without a target mirrord asks for no port")
        wanted = wire_filter(http_filter) if isinstance(http_filter, str) else http_filter
        incoming = port_configuration(mode, wanted)
        heard = self._do("listen", "listening", port=port, text=self.id, incoming=incoming)
        if "error" in heard:
            raise SubscriptionError(self._why(port, heard))

    def _why(self, port: int, heard: Mapping[str, Any]) -> str:
        """Why there is no such port: the sentences are the product's, of which one does not leave its proxy.

        Source: mirrord, layer-lib/src/error.rs.
        """
        if heard.get("errno") == errno.EINVAL:
            return error_text(PortAlreadyStolen(port))
        written = self._errors.read_text(encoding="utf-8", errors="replace").rpartition(_STOPPED)[2].strip()
        return written or str(heard["error"])

    def unsubscribe(self, port: int) -> None:
        self._do("close", "closed", port=port)

    def environment(self) -> dict[str, str]:
        found: dict[str, str] = self._do("environment", "environment")["environment"]
        return {
            name: value for name, value in found.items() if name not in self._before and not _OWN.match(name)
        }

    def disconnect(self) -> None:
        self._end()
        self.await_end()

    def close(self) -> None:
        """End our process at once, and with it mirrord's, a moment later."""
        self._process.kill()
        self._end()

    def _end(self) -> None:
        self._over = True
        with suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(_PATIENCE)

    def await_end(self) -> None:
        """Return when the last process of mirrord's has ended. A second call does nothing."""
        if self._last_out >= 0:
            ended = select.poll()
            ended.register(self._last_out)
            if not ended.poll(_PATIENCE * 1000):
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            os.close(self._last_out)
            self._last_out = -1


def _decoded(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
