"""HTTP requests from outside to the pods of a workload, and who gets them. Tag such scenarios @needs_traffic_simulation.

"The original" is the process that the target runs itself. What else a session's application sees is said in ``streams``.
"""

from __future__ import annotations

from datetime import timedelta

from pytest_bdd import given, then, when

from harness.cluster import Cluster
from harness.outcomes import expect_text
from harness.sent import (
    Sent,
    eventually_says,
    expect_mirrored,
    expect_original,
    expect_outcomes,
    expect_stolen,
    expect_went_to,
    header_line,
    header_lines,
    open_connection,
    send,
    send_on,
)
from harness.session_traffic import Response
from harness.traffic import AGENT, NOBODY
from harness.worlds.loading import Inhabited
from scenarios.vocabulary import sentence


@when(
    sentence('a {method:Method} request to "{path:Text}" reaches port {port:Port} of {target:Target}'),
    target_fixture="sent",
)
def _(method: str, path: str, port: int, target: str, cluster: Cluster) -> Sent:
    """A request without headers, on a connection of its own. Several pods get connections in turns."""
    return send(cluster, target, port, method, path)


@when(
    sentence(
        'a {method:Method} request to "{path:Text}" with header "{header:Text}" reaches port {port:Port} of {target:Target}'
    ),
    target_fixture="sent",
)
def _(method: str, path: str, header: str, port: int, target: str, cluster: Cluster) -> Sent:
    """The same with a header, written `Name: value`; several are separated by `; `, and there may be none."""
    return send(cluster, target, port, method, path, header_lines(header))


@when(
    sentence(
        'a {method:Method} request to "{path:Text}" with these headers reaches port {port:Port} of {target:Target}'
    ),
    target_fixture="sent",
)
def _(
    method: str, path: str, port: int, target: str, datatable: list[list[str]], cluster: Cluster
) -> Sent:  # fmt: skip
    """The same with several headers, a row of name and value for each, in their order."""
    return send(cluster, target, port, method, path, [(row[0], row[1]) for row in datatable])


@when(
    sentence(
        'a {method:Method} request to "{path:Text}" with this body reaches port {port:Port} of {target:Target}'
    ),
    target_fixture="sent",
)
def _(method: str, path: str, port: int, target: str, docstring: str, cluster: Cluster) -> Sent:
    """The same with a body, JSON or any other."""
    return send(cluster, target, port, method, path, body=docstring.encode())


@when(
    sentence(
        'a {method:Method} request to "{path:Text}" with this body, which takes {late:Duration} to arrive, '
        "reaches port {port:Port} of {target:Target}"
    ),
    target_fixture="sent",
)
def _(
    method: str, path: str, late: timedelta, port: int, target: str, docstring: str, cluster: Cluster
) -> Sent:  # fmt: skip
    """The same from a slow client."""
    return send(cluster, target, port, method, path, body=docstring.encode(), arrives_within=late)


@when(
    sentence(
        'a {method:Method} request to "{path:Text}" with {size:Number} bytes of this JSON reaches port {port:Port} of '
        "{target:Target}"
    ),
    target_fixture="sent",
)
def _(
    method: str, path: str, size: int, port: int, target: str, docstring: str, cluster: Cluster
) -> Sent:  # fmt: skip
    """The same with a body that is filled up with spaces to a size."""
    return send(cluster, target, port, method, path, body=docstring.encode().ljust(size))


@given(sentence("a connection to port {port:Port} of {target:Target}"), target_fixture="sent")
@when(sentence("a connection to port {port:Port} of {target:Target} is opened"), target_fixture="sent")
def _(port: int, target: str, cluster: Cluster) -> Sent:
    """A connection that is kept alive for several requests, one after the other."""
    return open_connection(cluster, target, port)


@given(sentence("an HTTP/2 connection to port {port:Port} of {target:Target}"), target_fixture="sent")
def _(port: int, target: str, cluster: Cluster) -> Sent:
    """A connection that carries several requests at once."""
    return open_connection(cluster, target, port, "HTTP/2.0")


@when(sentence('a {method:Method} request to "{path:Text}" follows on it'), target_fixture="sent")
def _(method: str, path: str, sent: Sent) -> Sent:
    """Another request on the connection that is open."""
    return send_on(sent, method, path)


@when(
    sentence('a {method:Method} request to "{path:Text}" with header "{header:Text}" follows on it'),
    target_fixture="sent",
)
def _(method: str, path: str, header: str, sent: Sent) -> Sent:
    """The same with a header."""
    return send_on(sent, method, path, header_lines(header))


@then(sentence("requests to {target:Target} go where the table says"))
def _(target: str, datatable: list[list[str]], inhabited: Inhabited) -> None:
    """A request for each row, on connections of their own.

    Columns: method, path, header, body, port; `goes to` is a person, `the original`, `nobody`, or the status of an answer
    that mirrord gave; `mirrored to` lists people.
    """
    expect_outcomes(inhabited, target, datatable[0], datatable[1:])


@then(sentence("requests on one connection to port {port:Port} of {target:Target} go where the table says"))
def _(port: int, target: str, datatable: list[list[str]], inhabited: Inhabited) -> None:
    """The same, one after the other on one connection."""
    expect_outcomes(inhabited, target, datatable[0], datatable[1:], kept_alive=port)


@then(sentence("it is stolen by {name:Name}'s session"))
def _(name: str, sent: Sent, inhabited: Inhabited) -> None:
    """It went to this person's application, and to no other and not to the original."""
    expect_stolen(inhabited, name, sent)


@then(sentence('it goes to "{whom:Text}"'))
def _(whom: str, sent: Sent, inhabited: Inhabited) -> None:
    """A person, `the original`, `nobody`, or the status of an answer that mirrord gave."""
    expect_went_to(inhabited, whom, sent)


@then("it reaches the original")
def _(sent: Sent, inhabited: Inhabited) -> None:
    """The target's own process got it, and answered if it is a request."""
    expect_original(inhabited, sent)


@then(sentence("it is mirrored to {name:Name}'s session"))
def _(name: str, sent: Sent, inhabited: Inhabited) -> None:
    """This person's application got a copy."""
    expect_mirrored(inhabited, name, sent)


@then("it is mirrored to nobody")
def _(sent: Sent) -> None:
    """There is no copy."""
    copies = sent.delivery().mirrored_to
    assert not copies, f"it was mirrored to {', '.join(copies)}"


@then(sentence("it is answered with {status:Number}"))
def _(status: int, sent: Sent) -> None:
    """The status of the answer, whoever gave it."""
    delivery = sent.delivery()
    assert delivery.status == status, f"the answer is {delivery.status} from {delivery.answered_by}"


@then(sentence("mirrord answers it with {status:Number} and"))
def _(status: int, docstring: str, sent: Sent) -> None:
    """Neither the original nor an application answered; the body, without the line break at its end."""
    delivery = sent.delivery()
    assert (delivery.answered_by, delivery.status) == (AGENT, status), f"{delivery}"
    expect_text(delivery.body.decode(), f"{docstring}\n")


@then(sentence('the answer has the header "{header:Text}"'))
def _(header: str, sent: Sent) -> None:
    """Written `name: value`; the name in any case."""
    wanted = header_line(header)
    found = [(name, value.decode("latin-1")) for name, value in sent.delivery().headers]
    assert (wanted[0].lower(), wanted[1]) in [(name.lower(), value) for name, value in found], f"{found}"


@then(sentence('the answer has no header "{name:Text}"'))
def _(name: str, sent: Sent) -> None:
    """In any case."""
    assert name.lower() not in [each.lower() for each, _ in sent.delivery().headers]


@then("it is not answered yet")
def _(sent: Sent) -> None:
    """Somebody has it and lets it wait."""
    delivery = sent.delivery()
    assert (delivery.answered_by, delivery.lost) == (NOBODY, None), f"{delivery}"


@then("nobody answers it")
def _(sent: Sent) -> None:
    """The connection was refused, or lost before there was an answer."""
    delivery = sent.delivery()
    assert delivery.answered_by == NOBODY, f"{delivery}"
    assert delivery.lost is not None, "there may be an answer yet"


@then("its connection is open")
def _(sent: Sent) -> None:
    """More can be sent on it."""
    assert sent.connection is not None, "there was none"
    assert sent.connection.open, "it is closed"


@then("its connection is closed")
def _(sent: Sent) -> None:
    """The other side has closed it."""
    assert sent.connection is not None, "there was none"
    assert not sent.connection.open, "it is open"


@given(sentence("{name:Name}'s application lets requests wait"))
def _(name: str, inhabited: Inhabited) -> None:
    """It answers them when a sentence says so."""
    inhabited.session_of(name).application.responder = lambda _: None


@given(sentence("{name:Name}'s application answers with {status:Number}"))
def _(name: str, status: int, inhabited: Inhabited) -> None:
    """And with a body that is empty."""
    inhabited.session_of(name).application.responder = lambda _: Response(status=status)


@when(sentence("{name:Name}'s application answers"))
def _(name: str, inhabited: Inhabited) -> None:
    """What it has let wait."""
    inhabited.session_of(name).answer_waiting()


@then(sentence("{name:Name}'s log says"))
def _(name: str, docstring: str, inhabited: Inhabited) -> None:
    """A line of the log of this person's mirrord has this text in it."""
    eventually_says(inhabited, name, docstring)


@then(sentence('{name:Name}\'s application saw the header "{header:Text}"'))
def _(name: str, header: str, inhabited: Inhabited) -> None:
    """In the last request that it got."""
    wanted = header_line(header)
    found = [
        (each, value.decode("latin-1"))
        for each, value in inhabited.session_of(name).application.requests[-1].headers
    ]
    assert wanted in found, f"it saw {found}"
