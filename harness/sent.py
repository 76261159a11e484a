"""A request or a stream that a scenario has sent, and what can be said of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from harness.cluster import Cluster
from harness.eventually import eventually
from harness.traffic import AGENT, NOBODY, ORIGINAL, Delivery, Headers, HttpVersion, Outbound, traffic_of
from harness.worlds.loading import Inhabited

__all__ = [
    "Sent",
    "eventually_says",
    "expect_mirrored",
    "expect_original",
    "expect_outcomes",
    "expect_stolen",
    "expect_went_to",
    "header_line",
    "header_lines",
    "open_connection",
    "send",
    "send_bytes",
    "send_on",
]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent, last of all, on a connection; ``number`` is that of the request, None for bytes.

    Without a connection it was refused one.
    """

    connection: Outbound | None
    number: int | None = None
    stream: Delivery | None = None

    def delivery(self) -> Delivery:
        """What has come of it until now."""
        if self.connection is None:
            return Delivery(answered_by=NOBODY, lost="connection refused")
        if self.number is not None:
            return self.connection.delivery(self.number)
        return self.stream or Delivery(answered_by=NOBODY)


def open_connection(
    cluster: Cluster, target: str, port: int, http_version: HttpVersion = "HTTP/1.1"
) -> Sent:  # fmt: skip
    """A connection on which nothing has been sent yet."""
    try:
        return Sent(traffic_of(cluster).connect(target, port, http_version=http_version))
    except ConnectionRefusedError:
        return Sent(None)


def send_on(
    opened: Sent, method: str, path: str, headers: Headers = (), body: bytes = b"", *,
    arrives_within: timedelta = timedelta(0),
) -> Sent:  # fmt: skip
    """Send a request on a connection."""
    if opened.connection is None:
        return opened
    number = opened.connection.request(method, path, headers, body, arrives_within=arrives_within)
    return Sent(opened.connection, number)


def send(
    cluster: Cluster, target: str, port: int, method: str, path: str, headers: Headers = (), body: bytes = b"", *,
    arrives_within: timedelta = timedelta(0),
) -> Sent:  # fmt: skip
    """Send a request on a connection of its own."""
    opened = open_connection(cluster, target, port)
    return send_on(opened, method, path, headers, body, arrives_within=arrives_within)


def send_bytes(opened: Sent, data: bytes) -> Sent:
    """Send bytes on a connection."""
    if opened.connection is None:
        return opened
    return Sent(opened.connection, stream=opened.connection.send(data))


def header_lines(text: str) -> list[tuple[str, str]]:
    """Several of them, separated by ``; ``; none at all if there is no text."""
    return [header_line(line) for line in re.split(r";\s*(?=[\w-]+: )", text) if line.strip()]


def header_line(text: str) -> tuple[str, str]:
    """``Name: value`` in two."""
    name, colon, value = text.partition(":")
    assert colon, f"{text!r} is no header; write `Name: value`"
    return name.strip(), value.strip()


def expect_outcomes(
    inhabited: Inhabited, target: str, header: Sequence[str], rows: Sequence[Sequence[str]], *,
    kept_alive: int | None = None,
) -> None:  # fmt: skip
    """Send a request for each row of a table, and compare what comes of it.

    Columns: method, path, header, body, port, goes to, mirrored to; several headers and people are separated by ``;`` and
    commas. With ``kept_alive`` all go over one connection to that port.

    Raises:
        AssertionError: one of them went elsewhere.
    """
    shared = None if kept_alive is None else open_connection(inhabited.cluster, target, kept_alive)
    wrong: list[str] = []
    for cells in rows:
        row = dict(zip(header, cells, strict=True))
        opened = shared or open_connection(inhabited.cluster, target, int(row.get("port") or 80))
        headers = header_lines(row.get("header", ""))
        body = row.get("body", "").encode()
        sent = send_on(opened, row.get("method") or "GET", row.get("path") or "/", headers, body)
        found = _outcome(inhabited, sent.delivery())
        expected = {"goes to": row["goes to"], "mirrored to": row.get("mirrored to", "")}
        wrong.extend(
            f"{' '.join(cells)}: {what} is {found[what] or 'nobody'!r} and not {expected[what] or 'nobody'!r}"
            for what in expected
            if found[what] != expected[what] and (what in header)
        )
    assert not wrong, "\n".join(wrong)


def _outcome(inhabited: Inhabited, delivery: Delivery) -> Mapping[str, str]:
    names = {handle.id: name.title() for name, handles in inhabited.sessions.items() for handle in handles}
    by = delivery.answered_by
    text = {ORIGINAL: "the original", NOBODY: "nobody", AGENT: f"{delivery.status}"}.get(by) or names.get(
        by, by
    )
    return {"goes to": text, "mirrored to": ", ".join(names.get(each, each) for each in delivery.mirrored_to)}


def expect_stolen(inhabited: Inhabited, name: str, sent: Sent) -> None:
    """It went to that person's session, whose application saw it.

    Raises:
        AssertionError: it did not.
    """
    handle, delivery = inhabited.session_of(name), sent.delivery()
    assert delivery.stolen_by == handle.id, f"it was not stolen by {name}: {_where(inhabited, delivery)}"
    assert _saw(inhabited, name, "stolen"), f"{name}'s application did not see it"


def expect_mirrored(inhabited: Inhabited, name: str, sent: Sent) -> None:
    """That person's session got a copy, which its application saw.

    Raises:
        AssertionError: it did not.
    """
    handle, delivery = inhabited.session_of(name), sent.delivery()
    assert handle.id in delivery.mirrored_to, f"{name} got no copy: {_where(inhabited, delivery)}"
    assert _saw(inhabited, name, "mirrored"), f"{name}'s application did not see it"


def expect_original(inhabited: Inhabited, sent: Sent) -> None:
    """The target's own process answered.

    Raises:
        AssertionError: it did not.
    """
    delivery = sent.delivery()
    assert delivery.answered_by == ORIGINAL, f"it did not reach the original: {_where(inhabited, delivery)}"


def expect_went_to(inhabited: Inhabited, whom: str, sent: Sent) -> None:
    """It went to a person, to ``the original``, to ``nobody``, or was answered by mirrord with a status.

    Raises:
        AssertionError: it did not.
    """
    delivery = sent.delivery()
    assert _outcome(inhabited, delivery)["goes to"] == whom, _where(inhabited, delivery)


def eventually_says(inhabited: Inhabited, name: str, text: str) -> None:
    """A line of the log of that person's mirrord contains the text.

    Raises:
        AssertionError: none does.
    """
    application = inhabited.session_of(name).application

    def check() -> None:
        assert any(text in line for line in application.logs), (
            "\n".join(application.logs) or "the log is empty"
        )

    eventually(inhabited.cluster, check)


def _saw(inhabited: Inhabited, name: str, kind: str) -> bool:
    application = inhabited.session_of(name).application
    seen = [
        *(request.kind for request in application.requests),
        *(stream.kind for stream in application.streams.values()),
    ]
    return kind in seen


def _where(inhabited: Inhabited, delivery: Delivery) -> str:
    outcome = _outcome(inhabited, delivery)
    text = f"it went to {outcome['goes to']}"
    if outcome["mirrored to"]:
        text += f", with a copy to {outcome['mirrored to']}"
    return text if delivery.lost is None else f"{text} ({delivery.lost})"
