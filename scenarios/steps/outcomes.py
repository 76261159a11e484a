"""What came of it: output, exit codes, refusals."""

from __future__ import annotations

from pytest_bdd import then

from harness.outcomes import Refusal, expect_text
from harness.running.commands import CommandResult, shown
from scenarios.vocabulary import sentence


@then("the command succeeds")
def _(result: CommandResult) -> None:
    """Its exit code is 0."""
    assert result.exit_code == 0, f"expected success:\n{shown(result)}"


@then("the command fails")
@then(sentence("the command fails with exit code {code:Number}"))
@then(sentence("the exit code is {code:Number}"))
def _(result: CommandResult, code: int = 1) -> None:
    """Its exit code is this one; 1 if none is given."""
    assert result.exit_code == code, f"expected exit code {code}:\n{shown(result)}"


@then("the output is")
def _(docstring: str, result: CommandResult) -> None:
    """Standard output, byte for byte, with a line break at its end."""
    expect_text(result.stdout, f"{docstring}\n")


@then("nothing is printed")
def _(result: CommandResult) -> None:
    """Standard output is empty."""
    expect_text(result.stdout, "")


@then(sentence('the output contains "{text:Text}"'))
def _(text: str, result: CommandResult) -> None:
    """Somewhere in standard output."""
    assert text in result.stdout, f"expected {text!r} in the output:\n{shown(result)}"


@then(sentence('the output does not contain "{text:Text}"'))
def _(text: str, result: CommandResult) -> None:
    """Nowhere in standard output."""
    assert text not in result.stdout, f"expected no {text!r} in the output:\n{shown(result)}"


@then("the output contains")
def _(docstring: str, result: CommandResult) -> None:
    """These lines follow each other in standard output, byte for byte."""
    assert f"\n{docstring}\n" in f"\n{result.stdout}", (
        f"expected these lines in the output:\n{docstring}\n\n{shown(result)}"
    )


@then(sentence('the error contains "{text:Text}"'))
def _(text: str, result: CommandResult) -> None:
    """Somewhere in standard error; how it is wrapped into lines does not matter."""
    assert _unwrapped(text) in _unwrapped(result.stderr), f"expected {text!r} in the error:\n{shown(result)}"


@then("the error contains")
def _(docstring: str, result: CommandResult) -> None:
    """The same, for a text that holds quotes."""
    assert _unwrapped(docstring) in _unwrapped(result.stderr), (
        f"expected {docstring!r} in the error:\n{shown(result)}"
    )


@then("it is refused")
def _(refusal: Refusal) -> None:
    """The cluster said no."""
    assert refusal.error is not None, "it was not refused"


@then("it is refused with")
def _(docstring: str, refusal: Refusal) -> None:
    """The cluster said no, in these words."""
    expect_text(refusal.text, docstring)


@then("it is not refused")
def _(refusal: Refusal) -> None:
    """The cluster did what was asked."""
    assert refusal.error is None, f"it was refused: {refusal.error}"


def _unwrapped(text: str) -> str:
    """Without what wrapping puts into an error report, which also ends lines within words: spaces and bars."""
    return "".join(text.replace("│", "").replace("|", "").split())
