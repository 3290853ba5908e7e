"""Declarative runner for Gemini batch prediction jobs on Vertex AI.

The rooms, in the order in which a job passes through them::

    load      files → documents, with a place for every key and value
    render    document → documents, one per matrix combination, expressions filled in
    stage     files of the repository that are inputs: fingerprinted, uploaded once
    validate  documents → job specs with a digest, or diagnostics
    verify    what was looked at → checks: will an apply go well?
    plan      desired, recorded, observed → one action and reason per job
    judge     plan → findings of the workspace's policies
    apply     plan → outcomes, exactly once
    lock      outcomes → lockfile

Around them: `pipeline` (the corridor: calls the rooms in order), `model` (the nouns), `vertex` (the far shore),
`wire` (what the shores share), `report` (values → text), `github` (pull requests), `cli`, and `emulator`, which stands
alone.

As a library gembatch is the corridor and the nouns, see docs/library.md. Each is imported when it is asked for, so that
`import gembatch` costs nothing; type checkers and editors read `__init__.pyi`.
"""

from __future__ import annotations

__version__ = "0.1.0"

_OFFERED = {
    "gembatch.pipeline.run": ("Run", "Shores", "open_workspace"),
    "gembatch.pipeline.desire": ("Desired", "desired_jobs"),
    "gembatch.pipeline.plan": ("Planned", "approved_jobs", "plan_jobs"),
    "gembatch.pipeline.offline": ("plan_offline",),
    "gembatch.pipeline.baseline": ("Base", "open_base"),
    "gembatch.pipeline.touched": ("Touch", "Touched", "touched_environments"),
    "gembatch.pipeline.judge": ("Brakes", "brakes_of", "plan_findings"),
    "gembatch.pipeline.apply": ("apply_jobs",),
    "gembatch.pipeline.watch": ("Watched", "cancel_jobs", "sync_jobs", "watch_jobs"),
    "gembatch.model.workspace": ("Environment", "Workspace"),
    "gembatch.model.jobs": ("JobKey", "JobName", "JobSpec", "JobState", "RemoteJob"),
    "gembatch.model.diagnostics": ("Diagnostic", "Location", "Severity"),
    "gembatch.model.period": ("Period",),
    "gembatch.model.selection": ("Selection",),
    "gembatch.model.variables": ("Channel", "GivenValue"),
    "gembatch.plan.case": ("Insistence",),
    "gembatch.plan.changes": ("Action", "Change", "Evidence", "Plan", "Reason"),
    "gembatch.plan.approval": ("Approval", "Comparison", "Request"),
    "gembatch.plan.planfile": ("dump_plan", "load_plan"),
    "gembatch.plan.status": ("JobStatus",),
    "gembatch.apply.applied": ("Applied", "outcomes_of"),
    "gembatch.apply.identity": ("Identity",),
    "gembatch.apply.outcomes": ("Outcome", "Result"),
    "gembatch.apply.state": ("State",),
    "gembatch.lock.lockfile": ("Lockfile",),
    "gembatch.lock.store": ("LockfileStore", "Version"),
    "gembatch.stage.objects": ("ObjectStore",),
    "gembatch.vertex.gateway": ("JobGateway",),
    "gembatch.errors": ("GembatchError", "InvalidSpecsError"),
}
_ROOMS = {name: room for room, names in _OFFERED.items() for name in names}

__all__ = ["__version__", *sorted(_ROOMS)]  # noqa: PLE0604  the names are in the table above


def __getattr__(name: str) -> object:
    """Returns what the library offers by that name, from its room (PEP 562)."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  not even that costs who only wants the version

    offered: object = getattr(import_module(_ROOMS[name]), name)
    globals()[name] = offered  # asked for once
    return offered


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOMS})
