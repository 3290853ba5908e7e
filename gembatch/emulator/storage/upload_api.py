"""Uploads over HTTP: simple, multipart and resumable.

Rules: https://cloud.google.com/storage/docs/uploads-downloads#uploads and, for the resumable ones,
https://cloud.google.com/storage/docs/performing-resumable-uploads
"""

from __future__ import annotations

import re

from gembatch.emulator.http import Request, Response, Router, decode_segment, json_response, parse_json_object
from gembatch.emulator.permissions import Permissions
from gembatch.emulator.storage.errors import if_allowed, invalid, refuse_denied, with_storage_errors
from gembatch.emulator.storage.multipart import parse_multipart
from gembatch.emulator.storage.objects import Objects
from gembatch.emulator.storage.resources import base_url, object_resource, parse_draft, parse_hash_header
from gembatch.emulator.storage.stored import Draft, StoredObject
from gembatch.emulator.storage.uploads import Part, Upload, Uploads

_CHUNK_UNIT = 256 * 1024
_CONTENT_RANGE = re.compile(r"bytes (?:(?P<first>[0-9]{1,18})-(?P<last>[0-9]{1,18})|\*)/(?:(?P<total>[0-9]{1,18})|\*)")


def add_routes(router: Router, objects: Objects, uploads: Uploads, permissions: Permissions) -> None:
    """Adds the upload paths."""
    api = _UploadApi(objects, uploads, permissions)
    for prefix in ("/upload/storage/v1", "/resumable/upload/storage/v1"):
        path = f"{prefix}/b/(?P<bucket>[^/]+)/o"
        insert = if_allowed(api.insert, permissions, "storage.objects.create")
        router.add("POST", path, with_storage_errors(insert))
        router.add("PUT", path, with_storage_errors(api.resume))
        router.add("DELETE", path, with_storage_errors(api.cancel))


class _UploadApi:
    def __init__(self, objects: Objects, uploads: Uploads, permissions: Permissions) -> None:
        self._objects = objects
        self._uploads = uploads
        self._permissions = permissions

    def insert(self, request: Request, match: re.Match[str]) -> Response:
        """`POST …/o?uploadType=…`."""
        bucket = decode_segment(match["bucket"])
        match request.parameter("uploadType"):
            case "media":
                return self._insert_media(request, bucket)
            case "multipart":
                return self._insert_multipart(request, bucket)
            case "resumable":
                return self._begin(request, bucket)
            case other:
                raise invalid(f"Invalid upload type: {other!r}.")

    def resume(self, request: Request, match: re.Match[str]) -> Response:  # noqa: ARG002  # the id says it all
        """`PUT …/o?upload_id=…`: a part, or a question how far the upload is."""
        return self._progress(request, self._uploads.receive(request.parameter("upload_id"), _parse_part(request)))

    def cancel(self, request: Request, match: re.Match[str]) -> Response:  # noqa: ARG002  # the id says it all
        """`DELETE …/o?upload_id=…`."""
        self._uploads.cancel(request.parameter("upload_id"))
        return Response(499)

    def _insert_media(self, request: Request, bucket: str) -> Response:
        draft = parse_draft(bucket, request, {}, request.headers.get("content-type", ""))
        return self._store(request, draft, request.body)

    def _insert_multipart(self, request: Request, bucket: str) -> Response:
        parts = parse_multipart(request.headers.get("content-type", ""), request.body)
        match parts:
            case (metadata, media):
                draft = parse_draft(bucket, request, parse_json_object(metadata.content), media.content_type)
                return self._store(request, draft, media.content)
            case _:
                raise invalid(f"A multipart upload has two parts, not {len(parts)}.")

    def _store(self, request: Request, draft: Draft, content: bytes) -> Response:
        self._refuse_overwriting(draft)
        stored = self._objects.put_blob(draft, self._objects.blobs.write((content,)))
        return json_response(object_resource(stored, base_url(request)))

    def _begin(self, request: Request, bucket: str) -> Response:
        media_type = request.headers.get("x-upload-content-type", "")
        draft = parse_draft(bucket, request, request.json_object(), media_type)
        self._refuse_overwriting(draft)
        upload = self._uploads.begin(draft)
        location = f"{base_url(request)}{request.path}?uploadType=resumable&upload_id={upload.id}"
        return Response(200, {"Location": location, "X-GUploader-UploadID": upload.id})

    def _refuse_overwriting(self, draft: Draft) -> None:
        # To write over an object is to delete it, whatever else may be.
        if self._objects.find(draft.bucket, draft.name):
            refuse_denied(self._permissions, draft.bucket, "storage.objects.delete")

    def _progress(self, request: Request, state: Upload | StoredObject) -> Response:
        if isinstance(state, StoredObject):
            return json_response(object_resource(state, base_url(request)))
        # 308 here means "resume incomplete"; without a Range header nothing has arrived yet.
        return Response(308, {"Range": f"bytes=0-{state.received - 1}"} if state.received else {})


def _parse_part(request: Request) -> Part:
    content, expected = request.body, parse_hash_header(request)
    text = request.headers.get("content-range")
    if text is None:
        return Part(0, content, len(content), expected)
    match = _CONTENT_RANGE.fullmatch(text)
    if match is None:
        raise invalid(f"Invalid Content-Range header: {text!r}.")
    total = None if match["total"] is None else int(match["total"])
    part = Part(int(match["first"] or 0), content, total, expected)
    _check_part(part, text, -1 if match["last"] is None else int(match["last"]))
    return part


def _check_part(part: Part, text: str, last: int) -> None:
    size = len(part.content)
    promised = last - part.first + 1
    if size != promised or (part.total is not None and last >= part.total):
        raise invalid(f"Invalid request. The request holds {size} bytes, which does not fit Content-Range {text!r}.")
    if size % _CHUNK_UNIT and not part.is_last:
        raise invalid(
            "Invalid request. The number of bytes uploaded is required to be equal or greater than "
            f"{_CHUNK_UNIT}, except for the final request (it's recommended to be the exact multiple of "
            f"{_CHUNK_UNIT}). The received request contained {size} bytes, which does not meet this requirement."
        )
