"""Who a session belongs to, as text and back."""

from __future__ import annotations

import pytest

from fakes.mirrord.model.owner import Owner, clean_name, parse_user, user_id


def test_an_owner_is_shown_as_three_parts() -> None:
    owner = Owner(
        username="Aviram Hassan", k8s_username="aviram@metalbear.co", hostname="avirams-macbook-pro-2.local"
    )
    assert str(owner) == "Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local"
    assert parse_user(str(owner)) == ("Aviram Hassan", "aviram@metalbear.co", "avirams-macbook-pro-2.local")


TEXTS = [
    ("a/b/c@h", ("a", "b/c", "h")),
    ("a@h", ("a", "", "h")),
    ("a/b", ("a", "b", "")),
    ("preview-env", ("preview-env", "", "")),
]


@pytest.mark.parametrize(("text", "parts"), TEXTS)
def test_a_user_text_is_split_at_the_last_at_and_the_first_slash(
    text: str, parts: tuple[str, str, str]
) -> None:
    assert parse_user(text) == parts


CLEANED = [("Łukasz K", "ukasz K"), (" a ", "a"), ("陈", "unknown"), ("", "unknown"), (None, "unknown")]


@pytest.mark.parametrize(("text", "cleaned"), CLEANED)
def test_a_name_is_cleaned_before_it_is_sent(text: str | None, cleaned: str) -> None:
    assert clean_name(text) == cleaned


def test_a_user_id_is_the_public_key_in_base64_without_padding() -> None:
    assert user_id(b"a") == "YQ"
