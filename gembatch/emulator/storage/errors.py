"""How Cloud Storage says no: its JSON API has an envelope of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gembatch.emulator.http import ApiError, Handler, Json, Request, Response, decode_segment
from gembatch.emulator.permissions import Permissions
from gembatch.emulator.storage.stored import (
    BucketExistsError,
    BucketNotEmptyError,
    ChecksumMismatchError,
    InvalidNameError,
    NoSuchBucketError,
    NoSuchObjectError,
    NoSuchUploadError,
    PreconditionFailedError,
    StoreError,
    UploadGapError,
)


class StorageApiError(ApiError):
    """An answer other than success, as https://cloud.google.com/storage/docs/json_api/v1/status-codes lists them.

    Attributes:
        reason: Cloud Storage's own word, such as `conditionNotMet`.
    """

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(code, reason, message)
        self.reason = reason

    def envelope(self) -> Mapping[str, Json]:
        """Returns the body of the answer."""
        error = {"domain": "global", "reason": self.reason, "message": self.message}
        return {"error": {"code": self.code, "message": self.message, "errors": [error]}}


_ANSWERS: Mapping[type[StoreError], tuple[int, str]] = {
    NoSuchBucketError: (404, "notFound"),
    NoSuchObjectError: (404, "notFound"),
    NoSuchUploadError: (404, "notFound"),
    BucketExistsError: (409, "conflict"),
    BucketNotEmptyError: (409, "conflict"),
    InvalidNameError: (400, "invalid"),
    ChecksumMismatchError: (400, "invalid"),
    PreconditionFailedError: (412, "conditionNotMet"),
    # 503, as Google answers: its clients then ask how far the upload is, and go on from there.
    UploadGapError: (503, "backendError"),
}


def invalid(message: str) -> StorageApiError:
    """Returns the answer to a request that makes no sense."""
    return StorageApiError(400, "invalid", message)


def refuse_denied(permissions: Permissions, bucket: str, permission: str, told: str | None = None) -> None:
    """Makes sure that a permission on a bucket is not denied.

    Args:
        permissions: What is denied.
        bucket: Its name.
        permission: The one that is needed.
        told: The one that the refusal names; None for the same.

    Raises:
        StorageApiError: 403.
    """
    if not permissions.has(bucket, permission):
        name = told or permission
        what = "bucket" if name.startswith("storage.buckets.") or name == "storage.objects.list" else "object"
        raise StorageApiError(
            403,
            "forbidden",
            f"The caller does not have {name} access to the Google Cloud Storage {what}. "
            f"Permission '{name}' denied on resource (or it may not exist).",
        )


def if_allowed(handler: Handler, permissions: Permissions, permission: str) -> Handler:
    """Returns the handler of a path in a bucket, with a refusal where the permission is denied."""

    def handle(request: Request, match: re.Match[str]) -> Response:
        refuse_denied(permissions, decode_segment(match["bucket"]), permission)
        return handler(request, match)

    return handle


def with_storage_errors(handler: Handler) -> Handler:
    """Returns the handler with every error it raises in the envelope of Cloud Storage."""

    def handle(request: Request, match: re.Match[str]) -> Response:
        try:
            return handler(request, match)
        except StoreError as error:
            code, reason = _ANSWERS[type(error)]
            raise StorageApiError(code, reason, str(error)) from error
        except StorageApiError:
            raise
        except ApiError as error:
            raise StorageApiError(error.code, "invalid", error.message) from error

    return handle
