"""References to owners that were sent twice: the first of each stays, and the client is told.

A create and an update look before and after mutating admission, a patch only afterwards.
Source: k8s.io/apiserver, pkg/endpoints/handlers/rest.go.
"""

from __future__ import annotations

from typing import Any

__all__ = ["keep_owners_once"]

_ADVICE = (
    "API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your "
    "requests; duplicate UID(s) observed: "
)


def keep_owners_once(obj: dict[str, Any], warnings: list[str], *, admitted: bool) -> None:
    """Drop repeated references in place; ``admitted`` says that mutating admission has been."""
    references = obj["metadata"].get("ownerReferences")
    if not references or len(references) < 2:
        return
    kept: list[Any] = []
    repeated: list[str] = []
    for reference in references:
        if reference in kept:
            repeated.append(reference.get("uid", ""))
        else:
            kept.append(reference)
    if repeated:
        obj["metadata"]["ownerReferences"] = kept
        when = " after mutating admission happens" if admitted else ""
        found = f".metadata.ownerReferences contains duplicate entries{when}; "
        warnings.append(f"{found}{_ADVICE}{', '.join(repeated)}")
