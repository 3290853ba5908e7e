"""Fills buckets from a folder, so that an emulator does not begin empty."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from collections.abc import Iterable, Iterator
from pathlib import Path

from gembatch.emulator.storage.objects import Objects
from gembatch.emulator.storage.stored import DEFAULT_CONTENT_TYPE, BucketExistsError

_PIECE = 1024 * 1024


def make_buckets(objects: Objects, names: Iterable[str]) -> None:
    """Makes the buckets that are not there.

    Raises:
        InvalidNameError: A name cannot be a bucket's.
    """
    for name in names:
        try:
            objects.create_bucket(name)
        except BucketExistsError:
            continue


def put_seed(objects: Objects, folder: Path) -> None:
    """Puts every file `BUCKET/OBJECT…` of a folder whose object is absent, or has other content.

    Raises:
        OSError: The folder or a file of it cannot be read, or a link leads out of it.
        InvalidNameError: A name cannot be a bucket's or an object's.
    """
    for bucket in sorted(path for path in folder.iterdir() if path.is_dir()):
        make_buckets(objects, (bucket.name,))
        for file in sorted(path for path in bucket.rglob("*") if path.is_file()):
            _refuse_outside(folder, file)
            _put(objects, bucket.name, file.relative_to(bucket).as_posix(), file)


def _refuse_outside(folder: Path, file: Path) -> None:
    # What is put can be read by any job, and a seed may come with somebody's repository.
    if not file.resolve().is_relative_to(folder.resolve()):
        raise OSError(f"{file} of the seed leads out of it, to {file.resolve()}")


def _put(objects: Objects, bucket: str, name: str, file: Path) -> None:
    live = objects.find(bucket, name)
    if live is None or live.size != file.stat().st_size or live.md5 != _md5(file):
        objects.put(bucket, name, _pieces(file), content_type=mimetypes.guess_type(name)[0] or DEFAULT_CONTENT_TYPE)


def _md5(file: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for piece in _pieces(file):
        digest.update(piece)
    return base64.b64encode(digest.digest()).decode()


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece
