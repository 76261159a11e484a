"""Runs the kubectl binaries that this machine has, each with a home and a cache of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

__all__ = ["Kubectl", "Output", "found", "without_ages"]

_AGE = re.compile(r"(?<=\s)\d+(?:ms|[smh])(?:\d+[ms])?(?=\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a command printed, and how it ended."""

    out: str
    err: str
    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kubectl:
    """One binary against one cluster, in one namespace."""

    binary: Path
    version: str
    home: Path
    kubeconfig: Path
    namespace: str = "default"

    @property
    def minor(self) -> int:
        return int(self.version.split(".")[1])

    def within(self, namespace: str) -> Kubectl:
        return replace(self, namespace=namespace)

    def command(self, *arguments: str) -> list[str]:
        return [str(self.binary), "--namespace", self.namespace, *arguments]

    def environment(self, **more: str) -> dict[str, str]:
        path = os.environ.get("PATH", "")
        return {
            "HOME": str(self.home),
            "KUBECONFIG": str(self.kubeconfig),
            "PATH": path,
            "LANG": "C.UTF-8",
            **more,
        }

    def run(self, *arguments: str, given: str | None = None, **environment: str) -> Output:
        """Run a command; ``given`` is its standard input."""
        done = subprocess.run(
            self.command(*arguments), input=given, env=self.environment(**environment), cwd=self.home, text=True,
            capture_output=True, timeout=30, check=False,
        )  # fmt: skip
        return Output(out=done.stdout, err=done.stderr, code=done.returncode)

    def __call__(self, *arguments: str, given: str | None = None, **environment: str) -> str:
        """What a command prints that must succeed."""
        output = self.run(*arguments, given=given, **environment)
        assert output.code == 0, f"kubectl {' '.join(arguments)}\n{output.out}{output.err}"
        return output.out

    def refused(self, *arguments: str, given: str | None = None, code: int = 1) -> str:
        """What a command prints on its standard error that must fail."""
        output = self.run(*arguments, given=given)
        assert output.code == code, (
            f"kubectl {' '.join(arguments)} ended with {output.code}\n{output.out}{output.err}"
        )
        return output.err

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command that goes on until it is stopped."""
        return subprocess.Popen(
            self.command(*arguments), env=self.environment(), cwd=self.home, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )  # fmt: skip

    def deleted(self, what: str) -> str:
        """The line for a deleted object: newer versions say in which namespace it was."""
        return f"{what} from {self.namespace} namespace\n" if self.minor >= 34 else f"{what}\n"


def found() -> list[tuple[str, Path]]:
    """The binaries by their version: of this environment, and of the path."""
    beside, elsewhere = Path(sys.executable).parent / "kubectl", shutil.which("kubectl")
    binaries: dict[str, Path] = {}
    for each in (beside, Path(elsewhere) if elsewhere else beside):
        if each.exists():
            binaries.setdefault(_version(each), each)
    return sorted(binaries.items())


def _version(binary: Path) -> str:
    told = subprocess.run(
        [str(binary), "version", "--client", "--output=json"], capture_output=True, check=True, timeout=30
    )
    version: str = json.loads(told.stdout)["clientVersion"]["gitVersion"]
    return version.partition("-")[0]


def without_ages(text: str) -> str:
    """A table with its ages as ``AGE`` and its columns one blank apart."""
    aged = _AGE.sub("<age>", text)
    return "\n".join(" ".join(line.split()) for line in aged.splitlines())
