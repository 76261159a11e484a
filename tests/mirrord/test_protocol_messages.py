"""Messages on the wire: the byte vectors of the protocol, both ways, and every message through both codecs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.mirrord.model.filters import (
    BodyFilter,
    CompositeFilter,
    HeaderFilter,
    HeaderJqFilter,
    MethodFilter,
    PathFilter,
)
from fakes.mirrord.model.refusals import BlockedError, PortAlreadyStolenError
from fakes.mirrord.model.session import Subscription
from fakes.mirrord.protocol import client, daemon, errors, file_answers, file_questions, http
from fakes.mirrord.protocol.client import decode_client_message, encode_client_message, subscription_of
from fakes.mirrord.protocol.composites import Err, Ok
from fakes.mirrord.protocol.daemon import decode_daemon_message, encode_daemon_message
from fakes.mirrord.protocol.filters import StealAll, StealFiltered, StealFilteredHeader
from fakes.mirrord.protocol.refusing import refuse, refuse_file
from fakes.mirrord.protocol.wire import DecodeError

TENANT = HeaderFilter("X-PG-Tenant: Avi.+")

CLIENT_VECTORS: dict[str, tuple[str, client.ClientMessage]] = {
    "switch": ("0A 06 31 2E 32 39 2E 30", client.SwitchProtocolVersion("1.29.0")),
    "env": ("06 00 01 01 2A", client.GetEnvVarsRequest(select=("*",))),
    "ping": ("07", client.Ping()),
    "ready": ("0B", client.ReadyForLogs()),
    "filtered": (
        "02 00 02 50 00 12" + b"X-PG-Tenant: Avi.+".hex(),
        client.TcpSteal(client.StealPort(StealFiltered(80, TENANT))),
    ),
    "all": ("02 00 00 FB 90 1F", client.TcpSteal(client.StealPort(StealAll(8080)))),
    "response": (
        "02 04 50 00 00 C8 08 48 54 54 50 2F 31 2E 31 01 0E 63 6F 6E 74 65 6E 74 2D 6C 65 6E 67 74 68 01 01 32 02 6F 6B",
        client.TcpSteal(
            http.HttpResponse(
                port=80, connection_id=0, status=200, headers=(("content-length", b"2"),), body=b"ok"
            )
        ),
    ),
    "unsubscribe": ("02 02 50", client.TcpSteal(client.PortUnsubscribe(80))),
    "pong": ("0E 01", client.OperatorPong(1)),
    "look up": ("08 01 61", client.GetAddrInfoRequest("a")),
    "look up more": (
        "0D 01 61 FB BB 01 03 00 04 0C",
        client.GetAddrInfoRequestV2(
            node="a", service_port=443, family="any", socket_type="stream", flags=2, protocol=6
        ),
    ),
    "open": (
        "05 00 02 2F 61 01 00 00 00 00 00",
        client.FileRequest(file_questions.Open("/a", file_questions.OpenOptions(read=True))),
    ),
    "open to write": (
        "05 00 02 2F 61 00 01 00 01 01 00",
        client.FileRequest(
            file_questions.Open("/a", file_questions.OpenOptions(write=True, truncate=True, create=True))
        ),
    ),
    "open relative": (
        "05 01 07 01 61 01 00 00 00 00 00",
        client.FileRequest(file_questions.OpenRelative(7, "a", file_questions.OpenOptions(read=True))),
    ),
    "read": ("05 02 07 FB 00 04", client.FileRequest(file_questions.Read(7, 1024))),
    "read limited": ("05 03 07 0A 03", client.FileRequest(file_questions.ReadLimited(7, 10, 3))),
    "seek from the start": ("05 04 07 00 0A", client.FileRequest(file_questions.Seek(7, ("start", 10)))),
    "seek from the end": ("05 04 07 01 03", client.FileRequest(file_questions.Seek(7, ("end", -2)))),
    "seek from here": ("05 04 07 02 04", client.FileRequest(file_questions.Seek(7, ("current", 2)))),
    "close a file": ("05 07 07", client.FileRequest(file_questions.CloseFile(7))),
    "access": ("05 08 02 2F 61 04", client.FileRequest(file_questions.Access("/a", 4))),
    "stat": ("05 09 01 02 2F 61 00 01", client.FileRequest(file_questions.Stat("/a", None, True))),
    "stat an open file": ("05 09 00 01 07 00", client.FileRequest(file_questions.Stat(None, 7, False))),
    "list": ("05 0B 07", client.FileRequest(file_questions.OpenDirectory(7))),
    "list the next": ("05 0C 07", client.FileRequest(file_questions.ReadDirectory(7))),
    "list some": ("05 10 07 80", client.FileRequest(file_questions.ReadDirectoryBatch(7, 128))),
    "list as the system does": (
        "05 0E 07 FB 00 80",
        client.FileRequest(file_questions.ReadRawDirectory(7, 32768)),
    ),
    "close a listing": ("05 0D 07", client.FileRequest(file_questions.CloseDirectory(7))),
    "write": ("05 05 07 01 61", client.FileRequest(client.Unhandled(5, b"\x07\x01a"))),
}

DAEMON_VECTORS: dict[str, tuple[str, daemon.DaemonMessage]] = {
    "switch": ("0B 05 31 2E 32 2E 30", daemon.SwitchProtocolVersionResponse("1.2.0")),
    "no env": ("08 00 00", daemon.env_vars({})),
    "env": ("08 00 01 01 41 01 42", daemon.env_vars({"A": "B"})),
    "pong": ("07", daemon.Pong()),
    "subscribed": ("02 03 00 50", daemon.StealEvent(daemon.subscribed(80))),
    "subscribed high": ("02 03 00 FB 90 1F", daemon.StealEvent(daemon.subscribed(8080))),
    "stolen": (
        "02 03 01 07 50",
        daemon.StealEvent(daemon.SubscribeResult(Err(errors.PortAlreadyStolen(80)))),
    ),
    "forbidden": (
        "02 03 01 09 00 00 50 01 01 70",
        daemon.StealEvent(
            daemon.SubscribeResult(Err(errors.Forbidden(errors.BlockedSteal(StealAll(80)), "p")))
        ),
    ),
    "request": (
        "02 04 03 47 45 54 01 2F 01 04 68 6F 73 74 01 01 61 08 48 54 54 50 2F 31 2E 31 00 00 00 50",
        daemon.StealEvent(
            http.HttpRequest(method="GET", uri="/", headers=(("host", b"a"),), connection_id=0, port=80)
        ),
    ),
    "close": ("00 03 62 79 65", daemon.DaemonClose("bye")),
    "ping": ("0D 01", daemon.OperatorPing(1)),
    "an address": (
        "09 00 01 01 61 00 0A 60 00 01",
        daemon.GetAddrInfoResponse(Ok((("a", "10.96.0.1"),))),
    ),
    "opened": ("06 00 00 07", daemon.FileResponse(file_answers.OpenResult(Ok(7)))),
    "not opened": (
        "06 00 01 04 01 04 00",
        daemon.FileResponse(file_answers.OpenResult(Err(errors.RemoteIO(2, errors.IO_NOT_FOUND)))),
    ),
    "not opened to write": (
        "06 00 01 04 01 3C 11",
        daemon.FileResponse(file_answers.OpenResult(Err(errors.RemoteIO(30, errors.IO_READ_ONLY)))),
    ),
    "read": (
        "06 01 00 02 61 62 02",
        daemon.FileResponse(file_answers.ReadResult(Ok(file_answers.Data(b"ab", 2)))),
    ),
    "read no more": (
        "06 02 00 00 00",
        daemon.FileResponse(file_answers.ReadLimitedResult(Ok(file_answers.Data(b"", 0)))),
    ),
    "sought": ("06 05 00 0A", daemon.FileResponse(file_answers.SeekResult(Ok(10)))),
    "accessible": ("06 06 00", daemon.FileResponse(file_answers.AccessResult(Ok(None)))),
    "metadata": (
        "06 07 00 01 02 FB A4 81 01 00 00 00 05 00 00 00 FB 00 10 01",
        daemon.FileResponse(
            file_answers.StatResult(Ok(file_answers.Metadata(inode=2, mode=0o100644, size=5, blocks=1)))
        ),
    ),
    "listed": ("06 0A 00 08", daemon.FileResponse(file_answers.OpenDirectoryResult(Ok(8)))),
    "not listed": (
        "06 0A 01 02 07",
        daemon.FileResponse(file_answers.OpenDirectoryResult(Err(errors.NotDirectory(7)))),
    ),
    "the next": (
        "06 09 00 01 05 00 01 61 08",
        daemon.FileResponse(file_answers.ReadDirectoryResult(Ok(file_answers.Entry(5, 0, "a", 8)))),
    ),
    "no next": ("06 09 00 00", daemon.FileResponse(file_answers.ReadDirectoryResult(Ok(None)))),
    "some": (
        "06 0D 00 08 01 05 00 01 61 08",
        daemon.FileResponse(
            file_answers.ReadDirectoryBatchResult(
                Ok(file_answers.Batch(8, (file_answers.Entry(5, 0, "a", 8),)))
            )
        ),
    ),
    "some as the system tells it": (
        "06 0B 00 07 01 05 00 01 2E 04 18",
        daemon.FileResponse(
            file_answers.ReadRawDirectoryResult(
                Ok(file_answers.RawBatch(7, (file_answers.Entry(5, 0, ".", 4),), 24))
            )
        ),
    ),
    "not written": ("06 03 01 02 07", daemon.FileResponse(client.Unhandled(3, b"\x01\x02\x07"))),
    "no records": (
        "09 01 05 02 00",
        daemon.GetAddrInfoResponse(Err(errors.DnsLookup(errors.DNS_NO_RECORDS, 0))),
    ),
}


@pytest.mark.parametrize(("text", "message"), CLIENT_VECTORS.values(), ids=CLIENT_VECTORS)
def test_a_client_message_has_these_bytes(text: str, message: client.ClientMessage) -> None:
    assert encode_client_message(message) == bytes.fromhex(text)
    assert decode_client_message(bytes.fromhex(text)) == message


@pytest.mark.parametrize(("text", "message"), DAEMON_VECTORS.values(), ids=DAEMON_VECTORS)
def test_a_daemon_message_has_these_bytes(text: str, message: daemon.DaemonMessage) -> None:
    assert encode_daemon_message(message) == bytes.fromhex(text)
    assert decode_daemon_message(bytes.fromhex(text)) == message


ROUND_TRIPS_OF_CLIENTS: list[client.ClientMessage] = [
    client.Close(),
    client.Tcp(client.MirrorPort(70_000 % 65_536)),
    client.Tcp(client.MirrorFilteredPort(443, PathFilter("^/api"))),
    client.Tcp(client.ConnectionUnsubscribe(2**64 - 1)),
    client.Tcp(client.PortUnsubscribe(80)),
    client.TcpSteal(client.StealPort(StealFilteredHeader(80, "a"))),
    client.TcpSteal(client.ConnectionData(300, b"\x00\xff" * 200)),
    client.TcpSteal(
        http.FramedHttpResponse(
            port=80, connection_id=7, status=404, body=(http.Data(b"x"), http.Trailers(()))
        )
    ),
    client.TcpSteal(
        client.ChunkedHttpResponse(
            http.ResponseStart(port=80, connection_id=7, status=101, headers=(("upgrade", b"websocket"),))
        )
    ),
    client.TcpSteal(
        client.ChunkedHttpResponse(http.BodyChunk(frames=(http.Data(b"ab"),), is_last=True, connection_id=7))
    ),
    client.TcpSteal(client.ChunkedHttpResponse(http.ChunkError(connection_id=7))),
    client.PauseTargetRequest(True),
    client.OperatorPong(2**128 - 1),
    client.Unhandled(3, b"\x00\x01a"),
]

ROUND_TRIPS_OF_DAEMONS: list[daemon.DaemonMessage] = [
    daemon.StealEvent(
        daemon.NewConnection(
            connection_id=1,
            remote_address="10.0.0.1",
            destination_port=80,
            source_port=4000,
            local_address="::1",
        )
    ),
    daemon.TcpEvent(daemon.ConnectionBytes(1, b"hello")),
    daemon.TcpEvent(daemon.CloseConnection(1)),
    daemon.TcpEvent(
        http.FramedHttpRequest(method="PURGE", uri="/a?b", connection_id=3, port=80, body=(http.Data(b"1"),))
    ),
    daemon.StealEvent(
        daemon.ChunkedHttpRequest(
            http.RequestStart(
                connection_id=9,
                method="POST",
                uri="/",
                headers=(("a", b"1"), ("a", b"2"), ("b", b"3")),
                source=("10.0.0.1", 999),
                destination=("fd00::1", 80),
                transport=http.TlsTransport(alpn=b"h2", server_name="shop"),
            )
        )
    ),
    daemon.LogMessage("careful", "warn"),
    daemon.GetAddrInfoResponse(Ok((("localhost", "127.0.0.1"),))),
    daemon.GetEnvVarsResponse(Err(errors.SystemFailure(True, errors.AGENT_LOST, "agent lost"))),
]


@pytest.mark.parametrize("message", ROUND_TRIPS_OF_CLIENTS, ids=str)
def test_a_client_message_comes_back_as_it_was(message: client.ClientMessage) -> None:
    assert decode_client_message(encode_client_message(message)) == message


@pytest.mark.parametrize("message", ROUND_TRIPS_OF_DAEMONS, ids=str)
def test_a_daemon_message_comes_back_as_it_was(message: daemon.DaemonMessage) -> None:
    assert decode_daemon_message(encode_daemon_message(message)) == message


ERRORS: list[errors.ResponseError] = [
    errors.IdsExhausted("files"),
    errors.NotFound(1),
    errors.NotDirectory(2),
    errors.NotFile(3),
    errors.RemoteIO(None, errors.IO_PERMISSION_DENIED),
    errors.RemoteIO(-5, errors.IO_NOT_FOUND),
    errors.DnsLookup(0, "no"),
    errors.DnsLookup(4),
    errors.NotImplementedHere(),
    errors.Forbidden(errors.BlockedMirror(80), None),
    errors.StripPrefix("x"),
    errors.OpenLocal(),
    errors.ForbiddenWithReason(errors.BlockedSteal(StealFiltered(80, TENANT)), "p", "because"),
]


@pytest.mark.parametrize("error", ERRORS, ids=str)
def test_an_error_comes_back_as_it_was(error: errors.ResponseError) -> None:
    message = daemon.StealEvent(daemon.SubscribeResult(Err(error)))
    assert decode_daemon_message(encode_daemon_message(message)) == message


WRONG = {
    "nothing": "",
    "unknown kind": "12",
    "truncated": "0A 06 31",
    "too much": "07 07",
    "a port above 65535": "02 00 00 FC 00 00 01 00",
    "reserved marker": "02 00 00 FF",
    "no steal type": "02 00 03 50",
    "not UTF-8": "0A 01 FF",
    "an endless list": "06 FD FF FF FF FF FF FF FF 7F",
    "no boolean": "09 02",
    "no method": "02 00 02 50 03 0A",
    "no body filter": "02 00 02 50 04 01 00 00",
    "no family": "0D 01 61 00 05 00 00 00",
    "no question about files": "05 1E",
    "no place in a file": "05 04 07 03 00",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(DecodeError):
        decode_client_message(bytes.fromhex(text))


SUBSCRIPTIONS: list[tuple[client.ClientMessage, Subscription | None]] = [
    (client.Tcp(client.MirrorPort(80)), Subscription(port=80, mode="mirror")),
    (client.Tcp(client.MirrorFilteredPort(80, TENANT)), Subscription(port=80, mode="mirror", filter=TENANT)),
    (client.TcpSteal(client.StealPort(StealAll(80))), Subscription(port=80, mode="steal")),
    (
        client.TcpSteal(client.StealPort(StealFilteredHeader(80, TENANT.pattern))),
        Subscription(port=80, mode="steal", filter=TENANT),
    ),
    (
        client.TcpSteal(client.StealPort(StealFiltered(80, TENANT))),
        Subscription(port=80, mode="steal", filter=TENANT),
    ),
    (client.Ping(), None),
]


@pytest.mark.parametrize(("message", "subscription"), SUBSCRIPTIONS)
def test_a_message_asks_for_this_subscription(message: Any, subscription: Subscription | None) -> None:
    assert subscription_of(message) == subscription


NUMBER = "FE 10 0F 0E 0D 0C 0B 0A 09 08 07 06 05 04 03 02 81"
REFUSALS: list[tuple[str, str | None]] = [
    ("0F 00 7F 00 00 01", "0E 01 05 02 00"),
    ("03 00 00 00 7F 00 00 01 50", "03 00 01 04 01 DE 02"),
    ("04 00 00 00 7F 00 00 01 50", "04 00 01 04 01 DE 02"),
    (f"03 03 {NUMBER} 00 00 7F 00 00 01 50", f"03 03 {NUMBER} 01 04 01 DE 02"),
    (f"04 03 {NUMBER} 00 00 7F 00 00 01 50", f"04 03 {NUMBER} 01 04 01 DE 02"),
    (f"10 02 {NUMBER} 01 00 02 2F 61", f"0F 02 {NUMBER} 01 04 01 DE 02"),
    ("03 01 00 01 61", None),
    ("03 02 00", None),
    ("10 01 00", None),
    ("11 00", None),
]


@pytest.mark.parametrize(("asked", "answered"), REFUSALS)
def test_what_is_not_simulated_is_answered_with_an_error_of_its_kind(
    asked: str, answered: str | None
) -> None:
    message = decode_client_message(bytes.fromhex(asked))
    assert isinstance(message, client.Unhandled)
    answer = refuse(message)
    assert (None if answer is None else encode_daemon_message(answer).hex(" ").upper()) == answered


FILE_REFUSALS: list[tuple[str, str]] = [
    ("05 05 07 01 61", "06 03 01 04 01 04 00"),
    ("05 0F 02 2F 61", "06 0C 01 04 01 04 00"),
    ("05 1D 01", "06 16 01 04 01 04 00"),
]


@pytest.mark.parametrize(("asked", "answered"), FILE_REFUSALS)
def test_what_is_not_simulated_of_files_is_answered_with_an_error_of_its_kind(
    asked: str, answered: str
) -> None:
    message = decode_client_message(bytes.fromhex(asked))
    assert isinstance(message, client.FileRequest)
    assert isinstance(message.question, client.Unhandled)
    assert encode_daemon_message(refuse_file(message.question)).hex(" ").upper() == answered


@pytest.mark.parametrize("text", ["03", "03 03 FE 10", "10 02"], ids=["nothing", "cut off", "no number"])
def test_a_malformed_connection_outwards_costs_the_connection(text: str) -> None:
    message = decode_client_message(bytes.fromhex(text))
    assert isinstance(message, client.Unhandled)
    assert isinstance(refuse(message), daemon.DaemonClose)


def test_where_no_answer_is_known_the_connection_is_closed() -> None:
    message = decode_client_message(bytes.fromhex("0C 00"))
    assert isinstance(message, client.Unhandled)
    assert refuse(message) == daemon.DaemonClose("Vpn is not simulated")


def test_refusals_of_the_model_have_their_errors() -> None:
    steal = Subscription(port=80, mode="steal", filter=TENANT)
    assert errors.error_of(PortAlreadyStolenError.of_port(80)) == errors.PortAlreadyStolen(80)
    assert errors.error_of(BlockedError.by_policy(steal, "p")) == errors.Forbidden(
        errors.BlockedSteal(StealFiltered(80, TENANT)), "p"
    )
    mirror = Subscription(port=80, mode="mirror")
    assert errors.error_of(BlockedError.by_policy(mirror, "", "why")) == errors.ForbiddenWithReason(
        errors.BlockedMirror(80), None, "why"
    )


LEAVES = st.one_of(
    st.builds(HeaderFilter, st.text()),
    st.builds(PathFilter, st.text()),
    st.builds(MethodFilter, st.sampled_from(["get", "POST", "purge", "Custom"])),
    st.builds(BodyFilter, st.text(), st.text()),
    st.builds(HeaderJqFilter, st.text()),
)
FILTERS = st.recursive(
    LEAVES, lambda inner: st.builds(CompositeFilter, st.booleans(), st.lists(inner, max_size=4).map(tuple))
)


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(FILTERS, st.integers(0, 65_535))
def test_any_filter_comes_back_as_it_was(filter_: Any, port: int) -> None:
    message = client.TcpSteal(client.StealPort(StealFiltered(port, filter_)))
    assert decode_client_message(encode_client_message(message)) == message


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(st.binary(max_size=60))
def test_no_bytes_do_worse_than_be_refused(data: bytes) -> None:
    for decode in (decode_client_message, decode_daemon_message):
        try:
            decode(data)
        except DecodeError:
            continue
