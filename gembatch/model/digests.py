"""Canonical JSON, and the digest over what decides a job's rows and result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import NewType

from gembatch.model.document import Json

Digest = NewType("Digest", str)
"""`METHOD:HEX`: the method's number, a colon, and 64 hexadecimal digits."""


def canonical_json(value: Json) -> str:
    """Returns the one spelling of a JSON value: keys sorted, no spaces, no escapes beyond what JSON demands.

    Whole floats are written as integers, as JSON makes no difference between `1.0` and `1`.
    """
    text = _ENCODER.encode(value)
    # Whole floats are rare, and leave one of these. What only looks like one costs the time for a second look.
    return _ENCODER.encode(_plain(value)) if ".0" in text or "e+" in text else text


# Made once: `json.dumps` would make one for each of ten thousand jobs.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _plain(value: Json) -> Json:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sha256_of_canonical_json(content: Json) -> str:
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


# Every method ever shipped stays here: a lockfile's digest is compared by the method that made it.
METHODS: dict[str, Callable[[Json], str]] = {"1": _sha256_of_canonical_json}
CURRENT_METHOD = "1"


def digest_of(content: Json, method: str = CURRENT_METHOD) -> Digest:
    """Returns the digest of `content`, computed and prefixed with `method`.

    Raises:
        KeyError: No such method was ever shipped.
    """
    return Digest(f"{method}:{METHODS[method](content)}")


def method_of(digest: Digest) -> str:
    """Returns the method that made a digest."""
    return digest.partition(":")[0]


def label_of(digest: Digest) -> str:
    """Returns the digest's form on a job's label: 32 hexadecimal digits, since a label value cannot hold 64."""
    return digest.partition(":")[2][:32]


_FROM_LABEL = "label"


def digest_from_label(label: str) -> Digest:
    """Returns what can be known of a digest from a job's label alone."""
    return Digest(f"{_FROM_LABEL}:{label}")


def is_known(digest: Digest) -> bool:
    """Whether this version can say what a digest is of."""
    method = method_of(digest)
    return method == _FROM_LABEL or method in METHODS


def is_digest_of(digest: Digest, content: Json) -> bool:
    """Whether a recorded digest is that of `content`, by the method that the digest names.

    A digest by a method that this version does not know is nobody's: see `is_known`. One read off a label is compared
    as a label.
    """
    method = method_of(digest)
    if method == _FROM_LABEL:
        return any(label_of(digest) == label_of(digest_of(content, known)) for known in METHODS)
    return method in METHODS and digest == digest_of(content, method)
