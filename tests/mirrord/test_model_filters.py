"""HTTP filters: what they match, and how they are shown. The numbered rows are those of the product's description."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.mirrord.model.filter_texts import parse_filter
from fakes.mirrord.model.filters import (
    BodyFilter,
    CompositeFilter,
    HeaderFilter,
    HeaderJqFilter,
    HttpFilter,
    MethodFilter,
    PathFilter,
    header_patterns,
    needs_body,
)
from fakes.mirrord.model.matching import check, matches
from fakes.mirrord.model.regexes import InvalidPatternError, UnsupportedPatternError, compile_search
from fakes.mirrord.model.requests import Request

TENANT = "X-PG-Tenant: Avi.+"
BAGGAGE = "^baggage: .*mirrord-session=k1.*$"
NO_PROBE = "^User-Agent: (?!kube-probe)"
ALL = CompositeFilter(True, (HeaderFilter("x-u: a"), PathFilter("^/o"), MethodFilter("GET")))
ANY = CompositeFilter(False, (HeaderFilter("x-u: a"), PathFilter("^/o")))
PRICE = "$..[?(typeof(@.price)=='number')].price"

HEADERS: list[tuple[int, str, list[tuple[str, str]], bool]] = [
    (1, TENANT, [("X-PG-Tenant", "Avi-1")], True),
    (2, TENANT, [("x-pg-tenant", "aviram")], True),
    (3, TENANT, [("X-PG-Tenant", "Avi")], False),
    (4, TENANT, [("X-PG-Tenant", "Bob")], False),
    (5, TENANT, [], False),
    (6, TENANT, [("X-PG-Tenant", "Bob"), ("X-PG-Tenant", "Avi2")], True),
    (7, TENANT, [("X-PG-Tenant", "Bob, Avi2")], False),
    (8, TENANT, [("X-Note", "X-PG-Tenant: Avi9")], True),
    (9, f"^{TENANT}$", [("X-Note", "X-PG-Tenant: Avi9")], False),
    (10, "X-PG-Tenant:Avi", [("X-PG-Tenant", "Avi9")], False),
    (11, TENANT, [("X-PG-Tenant", "Avi-é")], False),
    (12, "tenant", [("X-PG-Tenant", "zed")], True),
    (13, BAGGAGE, [("baggage", "a=1,mirrord-session=k1,b=2")], True),
    (14, BAGGAGE, [("baggage", "mirrord-session=k10")], True),
    (15, NO_PROBE, [("User-Agent", "kube-probe/1.29")], False),
    (16, NO_PROBE, [("User-Agent", "curl/8")], True),
    (17, NO_PROBE, [], False),
    (18, "^(?!User-Agent: kube-probe)", [("Host", "a"), ("User-Agent", "kube-probe/1.29")], True),
    (19, "x-filter: yes", [("x-filter", "YES please")], True),
    (101, "x-a: b$", [("X-A", "  b \t")], True),
    (102, "(?-i:X-A)", [("X-A", "b")], False),
    (103, "x-a: (b)\\1", [("x-a", "bB")], True),
    (104, "x-a: a\tb", [("x-a", "a\tb")], True),
    (105, ".", [("x-a", "\x01")], False),
]


@pytest.mark.parametrize(("row", "pattern", "headers", "matched"), HEADERS)
def test_a_header_filter(row: int, pattern: str, headers: list[tuple[str, str]], matched: bool) -> None:
    assert matches(HeaderFilter(pattern), Request.of(headers=headers)) is matched, row


PATHS = [
    (20, "/api", "GET", "/v1/API/x", True),
    (21, "^/api$", "GET", "/api?x=1", True),
    (22, "^/api$", "GET", "/api/", False),
    (23, "x=1$", "GET", "/a?x=1", True),
    (24, "^/a\\?x=1$", "GET", "/a?x=1&y=2", False),
    (25, "^(?!/health/)", "GET", "/health/live", False),
    (26, "^(?!/health/)", "GET", "/health", True),
    (27, "^(?!.*debug=1)", "GET", "/a?debug=1", True),
    (28, "example\\.com", "GET", "http://example.com/x", False),
    (29, "/a b", "GET", "/a%20b", False),
    (30, "/", "CONNECT", "host:443", False),
    (101, "^/x$", "GET", "http://example.com/x", True),
    (102, "^/$", "GET", "http://example.com", True),
    (103, "^/\\?a=1$", "GET", "http://example.com?a=1", True),
    (104, "^\\*$", "OPTIONS", "*", True),
]


@pytest.mark.parametrize(("row", "pattern", "method", "target", "matched"), PATHS)
def test_a_path_filter(row: int, pattern: str, method: str, target: str, matched: bool) -> None:
    assert matches(PathFilter(pattern), Request.of(method, target)) is matched, row


METHODS = [
    (31, "post", "POST", True),
    (32, "POST", "PUT", False),
    (33, "purge", "PURGE", True),
    (34, "POS", "POST", False),
]


@pytest.mark.parametrize(("row", "wanted", "method", "matched"), METHODS)
def test_a_method_filter(row: int, wanted: str, method: str, matched: bool) -> None:
    assert matches(MethodFilter(wanted), Request.of(method)) is matched, row


COMPOSITES: list[tuple[int, CompositeFilter, str, str, bool, bool]] = [
    (35, ALL, "GET", "/orders", True, True),
    (36, ALL, "POST", "/orders", True, False),
    (37, ANY, "GET", "/orders", False, True),
    (38, ANY, "GET", "/p", False, False),
    (101, CompositeFilter(True, ()), "GET", "/", False, True),
    (102, CompositeFilter(False, ()), "GET", "/", False, False),
    (103, CompositeFilter(True, (ANY, MethodFilter("GET"))), "GET", "/p", True, True),
    (104, CompositeFilter(True, (ANY, MethodFilter("GET"))), "GET", "/p", False, False),
]


@pytest.mark.parametrize(("row", "filter_", "method", "target", "header", "matched"), COMPOSITES)
def test_a_composite_filter(
    row: int, filter_: CompositeFilter, method: str, target: str, header: bool, matched: bool
) -> None:
    headers = [("x-u", "a")] if header else []
    assert matches(filter_, Request.of(method, target, headers)) is matched, row


BODIES: list[tuple[int, str, str, bytes | None, bool]] = [
    (39, PRICE, "99$", b'{"i":{"price":199}}', True),
    (40, PRICE, "99$", b'{"i":{"price":"199"}}', False),
    (41, "$.a", "X", b'{"a":"x"}', False),
    (42, "$.a", "^true$", b'{"a":true}', True),
    (43, "$", ".", b"{", False),
    (43, "$", ".", b"", False),
    (43, "$", ".", None, False),
    (101, "$.library.books[*]", r"^\d{3,5}$", b'{"library":{"books":[34555,1233,234,23432]}}', True),
    (102, "$.library.books[*]", "^4$", b'{"library":{"books":[34555]}}', False),
    (103, "$[?(typeof(@)=='number')]", "4$", b"[1111,2222,4444]", True),
    (104, "$[?(typeof(@)=='number')]", "4$", b'["1111","2222","4444"]', False),
    (105, "$.a", r'^\{"b":\[1,null\]\}$', b'{"a": {"b": [1, null]}}', True),
    (106, "$", "^x$", b'"x"', True),
    (107, "$[?(typeof(@.*)=='number')]", ".", b"[[1,2]]", True),
    (108, "$[?(typeof(@.*)=='number')]", ".", b'[[1,"2"]]', False),
    (109, "$.a", "^é$", '{"a":"é"}'.encode(), True),
    (110, "$.a", ".", b'{"a":"\xff"}', False),
]


@pytest.mark.parametrize(("row", "query", "pattern", "body", "matched"), BODIES)
def test_a_body_filter(row: int, query: str, pattern: str, body: bytes | None, matched: bool) -> None:
    assert matches(BodyFilter(query, pattern), Request.of("POST", body=body)) is matched, row


ORDERS = CompositeFilter(True, (PathFilter("/orders"), BodyFilter(PRICE, "99$")))
SHOP = [
    ("/orders", b'{"items":[{"price":199}]}', True),
    ("/orders", b'{"items":[{"price":150},{"price":42}]}', False),
    ("/payments", b'{"items":[{"price":199}]}', False),
]


@pytest.mark.parametrize(("target", "body", "matched"), SHOP)
def test_a_path_and_a_body_together(target: str, body: bytes, matched: bool) -> None:
    assert matches(ORDERS, Request.of("POST", target, body=body)) is matched


PROGRAMS = [
    ('startswith("x-a: ")', True),
    ('startswith("x-b")', False),
    ('split(": ") | .[0] == "x-a" and (.[1] | tonumber) > 0', True),
    ('test("^X-A"; "i")', True),
    ('test("^X-A")', False),
    ('ascii_upcase | contains("A: 1")', True),
    ('if endswith("1") then true else false end', True),
    ('"a string", true', True),
    ("false, true", False),
    ("empty", False),
    (".", False),
    ("tonumber == 1", False),
    ('select(startswith("x-a")) | true', True),
    ('.[0:3] == "x-a"', True),
    ('[1] | false', None),
    (". as $x | true", None),
    ("(", None),
]  # fmt: skip


@pytest.mark.parametrize(("program", "matched"), PROGRAMS)
def test_a_jq_filter_runs_on_each_header_line(program: str, matched: bool | None) -> None:
    request = Request.of(headers=[("x-a", "1")])
    if matched is None:
        with pytest.raises(ValueError, match="jq"):
            check(HeaderJqFilter(program))
    else:
        assert matches(HeaderJqFilter(program), request) is matched


SHOWN: list[tuple[HttpFilter, str]] = [
    (HeaderFilter("baggage: .*mirrord-session=Avi.+"), "header=baggage: .*mirrord-session=Avi.+"),
    (PathFilter("/api"), "path=/api"),
    (MethodFilter("post"), "method=POST"),
    (MethodFilter("Purge"), "method=Purge"),
    (CompositeFilter(True, (HeaderFilter("a"), PathFilter("b"))), "all of (header=a), (path=b)"),
    (CompositeFilter(False, (HeaderFilter("a"), PathFilter("b"))), "any of (header=a), (path=b)"),
    (CompositeFilter(True, (CompositeFilter(False, (HeaderFilter("a"),)),)), "all of (any of (header=a))"),
    (BodyFilter("$.a", "b"), "body=Json"),
    (HeaderJqFilter("true"), "header_jq=true"),
]


@pytest.mark.parametrize(("filter_", "text"), SHOWN)
def test_a_filter_is_shown(filter_: HttpFilter, text: str) -> None:
    assert str(filter_) == text


READABLE = [row for row in SHOWN if not isinstance(row[0], BodyFilter)]


@pytest.mark.parametrize(("filter_", "text"), READABLE)
def test_the_text_of_a_filter_is_read_back(filter_: HttpFilter, text: str) -> None:
    assert parse_filter(text) == filter_


@pytest.mark.parametrize(
    "text", ["", "body=Json", "all of header=a", "all of (header=a", "all of (header=a) (path=b)"]
)
def test_a_text_that_tells_no_filter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is"):
        parse_filter(text)


PATTERNS = st.lists(
    st.sampled_from(["a", "x-b: ", "(?:c|d)", "\\(", "[(]", "^", "é"]),
    max_size=5,
).map("".join)
LEAVES = st.one_of(
    st.builds(HeaderFilter, PATTERNS),
    st.builds(PathFilter, PATTERNS),
    st.builds(MethodFilter, st.sampled_from(["GET", "purge"])),
)
ANY_FILTER: st.SearchStrategy[HttpFilter] = st.recursive(
    LEAVES, lambda inner: st.builds(CompositeFilter, st.booleans(), st.lists(inner, max_size=3).map(tuple))
)


@settings(max_examples=80, deadline=None, database=None, derandomize=True)
@given(ANY_FILTER)
def test_the_text_of_any_filter_is_read_back(filter_: HttpFilter) -> None:
    assert parse_filter(str(filter_)) == filter_


def test_a_filter_knows_whether_it_needs_the_body_and_which_headers_it_asks_for() -> None:
    nested = CompositeFilter(
        False, (HeaderFilter("a"), CompositeFilter(True, (BodyFilter("$", "."), HeaderFilter("b"))))
    )
    assert needs_body(nested)
    assert not needs_body(ALL)
    assert header_patterns(nested) == ("a", "b")


WRONG: list[tuple[HttpFilter, str]] = [
    (HeaderFilter("("), "error compiling regex: "),
    (CompositeFilter(True, (PathFilter("[z-a]"),)), "error compiling regex: "),
    (BodyFilter("$.[", "."), "error compiling jsonpath query: "),
    (BodyFilter("$", "*"), "error compiling regex: "),
    (HeaderJqFilter("and"), "error compiling jq expression: "),
]


@pytest.mark.parametrize(("filter_", "text"), WRONG, ids=str)
def test_a_wrong_filter_says_what_is_wrong(filter_: HttpFilter, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        check(filter_)


DIALECT: list[tuple[str, str, bool]] = [
    ("a$", "a\n", False),
    ("(?<!a)b", "cb", True),
    ("[[:alpha:]]+[[:digit:]]", "ab1", True),
    ("[^[:digit:]]", "1", False),
    ("a{,2}b", "aab", True),
    ('{"a"', '{"a":1}', True),
    ("x{y}", "x{y}", True),
    ("[{]", "{", True),
    ("\\{", "{", True),
    ("\\x{41}", "A", True),
    ("\\p{L}", "é", True),
    ("a++b", "aab", True),
    ("^(?=.)(a|aa)+(?<!b)$", "a" * 40 + "b", False),
]


@pytest.mark.parametrize(("pattern", "text", "found"), DIALECT)
def test_patterns_are_in_the_dialect_of_the_product(pattern: str, text: str, found: bool) -> None:
    assert compile_search(pattern)(text) is found


@pytest.mark.parametrize(
    "pattern", ["(?>a)", "\\h", "\\K", "(?P<n>a)(?P=n)", "(?<n>a)\\k<n>", "[[:^alpha:]]"]
)
def test_a_pattern_that_cannot_be_simulated_is_not_called_wrong(pattern: str) -> None:
    with pytest.raises(UnsupportedPatternError, match="cannot be simulated"):
        compile_search(pattern)


@pytest.mark.parametrize("pattern", ["(", "*", "[[:foo:]]", "\\\\K("])
def test_a_wrong_pattern_is_called_wrong(pattern: str) -> None:
    with pytest.raises(InvalidPatternError) as refusal:
        compile_search(pattern)
    assert type(refusal.value) is InvalidPatternError


def test_headers_are_given_as_text_or_bytes() -> None:
    given: Any = [(b"X-A", b"1"), ("x-b", "2")]
    assert Request.of(headers=given).lines == ["x-a: 1", "x-b: 2"]
