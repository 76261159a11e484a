"""What a command says when it fails: ``Error: `` and a report on stderr, exit code 1.

The report approximates the product's (miette, graphical): the message stands on one line where the product wraps it
at the width of the terminal, help is shortened to the sentence that differs between errors, and what the product
logs besides (tracing, at level ERROR) is left out.
"""

from __future__ import annotations

__all__ = ["CliError", "render_report"]


class CliError(Exception):
    """The failure of a command, as a person reads it."""

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice

    @classmethod
    def operator_not_installed(cls) -> CliError:
        return cls(
            "mirrord operator was not found in the cluster.",
            advice="The command needs the mirrord operator. Install it, or check the kubeconfig context.",
        )

    @classmethod
    def status_not_found(cls) -> CliError:
        return cls("`mirrord operator status` command failed! Could not retrieve operator status API.")

    @classmethod
    def setup_deleted(cls) -> CliError:
        return cls(
            "mirrord operator setup was deleted",
            advice="Use the helm chart instead: https://github.com/metalbear-co/charts/",
        )

    @classmethod
    def client_creation_failed(cls, problem: str) -> CliError:
        return cls(
            f"Failed to create Kubernetes API client: {problem}",
            advice="Check the kubeconfig, and the connection with `kubectl get pods`.",
        )

    @classmethod
    def invalid_configuration(cls, problem: str) -> CliError:
        return cls(
            f"Failed to verify mirrord config: {problem}",
            advice="Inspect your config file and arguments provided.",
        )

    @classmethod
    def session(cls, problem: str) -> CliError:
        """The failure of ``mirrord session`` and ``mirrord kill``."""
        return cls(f"Session command failed with: {problem}")


def render_report(error: CliError) -> str:
    """The text for stderr."""
    lines = [f"Error:   × {error}"]
    if error.advice:
        lines.append(f"  help: {error.advice}")
    return "\n".join(lines) + "\n"
