"""Running mirrord with a mirrord.json, as its users write it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from pytest_bdd import given, then, when

from harness.clients.client import CommandResult
from harness.cluster import StatusError, SubscriptionError
from harness.mirrord_json import ConfigError, Configured, listen, read, run
from harness.outcomes import Refusal, expect_text
from harness.running.witness import Witness
from harness.worlds.loading import Inhabited
from scenarios.vocabulary import sentence


@pytest.fixture
def configurations() -> dict[str, Configured]:
    """The configurations of people's mirrords, by their names in lower case."""
    return {}


def _start(
    name: str, text: str, inhabited: Inhabited, environment: dict[str, str], configurations: dict[str, Configured],
    witness: Witness, homes: Path,
) -> None:  # fmt: skip
    """Read and start, and show what mirrord says of the configuration."""
    configured = run(inhabited, name, read(dedent(text), environment, key=name.lower()))
    configurations[name.lower()] = configured
    if said := str(configured):
        shown = CommandResult(
            args=("mirrord", "exec", "-f", "mirrord.json"), exit_code=0, stdout="", stderr=said
        )
        witness.saw(name, shown, homes / name)


@given(sentence("{name:Name} runs mirrord with config"))
@when(sentence("{name:Name} runs mirrord with config"))
def _(
    name: str, docstring: str, inhabited: Inhabited, environment: dict[str, str],
    configurations: dict[str, Configured], witness: Witness, homes: Path,
) -> None:  # fmt: skip
    """Start mirrord with this mirrord.json. Ports are asked for when the application listens on them.

    Parts of it that are not simulated are accepted, and shown with the commands of the scenario.
    """
    _start(name, docstring, inhabited, environment, configurations, witness, homes)


@when(sentence("{name:Name} tries to run mirrord with config"), target_fixture="refusal")
def _(
    name: str, docstring: str, inhabited: Inhabited, environment: dict[str, str],
    configurations: dict[str, Configured], witness: Witness, homes: Path,
) -> Refusal:  # fmt: skip
    """The same, when mirrord or the operator is expected to refuse."""
    try:
        _start(name, docstring, inhabited, environment, configurations, witness, homes)
    except (ConfigError, StatusError) as error:
        return Refusal(error=error)
    return Refusal(error=None)


@given(sentence("{name:Name}'s application listens on port {port:Port}"))
@when(sentence("{name:Name}'s application listens on port {port:Port}"))
def _(name: str, port: int, inhabited: Inhabited, configurations: dict[str, Configured]) -> None:
    """mirrord asks for the port's traffic if, and as, the configuration says."""
    listen(inhabited, name, configurations[name.lower()], port)


@when(sentence("{name:Name}'s application tries to listen on port {port:Port}"), target_fixture="refusal")
def _(name: str, port: int, inhabited: Inhabited, configurations: dict[str, Configured]) -> Refusal:
    """The same, when it is expected to be refused."""
    configured = configurations[name.lower()]
    return Refusal.of(SubscriptionError, lambda: listen(inhabited, name, configured, port))


@then(sentence("{name:Name}'s mirrord warns at its start"))
def _(name: str, docstring: str, configurations: dict[str, Configured]) -> None:
    """What is odd about the configuration, a line for each."""
    expect_text("\n".join(configurations[name.lower()].warnings), docstring)


@then(sentence("{name:Name}'s mirrord warns of nothing"))
def _(name: str, configurations: dict[str, Configured]) -> None:
    """There is nothing odd about the configuration."""
    expect_text("\n".join(configurations[name.lower()].warnings), "")


@then(sentence("of {name:Name}'s configuration these parts are not simulated"))
def _(name: str, docstring: str, configurations: dict[str, Configured]) -> None:
    """Their paths, a line for each."""
    expect_text("\n".join(configurations[name.lower()].not_simulated), docstring)


@then(sentence("all of {name:Name}'s configuration is simulated"))
def _(name: str, configurations: dict[str, Configured]) -> None:
    """Every part of it acts."""
    expect_text("\n".join(configurations[name.lower()].not_simulated), "")
