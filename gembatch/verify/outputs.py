"""Whether there is a place for files of the repository, and for predictions."""

from __future__ import annotations

from gembatch.model import permissions
from gembatch.model.survey import Bucket
from gembatch.verify.checks import Check, Topic, Verdict
from gembatch.verify.locations import is_near, misplaced_dataset

_MAKE_BUCKET = "make the bucket, or correct its name"


def judge_staging(staging: str, bucket: Bucket | None, region: str) -> Check:
    """Returns whether files of the repository can be uploaded."""
    if bucket is None:
        return Check(Topic.STAGING, staging, Verdict.FAIL, "there is no such bucket", _MAKE_BUCKET)
    missing = [permission for permission in permissions.ON_STAGING if permission not in bucket.granted]
    if missing:
        hint = f"grant `{permissions.WRITER_ROLE}` on the bucket"
        return Check(Topic.STAGING, staging, Verdict.FAIL, f"lacks {', '.join(missing)}", hint)
    return _placed(Topic.STAGING, staging, bucket, region, "may be written")


def judge_output(name: str, bucket: Bucket | None, region: str) -> Check:
    """Returns whether predictions can be written to a bucket.

    It is Vertex AI's service agent that writes them. Whether it may is not for the caller to ask; that the caller may
    not is worth a look.
    """
    uri = f"gs://{name}/"
    if bucket is None:
        return Check(Topic.OUTPUT, uri, Verdict.FAIL, "there is no such bucket", _MAKE_BUCKET)
    missing = [permission for permission in permissions.ON_OUTPUT if permission not in bucket.granted]
    if missing:
        hint = "Vertex AI's service agent writes there, and must be allowed to; you need not"
        return Check(Topic.OUTPUT, uri, Verdict.WARN, f"you lack {', '.join(missing)}", hint)
    return _placed(Topic.OUTPUT, uri, bucket, region, "may be written")


def _placed(topic: Topic, subject: str, bucket: Bucket, region: str, well: str) -> Check:
    if bucket.location and not is_near(bucket.location, region):
        message = f"is in {bucket.location}, and the jobs run in {region}"
        return Check(topic, subject, Verdict.WARN, message, "rows travel between them, which takes time and may cost")
    where = f", and is in {bucket.location}" if bucket.location else ""
    return Check(topic, subject, Verdict.PASS, f"{well}{where}")


def judge_output_dataset(uri: str, location: str | None, *, has_table: bool, region: str) -> Check:
    """Returns whether an output in BigQuery can be written where the jobs run.

    Args:
        uri: As the job names it.
        location: Of its dataset; None where there is none.
        has_table: Whether the table is there already.
        region: Of the jobs.
    """
    if location is None:
        hint = "make it in the jobs' region, or correct the spec's `output`"
        return Check(Topic.OUTPUT, uri, Verdict.FAIL, "there is no such dataset", hint)
    misplaced = misplaced_dataset(Topic.OUTPUT, uri, location, region)
    if misplaced:
        return misplaced
    if has_table:
        message = "is there already, and what Google then does is documented in two ways"
        return Check(Topic.OUTPUT, uri, Verdict.WARN, message, "name a table that is not there yet")
    return Check(Topic.OUTPUT, uri, Verdict.PASS, f"its dataset is in {location}")
