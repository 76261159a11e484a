"""Running a command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pytest_bdd import given, when

from harness.running.commands import CommandResult, run_command
from harness.running.witness import Witness
from harness.worlds.loading import Inhabited
from scenarios.steps.clock import Desks
from scenarios.vocabulary import sentence

RunAs = Callable[..., CommandResult]


@pytest.fixture
def environment() -> dict[str, str]:
    """The environment variables of the commands of a scenario."""
    return {}


@pytest.fixture
def homes() -> Iterator[Path]:
    """Where people's machines keep their files, as long as the scenario lasts."""
    with TemporaryDirectory(prefix="homes-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@given(sentence('the environment variable "{name:Text}" is "{value:Text}"'))
def _(name: str, value: str, environment: dict[str, str]) -> None:
    """For every command of the scenario."""
    environment[name] = value


@given("mirrord tells its progress in plain lines")
def _(environment: dict[str, str]) -> None:
    """MIRRORD_PROGRESS_MODE=dumb; without it mirrord prints no progress where there is no terminal."""
    environment["MIRRORD_PROGRESS_MODE"] = "dumb"


@given("mirrord tells its progress as JSON")
def _(environment: dict[str, str]) -> None:
    """MIRRORD_PROGRESS_MODE=json."""
    environment["MIRRORD_PROGRESS_MODE"] = "json"


@pytest.fixture
def desk(
    inhabited: Inhabited, environment: dict[str, str], homes: Path, desks: Desks, witness: Witness
) -> RunAs:
    """Runs a command line as somebody, on their machine."""

    def run(person: str, command: str, meanwhile: Callable[[], object] | None = None) -> CommandResult:
        home = homes / person.replace(" ", "-")
        home.mkdir(exist_ok=True)
        result = run_command(
            inhabited.cluster,
            inhabited.person(person),
            command,
            home=home,
            now=desks.now,
            environment=environment,
            meanwhile=meanwhile,
        )
        return witness.saw(person, result, home)

    return run


@given(sentence('{person:Person} has run "{command:Text}"'))
@when(sentence('{person:Person} runs "{command:Text}"'), target_fixture="result")
def _(person: str, command: str, desk: RunAs) -> CommandResult:
    """Run `mirrord ...` or `kubectl ...` with this person's credentials. kubectl needs the tag @needs_kubectl."""
    return desk(person, command)


@when(
    sentence(
        '{person:Person} runs "{command:Text}" while {name:Name} starts mirrord on "{target:Text}" as session "{session_id:Text}"'
    ),
    target_fixture="result",
)
def _(
    person: str, command: str, name: str, target: str, session_id: str, desk: RunAs, inhabited: Inhabited
) -> CommandResult:
    """The session starts when the `mirrord ...` command has found the operator and is about to delete."""
    return desk(person, command, lambda: inhabited.start_session(name, target, session_id=session_id))
