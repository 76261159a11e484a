"""A project of a user's own, in which scenarios run on a double of a cluster."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import faker
import freezegun
import pytest
import yaml

from harness.running import checking, collecting, explaining, selecting, snippets, step_library
from harness.running.session import plugins

# pytester forgets modules that a run imports; what is slow to import, or cannot be imported twice, is imported here.
KEPT = (
    faker,
    freezegun,
    yaml,
    checking,
    collecting,
    explaining,
    selecting,
    snippets,
    step_library.import_library(),
)

CONFTEST = """
import pytest
from cluster_double import open_double

@pytest.fixture(scope="session")
def open_cluster():
    return open_double
"""


class Project:
    """Files of a project, and pytest run in it."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        pytester.syspathinsert(Path(__file__).parent)
        self.write("conftest.py", CONFTEST)

    def write(self, name: str, text: str) -> Path:
        path = self.pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    def run(self, *arguments: str) -> pytest.RunResult:
        without = ("cacheprovider", "hypothesispytest", "faker")
        options = [option for plugin in without for option in ("-p", f"no:{plugin}")]
        return self.pytester.runpytest_inprocess(*options, *arguments, plugins=plugins())


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    return Project(pytester)


@pytest.fixture
def feature(project: Project) -> Callable[..., Project]:
    """Writes a feature file into the project."""

    def write(text: str, name: str = "features/a.feature") -> Project:
        project.write(name, text)
        return project

    return write
