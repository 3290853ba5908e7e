"""Page tokens: where a listing goes on, in a form that nobody is tempted to make up. Pure."""

from __future__ import annotations

import base64
import hashlib
import struct

_FORMAT = struct.Struct(">8sq")


class InvalidTokenError(ValueError):
    """The token was not given for this listing."""


def make_token(listing: str, place: int) -> str:
    """Returns the token for the page after a place.

    Args:
        listing: What is listed; a token is good for nothing else.
        place: Of the last entry that was given, from 0.
    """
    return base64.urlsafe_b64encode(_FORMAT.pack(_digest(listing), place)).decode().rstrip("=")


def read_token(listing: str, token: str) -> int:
    """Returns the place for which a token was made.

    Raises:
        InvalidTokenError: It was made for another listing, or not by us.
    """
    try:
        packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        digest, place = _FORMAT.unpack(packed)
    except (ValueError, struct.error) as error:
        raise InvalidTokenError(token) from error
    if digest != _digest(listing):
        raise InvalidTokenError(token)
    return int(place)


def _digest(listing: str) -> bytes:
    return hashlib.sha256(listing.encode("utf-8", "replace")).digest()[:8]
