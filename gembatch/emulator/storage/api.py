"""The Cloud Storage JSON API over HTTP: buckets, and objects once they are there. Uploads are in `upload_api`.

Rules: https://cloud.google.com/storage/docs/json_api/v1
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping

from gembatch.emulator.http import Json, Request, Response, Router, decode_segment, json_response
from gembatch.emulator.permissions import Permissions
from gembatch.emulator.storage.downloads import download
from gembatch.emulator.storage.errors import if_allowed, invalid, refuse_denied, with_storage_errors
from gembatch.emulator.storage.listing import Selection
from gembatch.emulator.storage.objects import Objects
from gembatch.emulator.storage.resources import (
    base_url,
    bucket_resource,
    object_resource,
    parse_conditions,
    parse_int,
    patched,
    updated,
)
from gembatch.emulator.storage.stored import (
    NoSuchBucketError,
    NoSuchObjectError,
    PreconditionFailedError,
    StoredObject,
)

Resource = Mapping[str, Json]

_MAX_RESULTS = 1000
_UNSUPPORTED = ("includeTrailingDelimiter", "matchGlob", "softDeleted")
"""Parameters that would change what a listing holds. To ignore them would be to lie; not so with `versions`, since
no bucket here keeps any but the live ones."""


def add_routes(router: Router, objects: Objects, permissions: Permissions) -> None:
    """Adds the paths of buckets and objects."""
    api = _StorageApi(objects, permissions)
    buckets = "/storage/v1/b"
    bucket = f"{buckets}/(?P<bucket>[^/]+)"
    one_object = f"{bucket}/o/(?P<object>[^/]+)"
    for method, path, handler, permission in (
        ("GET", buckets, api.list_buckets, None),
        ("POST", buckets, api.insert_bucket, None),
        ("GET", bucket, api.get_bucket, "storage.buckets.get"),
        ("DELETE", bucket, api.delete_bucket, "storage.buckets.delete"),
        ("GET", f"{bucket}/iam/testPermissions", api.test_permissions, None),
        ("GET", f"{bucket}/o", api.list_objects, "storage.objects.list"),
        ("GET", one_object, api.get_object, "storage.objects.get"),
        ("GET", f"/download{one_object}", api.download_object, "storage.objects.get"),
        ("PATCH", one_object, api.patch_object, "storage.objects.update"),
        ("PUT", one_object, api.update_object, "storage.objects.update"),
        ("DELETE", one_object, api.delete_object, "storage.objects.delete"),
    ):
        allowed = if_allowed(handler, permissions, permission) if permission else handler
        router.add(method, path, with_storage_errors(allowed))


class _StorageApi:
    def __init__(self, objects: Objects, permissions: Permissions) -> None:
        self._objects = objects
        self._permissions = permissions

    def list_buckets(self, request: Request, match: re.Match[str]) -> Response:  # noqa: ARG002
        page = self._objects.list_buckets(_parse_selection(request), _parse_limit(request))
        items = [bucket_resource(bucket, base_url(request)) for bucket in page.items]
        return _listing("storage#buckets", {"items": items}, page.last)

    def insert_bucket(self, request: Request, match: re.Match[str]) -> Response:  # noqa: ARG002
        name = request.json_object().get("name")
        if not isinstance(name, str):
            raise invalid("Required: name of the bucket.")
        return json_response(bucket_resource(self._objects.create_bucket(name), base_url(request)))

    def get_bucket(self, request: Request, match: re.Match[str]) -> Response:
        bucket = self._objects.find_bucket(decode_segment(match["bucket"]))
        if bucket is None:
            raise NoSuchBucketError
        return json_response(bucket_resource(bucket, base_url(request)))

    def delete_bucket(self, request: Request, match: re.Match[str]) -> Response:  # noqa: ARG002
        self._objects.delete_bucket(decode_segment(match["bucket"]))
        return Response(204)

    def test_permissions(self, request: Request, match: re.Match[str]) -> Response:
        """Everybody may do everything in a bucket that is there, but for what was denied."""
        self.get_bucket(request, match)
        bucket = decode_segment(match["bucket"])
        granted: list[Json] = [*self._permissions.granted(bucket, request.query.get("permissions", ()))]
        answer: dict[str, Json] = {"kind": "storage#testIamPermissionsResponse"}
        return json_response({**answer, "permissions": granted} if granted else answer)

    def list_objects(self, request: Request, match: re.Match[str]) -> Response:
        bucket = decode_segment(match["bucket"])
        page = self._objects.list(bucket, selection=_parse_selection(request), limit=_parse_limit(request))
        items = [object_resource(stored, base_url(request)) for stored in page.items]
        return _listing("storage#objects", {"items": items, "prefixes": page.prefixes}, page.last)

    def get_object(self, request: Request, match: re.Match[str]) -> Response:
        if request.parameter("alt") == "media":
            return self.download_object(request, match)
        return self._read(request, match, lambda stored: json_response(object_resource(stored, base_url(request))))

    def download_object(self, request: Request, match: re.Match[str]) -> Response:
        return self._read(request, match, lambda stored: download(request, stored, self._objects.chunks))

    def patch_object(self, request: Request, match: re.Match[str]) -> Response:
        return self._describe(request, match, patched)

    def update_object(self, request: Request, match: re.Match[str]) -> Response:
        return self._describe(request, match, updated)

    def delete_object(self, request: Request, match: re.Match[str]) -> Response:
        bucket, name = _names(match)
        generation = parse_int(request, "generation")
        self._objects.delete(bucket, name, generation=generation, conditions=parse_conditions(request))
        return Response(204)

    def _read(self, request: Request, match: re.Match[str], answer: Callable[[StoredObject], Response]) -> Response:
        bucket, name = _names(match)
        stored = self._objects.find(bucket, name, parse_int(request, "generation"))
        if stored is None:
            # Who may not list is not told what is missing.
            refuse_denied(self._permissions, bucket, "storage.objects.list", "storage.objects.get")
            raise NoSuchObjectError(bucket, name) if self._objects.has_bucket(bucket) else NoSuchBucketError()
        conditions = parse_conditions(request)
        if not conditions.match(stored):
            raise PreconditionFailedError
        # Only reads have "not modified"; a write whose object is as it should not be has failed.
        return answer(stored) if conditions.differ(stored) else Response(304)

    def _describe(
        self,
        request: Request,
        match: re.Match[str],
        change: Callable[[StoredObject, Resource], StoredObject],
    ) -> Response:
        bucket, name = _names(match)
        resource = request.json_object()
        stored = self._objects.describe(
            bucket,
            name,
            lambda live: change(live, resource),
            generation=parse_int(request, "generation"),
            conditions=parse_conditions(request),
        )
        return json_response(object_resource(stored, base_url(request)))


def _names(match: re.Match[str]) -> tuple[str, str]:
    return decode_segment(match["bucket"]), decode_segment(match["object"])


def _listing(kind: str, content: dict[str, Json], last: str | None) -> Response:
    # An empty list is left out, as Google does; a client that expects the key is wrong.
    body: dict[str, Json] = {"kind": kind, **{name: value for name, value in content.items() if value}}
    if last is not None:
        body["nextPageToken"] = base64.urlsafe_b64encode(last.encode()).decode()
    return json_response(body)


def _parse_selection(request: Request) -> Selection:
    unsupported = [name for name in _UNSUPPORTED if request.parameter(name) not in {"", "false"}]
    if unsupported:
        raise invalid(f"This emulator does not support {', '.join(unsupported)} in a listing.")
    return Selection(
        prefix=request.parameter("prefix"),
        delimiter=request.parameter("delimiter"),
        start=request.parameter("startOffset"),
        end=request.parameter("endOffset"),
        after=_parse_token(request.parameter("pageToken")),
    )


def _parse_token(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise invalid(f"Invalid pageToken: {token!r}.") from error


def _parse_limit(request: Request) -> int:
    limit = parse_int(request, "maxResults")
    return min(limit, _MAX_RESULTS) if limit else _MAX_RESULTS
