"""What the program cannot do, as exceptions that carry data; each makes its own text and knows its exit code.

What a user can fix in a file is a `Diagnostic`, not an exception; `InvalidSpecsError` carries all of them at once.

::

    GembatchError                    1
    ├── UsageError                   2   the command line cannot be meant
    ├── InvalidSpecsError            1   findings in files
    ├── LockfileError                1
    │   ├── LockfileUnreadableError      does not parse; never overwritten
    │   ├── LockfileTooNewError          written by a newer gembatch
    │   ├── LockfileMovedError           somebody else wrote it meanwhile
    │   └── LockfileHeldError            another apply runs, or did not finish
    ├── PlanError                    1
    │   ├── PlanUnreadableError          not a plan file, edited, or of another format
    │   ├── PlanMismatchError            for another workspace, environment or lineage
    │   └── PlanRefusedError             it goes past limits, or a policy is against it
    ├── GatewayError                 1
    │   ├── CredentialsError             no or no valid credentials
    │   ├── RejectedError                a definite no: nothing was made
    │   ├── ThrottledError               429: nothing was made, try again later
    │   ├── UncertainError               nobody knows whether something was made
    │   └── UnavailableError             a read that failed after its retries
    ├── StorageError                 1   an input or a staged file cannot be read or written
    ├── EmulatorError                1   cannot start, or its data is another's
    ├── GitHubError                  1   GitHub did not do what was asked, or says what cannot be
    │   └── ArtifactError                what a run left is no plan of ours
    └── UnfinishedError              4   apply ended with something unknown, or was interrupted
"""

from __future__ import annotations

from gembatch.model.diagnostics import Diagnostic


class GembatchError(Exception):
    """The root. `str()` gives the sentence for the user; `hint` what to do, or None."""

    exit_code = 1
    hint: str | None = None

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class UsageError(GembatchError):
    """The command line cannot be meant."""

    exit_code = 2


class InvalidSpecsError(GembatchError):
    """The workspace has errors.

    Attributes:
        diagnostics: All findings of the run, warnings included, in reading order.
        base: The folder of the base, if it is its workspace; empty for the one at hand.
    """

    def __init__(self, diagnostics: tuple[Diagnostic, ...], *, base: str = "") -> None:
        count = sum(diagnostic.is_error for diagnostic in diagnostics)
        where = f"the base {base}" if base else "the workspace"
        super().__init__(f"{count} error{'s' * (count != 1)} in {where}")
        self.diagnostics = diagnostics
        self.base = base


class LockfileError(GembatchError):
    """The lockfile stands in the way."""


class LockfileUnreadableError(LockfileError):
    """The lockfile does not parse. It is kept as it is."""


class LockfileTooNewError(LockfileError):
    """The lockfile was written by a newer gembatch."""


class LockfileMovedError(LockfileError):
    """Somebody else wrote the lockfile since it was read."""


class LockfileHeldError(LockfileError):
    """Another apply holds the lockfile, or did not finish."""


class PlanError(GembatchError):
    """A plan cannot be applied."""


class PlanUnreadableError(PlanError):
    """The file is not a plan, was edited, or has a format this version cannot read."""


class PlanMismatchError(PlanError):
    """The plan is for another workspace, environment or lineage."""


class PlanRefusedError(PlanError):
    """The plan goes past limits, or a policy is against it.

    Attributes:
        diagnostics: All findings about the plan, warnings included.
    """

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        count = sum(diagnostic.is_error for diagnostic in diagnostics)
        super().__init__(f"the plan is refused: {count} error{'s' * (count != 1)}")
        self.diagnostics = diagnostics


class GatewayError(GembatchError):
    """Vertex AI did not do what was asked."""


class CredentialsError(GatewayError):
    """There are no credentials, or they are not valid."""

    hint = (
        "run `gcloud auth application-default login`; on GitHub Actions, let a `google-github-actions/auth` step"
        " come first, with the permission `id-token: write`"
    )


class RejectedError(GatewayError):
    """Vertex refused for good; nothing was made.

    Attributes:
        status: HTTP status, 400 to 499.
    """

    def __init__(self, message: str, *, status: int, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class ThrottledError(GatewayError):
    """Vertex answered 429: nothing was made.

    Attributes:
        retry_after: Seconds to wait as the server asks; None when it does not say.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UncertainError(GatewayError):
    """The answer to a create was lost: a job may or may not have been made."""


class UnavailableError(GatewayError):
    """A read failed, after its retries."""


class StorageError(GembatchError):
    """Cloud Storage did not do what was asked."""


class EmulatorError(GembatchError):
    """The emulator cannot start, or holds other data than the lockfile."""


class GitHubError(GembatchError):
    """GitHub did not do what was asked, or says what cannot be.

    Attributes:
        status: HTTP status of the answer; 0 where there was none, or it was good and is of no use.
    """

    def __init__(self, message: str, *, status: int = 0, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class ArtifactError(GitHubError):
    """What a run left is no plan of ours."""


class UnfinishedError(GembatchError):
    """Apply ended with an unknown outcome, or was interrupted."""

    exit_code = 4
