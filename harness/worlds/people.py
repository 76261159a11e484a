"""People and their machines, made up from a seed."""

from __future__ import annotations

import re
from zlib import crc32

from harness.worlds import Person

__all__ = ["invented"]

_NOT_IN_HOSTNAMES = re.compile(r"[^a-z0-9]+")


def invented(person: Person, seed: int) -> Person:
    """The person with everything filled in that the world leaves open.

    The same key and seed give the same person, whoever else lives in the world.
    """
    if person.real_name is not None and person.user is not None and person.hostname is not None:
        return person
    from faker import Faker

    faker = Faker(use_weighting=False)
    faker.seed_instance(crc32(f"{seed}/{person.key}".encode()))
    real_name = person.real_name or f"{person.key.title()} {faker.last_name()}"
    login = _NOT_IN_HOSTNAMES.sub(".", real_name.lower()).strip(".")
    machine = faker.random_element(("macbook-pro", "thinkpad", "desktop", "framework"))
    return Person(
        key=person.key,
        real_name=real_name,
        user=person.user or f"{login}@example.com",
        hostname=person.hostname or f"{login.partition('.')[0]}s-{machine}.local",
        groups=person.groups,
        roles=person.roles,
    )
