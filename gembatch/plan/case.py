"""One key's situation: what is desired, recorded and observed of it, and the questions that a decision asks. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from gembatch.lock.lockfile import LockEntry, Submission
from gembatch.model.digests import digest_from_label, is_digest_of, label_of
from gembatch.model.jobs import (
    LABEL_DIGEST,
    LABEL_RERUN,
    JobKey,
    JobName,
    JobSpec,
    JobState,
    RemoteJob,
    Series,
    rerun_label,
)
from gembatch.plan.changes import Action, Change, Premise, Reason, Standing
from gembatch.plan.fields import FieldChange, differences


@dataclass(frozen=True, slots=True)
class Insistence:
    """What the person at the keyboard insists on.

    Attributes:
        adopt: Take over a stranger's job whose body equals the desired one.
        prune: Cancel live jobs that are no longer desired.
        retry_failed: Submit again what ended badly, whatever `lifecycle.onFailure` says.
        resubmit_missing: Submit again what Vertex has forgotten before it was known to have ended.
        replace_past: Submit again instances of earlier dates whose spec has changed since they ended.
    """

    adopt: bool = False
    prune: bool = False
    retry_failed: bool = False
    resubmit_missing: bool = False
    replace_past: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One key's situation, with the questions that the rows of the table ask.

    Attributes:
        key: The identity.
        desired: What the specs ask for; None when they do not.
        recorded: What the lockfile has, retired or not; under the previous key where the job is being renamed.
        retired: Whether it is retired.
        ours: Observed jobs of ours with this display name, with the one it had, or recorded under it; oldest first.
        strangers: Other observed jobs with this display name, oldest first.
        gone: Recorded names that Vertex no longer knows.
        series: Every series that the specs ask for, due or not.
        resting: Those of them that are not due now.
        today: The date that the run is about; of several, the one on which it takes place.
        insistence: What the person insists on.
    """

    key: JobKey
    desired: JobSpec | None
    recorded: LockEntry | None
    retired: bool
    ours: tuple[RemoteJob, ...]
    strangers: tuple[RemoteJob, ...]
    gone: frozenset[JobName]
    series: frozenset[Series]
    resting: frozenset[Series]
    today: dt.date
    insistence: Insistence

    @property
    def spec(self) -> JobSpec:
        """The desired job, where a row has already made sure that there is one."""
        assert self.desired is not None  # noqa: S101, rows of `_DESIRED` only
        return self.desired

    @property
    def is_renamed(self) -> bool:
        """Recorded under the display name that the spec says it had."""
        return self.recorded is not None and self.recorded.key != self.key

    def remote(self, name: JobName) -> RemoteJob | None:
        """Returns the observed job of ours with that name."""
        return next((job for job in self.ours if job.name == name), None)

    def does_what_is_desired(self, job: RemoteJob) -> bool:
        """Whether a job's labels say that it does what the spec asks for now."""
        label = job.labels.get(LABEL_DIGEST, "")
        wanted = self.spec.rerun is None or job.labels.get(LABEL_RERUN) == rerun_label(self.spec.rerun)
        same = label == label_of(self.spec.digest) or is_digest_of(digest_from_label(label), dict(self.spec.content))
        return wanted and same

    def did_what_is_desired(self, past: Submission) -> bool:
        """Whether a recorded job did what the spec asks for now, by the method that its digest names."""
        return self.has_desired_digest(past) and self.spec.rerun in (None, past.rerun)

    def has_desired_digest(self, past: Submission) -> bool:
        """The same, whatever rerun it answered."""
        # The usual case first: hashing again costs, and a plan may ask ten thousand times.
        return past.digest == self.spec.digest or is_digest_of(past.digest, dict(self.spec.content))

    @property
    def is_past(self) -> bool:
        """Whether it is an instance of an earlier date."""
        return self.spec.date is not None and self.spec.date < self.today

    @property
    def is_same(self) -> bool:
        """Recorded with the desired digest and rerun."""
        return self.recorded is not None and self.did_what_is_desired(self.recorded.current)

    @property
    def current(self) -> RemoteJob | None:
        """The recorded job as it is observed."""
        return self.remote(self.recorded.current.name) if self.recorded else None

    @property
    def standing(self) -> Standing | None:
        """How the recorded job stands: as observed, else as it is known to have ended, else gone or still live."""
        if self.recorded is None:
            return None
        recorded, observed = self.recorded.current, self.current
        state = observed.state if observed else recorded.state
        if observed is None and recorded.name in self.gone and not recorded.state.has_ended:
            return Standing.GONE
        return standing_of(state)

    @property
    def is_lost(self) -> bool:
        """Whether the last recorded job that did what is desired is gone, and nobody saw it end."""
        submissions = self.recorded.submissions if self.recorded else ()
        last = next((past for past in reversed(submissions) if self.did_what_is_desired(past)), None)
        return last is not None and last.name in self.gone and last.state.is_live

    @property
    def latest(self) -> RemoteJob | None:
        """The job of ours that counts where nothing is recorded: a live one before the newest ended one."""
        return max(self.ours, key=lambda job: (job.state.is_live, job.create_time), default=None)

    def decided(
        self,
        action: Action,
        reason: Reason,
        *,
        observed: RemoteJob | None = None,
        fields: tuple[FieldChange, ...] = (),
        note: str = "",
    ) -> Change:
        """Returns the change; its premise is what this case knows."""
        seen = observed or self.current
        return Change(
            key=self.key,
            action=action,
            reason=reason,
            premise=Premise(
                recorded=self.recorded.current.name if self.recorded else None,
                observed=seen.name if seen else None,
                standing=standing_of(seen.state) if seen else self.standing,
            ),
            desired=self.desired,
            recorded=self.recorded,
            observed=seen,
            differences=fields,
            note=note or self.renaming,
        )

    @property
    def renaming(self) -> str:
        """The name under which a renamed job is recorded, as a sentence; empty for any other."""
        return f"it is recorded as {self.recorded.key}" if self.recorded and self.is_renamed else ""

    @property
    def changed_fields(self) -> tuple[FieldChange, ...]:
        """What differs between the recorded, else the latest observed body and the desired one."""
        if self.recorded and self.recorded.current.body:
            return differences(self.recorded.current.body, self.spec.body)
        seen = self.current or self.latest
        return differences(seen.body, self.spec.body) if seen and seen.body else ()


def standing_of(state: JobState) -> Standing:
    """Returns how a job in that state stands."""
    if state.is_live:
        return Standing.LIVE
    return Standing.SUCCEEDED if state is JobState.SUCCEEDED else Standing.FAILED
