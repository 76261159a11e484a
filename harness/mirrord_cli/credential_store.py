"""The file of certificates and keys, ``~/.mirrord/credentials``: YAML, by license of the operator and subscription."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import yaml

from harness.mirrord_cli.certificates import Certificate
from harness.mirrord_cli.key_pairs import KeyPair

__all__ = ["CredentialStore", "Credentials", "opened_store"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A certificate and the key it was asked for with."""

    certificate: Certificate
    key_pair: KeyPair


@dataclass(slots=True, kw_only=True)
class CredentialStore:
    """What the file holds: credentials by license fingerprint, keys by subscription."""

    credentials: dict[str, Credentials] = field(default_factory=dict)
    signing_keys: dict[str, KeyPair] = field(default_factory=dict)


@contextmanager
def opened_store(home: Path) -> Iterator[CredentialStore]:
    """The store, locked while it is used, and written back if nothing was raised.

    Raises:
        OSError: the file cannot be had.
    """
    directory = home / ".mirrord"
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "credentials").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        store = _load(file)
        yield store
        file.seek(0)
        file.truncate()
        yaml.safe_dump(_to_content(store), file)


def _load(file: TextIO) -> CredentialStore:
    """A file that makes no sense counts as empty."""
    file.seek(0)
    try:
        return _from_content(yaml.load(file, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError):
        return CredentialStore()


def _from_content(content: Mapping[str, Any]) -> CredentialStore:
    return CredentialStore(
        credentials={
            fingerprint: Credentials(
                certificate=Certificate.from_pem(entry["certificate"]),
                key_pair=KeyPair.from_pem(entry["key_pair"]),
            )
            for fingerprint, entry in content.get("credentials", {}).items()
        },
        signing_keys={name: KeyPair.from_pem(pem) for name, pem in content.get("signing_keys", {}).items()},
    )


def _to_content(store: CredentialStore) -> dict[str, Any]:
    return {
        "credentials": {
            fingerprint: {"certificate": entry.certificate.to_pem(), "key_pair": entry.key_pair.to_pem()}
            for fingerprint, entry in store.credentials.items()
        },
        "signing_keys": {name: key_pair.to_pem() for name, key_pair in store.signing_keys.items()},
    }
