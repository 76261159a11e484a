"""How a command says what it is doing: the progress modes of ``MIRRORD_PROGRESS_MODE``.

``dumb`` and ``simple`` print lines, ``json`` prints one object a line, ``off`` prints nothing; anything else, and
nothing at all, is ``std``: spinners on stderr, which show nothing where stderr is not a terminal.
Not done: the motion of the spinners. On a terminal the lines that they leave behind are printed at the end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Protocol, Self, TextIO

__all__ = ["Progress", "start_progress"]

_MODE_VARIABLE = "MIRRORD_PROGRESS_MODE"


class Progress(Protocol):
    """One task. Used as a context manager; leaving one that has no result yet is its failure."""

    def subtask(self, text: str) -> Self: ...

    def success(self, message: str | None = None) -> None: ...

    def failure(self, message: str | None = None) -> None: ...

    def warning(self, message: str) -> None: ...

    def print(self, message: str) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...


def start_progress(
    title: str, *, version: str, env: Mapping[str, str], stdout: TextIO, stderr: TextIO
) -> Progress:
    """The outermost task, in the mode that the environment asks for."""
    titled = f"{title} (cli version {version})"
    match env.get(_MODE_VARIABLE):
        case "dumb" | "simple":
            return _SimpleProgress(titled, stdout)
        case "json":
            return _JsonProgress(title, None, stdout)
        case "off":
            return _NullProgress()
        case _ if stderr.isatty():
            return _SpinnerProgress(titled, stderr, 0, [])
        case _:
            return _NullProgress()


class _NullProgress:
    def subtask(self, text: str) -> Self:
        return self

    def success(self, message: str | None = None) -> None: ...

    def failure(self, message: str | None = None) -> None: ...

    def warning(self, message: str) -> None: ...

    def print(self, message: str) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None: ...


class _SimpleProgress:
    def __init__(self, text: str, stdout: TextIO) -> None:
        self._stdout = stdout
        self.print(text)

    def subtask(self, text: str) -> Self:
        return type(self)(text, self._stdout)

    def success(self, message: str | None = None) -> None:
        if message is not None:
            self.print(message)

    failure = success

    def warning(self, message: str) -> None:
        self.print(message)

    def print(self, message: str) -> None:
        self._stdout.write(f"{message}\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None: ...


class _JsonProgress:
    def __init__(self, name: str, parent: str | None, stdout: TextIO) -> None:
        self._name = name
        self._stdout = stdout
        self._done = False
        self._emit({"type": "NewTask", "name": name, "parent": parent})

    def subtask(self, text: str) -> Self:
        return type(self)(text, self._name, self._stdout)

    def success(self, message: str | None = None) -> None:
        self._finish(True, message)

    def failure(self, message: str | None = None) -> None:
        self._finish(False, message)

    def warning(self, message: str) -> None:
        self._emit({"type": "Warning", "message": message})

    def print(self, message: str) -> None: ...

    def _finish(self, success: bool, message: str | None) -> None:
        self._done = True
        self._emit({"type": "FinishedTask", "name": self._name, "success": success, "message": message})

    def _emit(self, line: Mapping[str, object]) -> None:
        self._stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if not self._done:
            self.failure()


class _SpinnerProgress:
    def __init__(self, text: str, stderr: TextIO, indent: int, bars: list[_SpinnerProgress]) -> None:
        self._title = self._shown = text
        self._stderr = stderr
        self._indent = indent
        self._done = False
        self._bars = bars
        bars.append(self)

    def subtask(self, text: str) -> Self:
        return type(self)(text, self._stderr, self._indent + 1, self._bars)

    def success(self, message: str | None = None) -> None:
        self._finish(f"✓ {self._title if message is None else message}")

    def failure(self, message: str | None = None) -> None:
        self._finish(f"x {self._shown if message is None else message}")

    def warning(self, message: str) -> None:
        self._shown = f"! {message}"
        self.print(self._shown)

    def print(self, message: str) -> None:
        self._stderr.write(f"{message}\n")

    def _finish(self, shown: str) -> None:
        self._shown = shown
        self._done = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if not self._done:
            self.failure()
        if self._indent == 0:
            for bar in self._bars:
                self._stderr.write(f"{'  ' * bar._indent}  {bar._shown}\n")
