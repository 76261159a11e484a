"""Coming back to a session, and what its client is told when it ends."""

from __future__ import annotations

from pytest_bdd import given, then, when

from harness.cluster import StatusError
from harness.outcomes import Refusal, expect_text
from harness.worlds.loading import Inhabited
from scenarios.vocabulary import sentence


@given(sentence("{name:Name} comes back to their session"))
@when(sentence("{name:Name} comes back to their session"))
def _(name: str, inhabited: Inhabited) -> None:
    """Connect once more, with the same id and target, as mirrord does when its connection was lost."""
    inhabited.come_back(name)


@when(sentence("{name:Name} tries to come back to their session"), target_fixture="refusal")
def _(name: str, inhabited: Inhabited) -> Refusal:
    """The same, when it is expected to be refused."""
    return Refusal.of(StatusError, lambda: inhabited.come_back(name))


@then(sentence('it is refused with the code {code:Number} and the reason "{reason:Text}"'))
def _(code: int, reason: str, refusal: Refusal) -> None:
    """Both as in the Status that the cluster answered."""
    assert isinstance(refusal.error, StatusError), f"it was not refused: {refusal.error!r}"
    assert (refusal.error.code, refusal.error.reason) == (code, reason), f"it was refused: {refusal.text}"


@then(sentence('it is refused because of "{text:Text}"'))
def _(text: str, refusal: Refusal) -> None:
    """These words are in the refusal."""
    assert text in refusal.text, f"expected {text!r} in: {refusal.text}"


@then(sentence('{name:Name} was told "{text:Text}"'))
def _(name: str, text: str, inhabited: Inhabited) -> None:
    """The operator's last words on the connection."""
    expect_text(inhabited.session_of(name).close_reason or "", text)


@then(sentence("{name:Name} was told nothing"))
def _(name: str, inhabited: Inhabited) -> None:
    """The connection was lost without a word, so that mirrord tries to come back."""
    handle = inhabited.session_of(name)
    assert not handle.connected, f"{name} is still connected"
    expect_text(handle.close_reason or "", "")
