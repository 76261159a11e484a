"""Running scenarios outside of the user's own pytest: pytest in this process, with our reporter."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

__all__ = ["QUIET", "default_paths", "import_steps", "packaged_features", "plugins", "run_features"]


QUIET = ("-p", "no:cacheprovider", "-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning")


def packaged_features() -> Path:
    """The features that come with the distribution: beside the packages, in a checkout and in site-packages alike."""
    return Path(str(files("scenarios"))).parent / "features"


def default_paths() -> list[Path]:
    """The features of the project in the working directory, else those of the distribution."""
    own = Path("features")
    return [own] if any(own.rglob("*.feature")) else [packaged_features()]


def plugins() -> list[Any]:
    """What pytest has to be given so that it collects features; nothing where the distribution is installed."""
    if entry_points(group="pytest11", name="mirrord_harness"):
        return []
    from harness import pytest_plugin

    return [pytest_plugin]


class _UseScenarioReporter:
    """A plugin that puts our reporter in the place of pytest's, once pytest is there to be subclassed."""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        from harness.running.reporter import ScenarioReporter

        config.pluginmanager.unregister(config.pluginmanager.getplugin("terminalreporter"))
        config.pluginmanager.register(ScenarioReporter(config), "terminalreporter")


def import_steps(paths: Sequence[Path]) -> None:
    """Import the steps that a project defines beside its features, by collecting them.

    Raises:
        ValueError: they cannot be collected; the text is what pytest said.
    """
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main(["--collect-only", "-q", *QUIET, *map(str, paths)], plugins=plugins())
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise ValueError(said.getvalue())


def run_features(paths: Sequence[Path], options: Sequence[str]) -> int:
    """Run them and show a line for each scenario; pytest's exit code."""
    arguments = [*map(str, paths or default_paths()), *QUIET, *options]
    return int(pytest.main(arguments, plugins=[*plugins(), _UseScenarioReporter()]))
