"""What a run of a workflow is about, and what its jobs leave."""

from __future__ import annotations

from dataclasses import dataclass, field

from actions.expressions import Sparse
from actions.step_files import Annotation


@dataclass(frozen=True)
class Event:
    """What makes a workflow run.

    Attributes:
        name: `pull_request`, `push`, `schedule`, `workflow_dispatch`.
        ref: The branch, or the merge of a pull request.
        commit: What runs: its workflows and its actions.
        head: The commit it is about: of a pull request the last one of the branch.
        payload: What GitHub tells of it.
        head_repository: Where the head is; another repository than ours is a fork.
        branch: Of the head.
    """

    name: str
    ref: str
    commit: str
    head: str
    payload: dict[str, object]
    head_repository: int
    branch: str


@dataclass(frozen=True)
class Cancel:
    """A person cancels the run, once a step has printed something.

    Attributes:
        step: The step's name.
        after: What it has printed then.
    """

    step: str
    after: str


@dataclass
class Finished:
    """What a job left.

    Attributes:
        name: As it stands on the page of the run.
        result: `success`, `failure`, `cancelled` or `skipped`.
        permissions: Of its token.
        outputs: Its outputs.
        log: What its steps printed.
        summary: What its steps wrote into the summary.
        annotations: What its steps put beside lines.
        group: Of its concurrency; empty for none.
        environment: Whose reviewers were asked; empty for none.
        identities: The service accounts that it was.
    """

    name: str
    result: str = "success"
    permissions: dict[str, str] = field(default_factory=dict)
    outputs: Sparse = field(default_factory=Sparse)
    log: str = ""
    summary: str = ""
    annotations: list[Annotation] = field(default_factory=list)
    group: str = ""
    environment: str = ""
    identities: list[str] = field(default_factory=list)
