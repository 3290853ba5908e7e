"""Takes apart a `multipart/related` body (RFC 2046 section 5.1): here, an object's metadata and then its content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from itertools import pairwise

from gembatch.emulator.storage.errors import invalid

_HEAD = re.compile(rb"((?:[^\r\n]+\r?\n)*)\r?\n")


@dataclass(frozen=True, slots=True)
class BodyPart:
    """One part of a body.

    Attributes:
        content_type: As sent; empty when it has none.
        content: The bytes.
    """

    content_type: str
    content: bytes


def parse_multipart(content_type: str, body: bytes) -> tuple[BodyPart, ...]:
    """Returns the parts of a body, in order.

    Args:
        content_type: The request's header, which names the boundary.
        body: The request's body.

    Raises:
        StorageApiError: 400, when there is no boundary, or the body does not end with one.
    """
    boundary = re.escape(_boundary(content_type))
    delimiters = list(re.finditer(rb"(?:\A|\r?\n)--" + boundary + rb"(--)?[ \t]*(?:\r?\n|\Z)", body))
    if not delimiters or delimiters[-1][1] is None:
        raise invalid("Missing end boundary in multipart body.")
    return tuple(_part(body[start.end() : end.start()]) for start, end in pairwise(delimiters))


def _boundary(content_type: str) -> bytes:
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        raise invalid("Missing boundary in multipart content type.")
    return boundary.encode("latin-1", "replace")


def _part(text: bytes) -> BodyPart:
    head = _HEAD.match(text)
    if head is None:
        raise invalid("A part of the multipart body has no end of its headers.")
    headers = message_from_bytes(head[1])
    return BodyPart(headers.get("Content-Type", ""), text[head.end() :])
