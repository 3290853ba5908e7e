"""How an unfinished run is resolved: each intent it left is recorded, dropped, or still open. Pure.

An intent says that a submission may have been sent. The job it made carries its attempt, so a listing settles the
matter once enough time has passed; until then nobody may submit again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gembatch.lock.lockfile import Holder, Intent, LockEntry, Lockfile, Submission
from gembatch.model.digests import digest_from_label
from gembatch.model.jobs import LABEL_DIGEST, Attempt, RemoteJob, output_uri
from gembatch.model.workspace import SubmitSettings
from gembatch.plan.fields import own_fields


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of a lockfile's intents.

    Attributes:
        lockfile: With found jobs recorded and settled intents dropped; only open intents are left in it.
        recorded: Intents whose job was found.
        dropped: Intents that made no job, for certain.
        open: Intents that may yet turn out to have made a job.
        holder: Who left or still holds them; None when nobody does.
        until: When the open ones are settled, by the server's clock; None when only a person can tell.
    """

    lockfile: Lockfile
    recorded: tuple[Intent, ...] = ()
    dropped: tuple[Intent, ...] = ()
    open: tuple[Intent, ...] = ()
    holder: Holder | None = None
    until: datetime | None = None


def resolve(lockfile: Lockfile, ours: Iterable[RemoteJob], now: datetime, settings: SubmitSettings) -> Resolution:
    """Returns what a listing says about the intents.

    Args:
        lockfile: As read.
        ours: Every job of this workspace and environment, from a complete listing made after `lockfile` was read.
        now: The server's clock at that listing.
        settings: Its `settle_seconds` and `never_guess` apply.
    """
    found = {job.attempt: job for job in ours if job.attempt}
    recorded = tuple(intent for intent in lockfile.intents if intent.attempt in found)
    missing = tuple(intent for intent in lockfile.intents if intent.attempt not in found)
    until = settled_at(lockfile.holder, settings)
    is_settled = until is not None and now >= until
    for intent in recorded:
        lockfile = record(lockfile, intent, found[intent.attempt])
    if is_settled:
        for intent in missing:
            lockfile = lockfile.without_intent(intent.attempt)
    return Resolution(
        lockfile=lockfile,
        recorded=recorded,
        dropped=missing if is_settled else (),
        open=() if is_settled else missing,
        holder=lockfile.holder,
        until=until,
    )


def settled_at(holder: Holder | None, settings: SubmitSettings) -> datetime | None:
    """Returns when whatever a holder sent has become a job or never will; None when that is not for us to guess.

    An intent without a holder was put there by hand or by a merge: nothing is known about when it may have been sent.
    """
    if holder is None or settings.never_guess:
        return None
    return datetime.fromisoformat(holder.until) + timedelta(seconds=settings.settle_seconds)


def is_held(lockfile: Lockfile, now: datetime) -> bool:
    """Whether another apply's lease still runs."""
    return lockfile.holder is not None and now < datetime.fromisoformat(lockfile.holder.until)


def record(lockfile: Lockfile, intent: Intent, job: RemoteJob) -> Lockfile:
    """Returns the lockfile with the intent's job as the current one of its key, and without the intent."""
    submission = replace(
        submission_of(job, intent.attempt),
        digest=intent.digest,
        rerun=intent.rerun,
        output=job.output or output_uri(intent.body),
        inputs=intent.inputs,
        body=intent.body,
    )
    known = lockfile.entry(intent.key)
    entry = known.succeeded_by(submission) if known else LockEntry(intent.key, intent.spec, intent.series, submission)
    entry = replace(entry, spec=intent.spec, series=intent.series)
    return lockfile.without_intent(intent.attempt).with_entry(entry)


def submission_of(job: RemoteJob, attempt: Attempt | None = None) -> Submission:
    """Returns what can be recorded of an observed job by itself."""
    bare = Submission(
        name=job.name,
        attempt=attempt or job.attempt,
        digest=digest_from_label(job.labels.get(LABEL_DIGEST, "")),
        rerun=None,
        state=job.state,
        submitted=job.create_time,
        output=job.output or output_uri(job.body),
        body=own_fields(job.body),
    )
    return bare.synced(job)


def held_because(resolution: Resolution) -> tuple[str, str]:
    """Returns why nobody may submit now, and what to do about it."""
    holder = resolution.holder
    who = str(holder or "somebody")
    names = ", ".join(f"`{intent.key}`" for intent in resolution.open[:3])
    more = f" and {len(resolution.open) - 3} more" if len(resolution.open) > 3 else ""  # noqa: PLR2004
    if not resolution.open:
        return f"another apply is running: {who} holds the lockfile until {holder.until if holder else ''}", (
            "wait for it to end, then run `gembatch apply` again"
        )
    # It may be at it this moment, or have been killed: an intent that is open tells no more.
    message = f"an apply by {who} has not finished, and may yet submit {names}{more}"
    if resolution.until is None:
        return message, "look for the job, then take the intent out of the lockfile by hand"
    return message, f"this is settled at {resolution.until.isoformat()}; run `gembatch apply` again then"
