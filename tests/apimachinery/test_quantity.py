"""Quantities are compared by value and printed as the server prints them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from fakes.apimachinery.quantity import Quantity, QuantityError, canonical


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("0", "0"),
        ("0m", "0"),
        ("1", "1"),
        ("1000m", "1"),
        ("100m", "100m"),
        ("0.1", "100m"),
        ("1.5", "1500m"),
        ("1.500", "1.500"),
        ("1000", "1k"),
        ("1024", "1024"),
        ("1024Ki", "1Mi"),
        ("1000Mi", "1000Mi"),
        ("0.5Gi", "512Mi"),
        ("1.5Gi", "1536Mi"),
        ("128Mi", "128Mi"),
        ("1e3", "1e3"),
        ("1000e3", "1e6"),
        ("-1000m", "-1"),
        ("0.1n", "1n"),
        ("100Ki", "100Ki"),
        ("2G", "2G"),
        ("2000M", "2G"),
    ],
)
def test_a_quantity_is_printed_again(text: str, printed: str) -> None:
    assert canonical(text) == printed


@pytest.mark.parametrize(
    ("text", "value"), [("1500m", Fraction(3, 2)), ("-1Ki", Fraction(-1024)), ("1e2", Fraction(100))]
)
def test_a_quantity_has_a_value(text: str, value: Fraction) -> None:
    assert Quantity.parse(text).value == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
        (
            "1 Gi",
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        ),
        ("1GG", "unable to parse quantity's suffix"),
    ],
)
def test_what_is_no_quantity_is_refused(text: str, message: str) -> None:
    with pytest.raises(QuantityError) as caught:
        Quantity.parse(text)
    assert str(caught.value) == message
