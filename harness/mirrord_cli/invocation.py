"""What a command has when it runs: an API to ask, an environment, streams, and who and when it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from harness.mirrord_cli.configuration import Configuration, ConfigurationError, read_configuration
from harness.mirrord_cli.connection import Connection
from harness.mirrord_cli.credentials import Identity
from harness.mirrord_cli.errors import CliError
from harness.mirrord_cli.operator_api import (
    VERSION,
    OperatorApi,
    OperatorApiError,
    extra_headers,
    find_operator,
)
from harness.mirrord_cli.progress import Progress, start_progress
from harness.mirrord_cli.transport import Api

__all__ = ["Cluster", "Invocation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where requests go, and the namespace of whoever names none."""

    api: Api
    namespace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """The surroundings of one command. ``connect`` is called when the first request is due, not before."""

    connect: Callable[[Configuration], Cluster]
    env: Mapping[str, str]
    stdout: TextIO
    stderr: TextIO
    whoami: str
    hostname: str
    home: Path | None
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    random: Callable[[int], bytes]

    def configuration(self, *, config_file: str | None, namespace: str | None = None) -> Configuration:
        """The configuration of the command.

        Raises:
            CliError: it is no good.
        """
        try:
            return read_configuration(self.env, config_file=config_file, namespace=namespace)
        except ConfigurationError as error:
            raise CliError.invalid_configuration(str(error), error.causes) from error

    def find_operator(self, configuration: Configuration) -> OperatorApi | None:
        """The operator, or None where it is not installed.

        Raises:
            OperatorApiError: it does not answer as it should.
        """
        try:
            cluster = self.connect(configuration)
            headers = extra_headers(configuration, whoami=self.whoami, hostname=self.hostname)
        except CliError as error:
            raise OperatorApiError(str(error), error) from error
        if configuration.startup_retry.is_invalid:
            report = CliError.invalid_retry()
            raise OperatorApiError(str(report), report)
        connection = Connection(
            api=cluster.api, headers=headers, sleep=self.sleep, retry=configuration.startup_retry
        )
        return find_operator(connection, configuration)

    def identity(self) -> Identity:
        return Identity(hostname=self.hostname, home=self.home, now=self.now(), random=self.random)

    def progress(self, title: str) -> Progress:
        return start_progress(title, version=VERSION, env=self.env, stdout=self.stdout, stderr=self.stderr)
