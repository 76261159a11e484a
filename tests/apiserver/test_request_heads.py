"""Heads of requests are read, or refused, as a Go server does it."""

import pytest

from fakes.apiserver.request_heads import (
    RequestLine,
    is_plain,
    read_request_line,
    refusal,
    refusal_of_headers,
)

REFUSED = "400 Bad Request"


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        (b"GET /api/v1/pods?labelSelector=a%3Db HTTP/1.1\r\n", True),
        (b"TRACE / HTTP/1.0\r\n", True),
        (b"FOO / HTTP/1.1\r\n", False),
        (b"CONNECT / HTTP/1.1\r\n", False),
        (b"GET /a%2Fb HTTP/1.1\r\n", False),
        (b"GET /a#b HTTP/1.1\r\n", False),
        (b"GET /\xc3\xa9 HTTP/1.1\r\n", False),
        (b"GET http://a/ HTTP/1.1\r\n", False),
        (b"GET / HTTP/1.2\r\n", False),
        (b"GET / HT", False),
    ],
)
def test_most_lines_need_no_second_look(line: bytes, plain: bool) -> None:
    assert is_plain(line + b"host: a\r\n\r\n") is plain


@pytest.mark.parametrize(
    ("line", "method", "target"),
    [
        (b"FOO / HTTP/1.1", "FOO", b"/ HTTP/1.1"),
        (b"get /a?b HTTP/1.1", "get", b"/a?b HTTP/1.1"),
        (b"GET /a%2Fb HTTP/1.0", "GET", b"/a%2Fb HTTP/1.0"),
        (b"GET /a#b HTTP/1.1", "GET", b"/a%23b HTTP/1.1"),
        (b"GET /\xc3\xa9?\xe9 HTTP/1.1", "GET", b"/%C3%A9?%E9 HTTP/1.1"),
        (b"GET /a?%zz HTTP/1.1", "GET", b"/a?%zz HTTP/1.1"),
        (b"GET http://a:1/b?c HTTP/1.1", "GET", b"/b?c HTTP/1.1"),
        (b"GET http://[::1]/b HTTP/1.1", "GET", b"/b HTTP/1.1"),
        (b"GET http://a HTTP/1.1", "GET", b"/ HTTP/1.1"),
        (b"GET /a HTTP/1.2", "GET", b"/a HTTP/1.1"),
        (b"OPTIONS * HTTP/1.1", "OPTIONS", b"* HTTP/1.1"),
    ],
)
def test_any_method_and_any_path_are_read(line: bytes, method: str, target: bytes) -> None:
    assert read_request_line(line) == RequestLine(b"PURGE " + target + b"\r\n", method)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"", REFUSED), (b"GET /", REFUSED), (b"F@O / HTTP/1.1", REFUSED), (b" / HTTP/1.1", REFUSED),
        (b"GET /a% HTTP/1.1", REFUSED), (b"GET /%2 HTTP/1.1", REFUSED), (b"GET /%zz HTTP/1.1", REFUSED),
        (b"GET  / HTTP/1.1", REFUSED), (b"GET /a\x00 HTTP/1.1", REFUSED), (b"GET a HTTP/1.1", REFUSED),
        (b"GET http://[/a HTTP/1.1", REFUSED), (b"GET / HTTP/1.10", REFUSED), (b"GET / HTTPS/1.1", REFUSED),
        (b"GET / HTTP/2.0", "505 HTTP Version Not Supported: unsupported protocol version"),
    ],
)  # fmt: skip
def test_what_is_no_request_line_is_refused(line: bytes, status: str) -> None:
    assert read_request_line(line) == status


@pytest.mark.parametrize(
    ("headers", "version", "status"),
    [
        ([(b"host", b"a:1")], "1.1", None),
        ([(b"host", b"[::1]:1")], "1.1", None),
        ([(b"host", b"")], "1.1", None),
        ([], "1.0", None),
        ([], "1.1", "400 Bad Request: missing required Host header"),
        ([(b"host", b"a"), (b"host", b"a")], "1.1", REFUSED),
        ([(b"host", b"a b")], "1.1", "400 Bad Request: malformed Host header"),
        ([(b"host", b"a"), (b"expect", b"100-Continue")], "1.1", None),
        ([(b"host", b"a"), (b"expect", b"x")], "1.1", "417 Expectation Failed"),
        ([(b"host", b"a"), (b"transfer-encoding", b"gzip, chunked")], "1.1", "501 Not Implemented"),
    ],
)
def test_a_request_has_one_host(headers: list[tuple[bytes, bytes]], version: str, status: str | None) -> None:
    assert refusal_of_headers(headers, version) == status


def test_a_refusal_says_its_status_and_ends_the_connection() -> None:
    assert refusal(REFUSED) == (
        b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request"
    )
