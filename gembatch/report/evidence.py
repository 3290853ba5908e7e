"""What a plan rests on, in words: every renderer says it at the head of one that was made offline."""

from __future__ import annotations

from typing import assert_never

from gembatch.plan.changes import Evidence


def caution_of(evidence: Evidence) -> str:
    """Returns what a reader must know of a plan before any of its lines; empty of one that saw everything."""
    match evidence:
        case Evidence.VERTEX:
            return ""
        case Evidence.LOCKFILE:
            return (
                "Offline: what Vertex AI would show is unknown. Recorded states stand for observed ones, inputs are not"
                " pinned, and jobs that the lockfile does not know are not seen. This plan cannot be applied."
            )
        case Evidence.BASE:
            return (
                "Offline, and without a lockfile: the jobs of the base stand for what was submitted. So this is what"
                " the change adds, changes and removes, whether or not it ever ran. This plan cannot be applied."
            )
        case _:
            assert_never(evidence)
