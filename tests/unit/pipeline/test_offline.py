"""A plan without a look at the cloud: what is recorded, or what the base asks for, stands for what runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from builders import (
    FAILED,
    LINEAGE,
    RUNNING,
    SUCCEEDED,
    entry,
    intent,
    job_name,
    job_spec,
    lockfile,
)

from gembatch.errors import InvalidSpecsError, LockfileError, UsageError
from gembatch.model.jobs import JobSpec
from gembatch.pipeline.baseline import Base, open_base
from gembatch.pipeline.desire import Desired, desired_jobs
from gembatch.pipeline.offline import plan_offline
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Action, Evidence, Plan, Premise, Reason

if TYPE_CHECKING:
    from conftest import World

V1, V2 = job_spec(prompt="v1"), job_spec(prompt="v2")


def from_lockfile(world: World, *specs: JobSpec, insistence: Insistence | None = None) -> Plan:
    desired = Desired(specs, (), ())
    return plan_offline(world.run, desired, world.shores.store, None, insistence=insistence or Insistence())


def decisions(plan: Plan) -> dict[str, tuple[Action, Reason]]:
    return {change.key.display_name: (change.action, change.reason) for change in plan.changes}


class TestOnALockfile:
    def test_a_recorded_state_stands_for_the_observed_one(self, world: World) -> None:
        live, failed = job_spec("live"), job_spec("failed")
        world.stores(lockfile(entry(V1, 1, SUCCEEDED), entry(live, 2, RUNNING), entry(failed, 3, FAILED)))

        plan = from_lockfile(world, V2, live, failed, job_spec("new"))

        assert {
            "daily": (Action.REPLACE, Reason.CHANGED),
            "live": (Action.KEEP, Reason.CURRENT),
            "failed": (Action.KEEP, Reason.FAILED),
            "new": (Action.CREATE, Reason.NEW),
        } == decisions(plan)
        assert (Evidence.LOCKFILE, LINEAGE) == (plan.evidence, plan.lineage)

    def test_a_change_of_a_job_that_is_recorded_as_live_is_blocked(self, world: World) -> None:
        world.stores(lockfile(entry(V1, 1, RUNNING)))

        assert {"daily": (Action.BLOCKED, Reason.IN_FLIGHT)} == decisions(from_lockfile(world, V2))

    def test_nothing_is_pinned_and_nothing_is_asked(self, world: World) -> None:
        world.gateway.jobs = world.gateway.get = world.shores.objects.stat = None

        (change,) = from_lockfile(world, V1).changes
        assert ((), "") == (change.inputs, change.note)

    def test_an_intent_of_an_apply_that_did_not_finish_blocks_its_job(self, world: World) -> None:
        world.stores(lockfile(intents=(intent(V1),)))

        assert {"daily": (Action.BLOCKED, Reason.UNFINISHED)} == decisions(from_lockfile(world, V1))

    def test_what_a_person_insists_on_counts(self, world: World) -> None:
        world.stores(lockfile(entry(V1, 1, FAILED)))

        plan = from_lockfile(world, V1, insistence=Insistence(retry_failed=True))

        assert {"daily": (Action.REPLACE, Reason.FAILED)} == decisions(plan)

    def test_the_lockfile_of_another_workspace_is_refused(self, world: World) -> None:
        world.stores(lockfile(workspace="opinions"))

        with pytest.raises(LockfileError, match="is of the workspace `opinions`"):
            from_lockfile(world, V1)

    def test_the_lockfile_of_an_emulator_whose_data_is_elsewhere_is_read(self, world: World) -> None:
        """No emulator is started that could tell which data it has."""
        world.stores(lockfile(entry(V1, 1, SUCCEEDED), data_id="d" * 32))

        assert {"daily": (Action.KEEP, Reason.CURRENT)} == decisions(from_lockfile(world, V1))


SPEC = """\
displayName: NAME
model: gemini-3.8-flash
input: gs://demo-in/rows.jsonl
output: gs://demo-out/NAME/
"""


def written(root: Path, *names: str) -> None:
    (root / "specs").mkdir(parents=True, exist_ok=True)
    for name in names:
        (root / "specs" / f"{name}.yaml").write_text(SPEC.replace("NAME", name), encoding="utf-8")


class TestOnABase:
    @pytest.fixture
    def base(self, world: World, tmp_path: Path) -> Base:
        root = tmp_path / "base"
        written(root, "changed", "removed", "same", "old")
        (root / "gembatch.yaml").write_bytes((world.run.root / "gembatch.yaml").read_bytes())
        return open_base(root, version="1.0", is_timezone=lambda _: True)

    def planned(self, world: World, base: Base | None) -> Plan:
        return plan_offline(world.run, desired_jobs(world.run).checked(), None, base, insistence=Insistence())

    def test_the_plan_is_what_the_change_adds_changes_renames_and_removes(self, world: World, base: Base) -> None:
        written(world.run.root, "changed", "same", "added", "new")
        for name, edit in (("changed", "labels: {}\nmodelParameters: {temperature: 1}\n"), ("new", "")):
            with (world.run.root / "specs" / f"{name}.yaml").open("a", encoding="utf-8") as file:
                file.write(edit)
        (world.run.root / "specs" / "new.yaml").write_text(
            SPEC.replace("NAME", "old").replace(": old", ": new\npreviousDisplayName: old"), encoding="utf-8"
        )

        plan = self.planned(world, base)

        assert {
            "added": (Action.CREATE, Reason.NEW),
            "changed": (Action.REPLACE, Reason.CHANGED),
            "new": (Action.ADOPT, Reason.RENAMED),
            "removed": (Action.RETIRE, Reason.REMOVED),
            "same": (Action.KEEP, Reason.CURRENT),
        } == decisions(plan)
        assert (Evidence.BASE, None, 0) == (plan.evidence, plan.lineage, plan.serial)

    def test_what_differs_is_told_and_no_job_is_named(self, world: World, base: Base) -> None:
        written(world.run.root, "changed")
        with (world.run.root / "specs" / "changed.yaml").open("a", encoding="utf-8") as file:
            file.write("modelParameters: {temperature: 1}\n")

        plan = self.planned(world, base)

        (change,) = (change for change in plan.changes if change.action is Action.REPLACE)
        assert ["modelParameters.temperature"] == [difference.path for difference in change.differences]
        assert {(Premise(), None)} == {(each.premise, each.observed) for each in plan.changes}

    def test_an_environment_that_the_base_does_not_have_is_all_new(self, world: World, base: Base) -> None:
        written(world.run.root, "same")
        without = replace(base, workspace=replace(base.workspace, environments={}))

        assert {"same": (Action.CREATE, Reason.NEW)} == decisions(self.planned(world, without))

    def test_an_error_in_the_base_is_told_as_such(self, world: World, base: Base) -> None:
        written(world.run.root, "same")
        (base.root / "specs" / "same.yaml").write_text("displayName: [", encoding="utf-8")

        with pytest.raises(InvalidSpecsError) as refusal:
            self.planned(world, base)
        assert str(base.root) == refusal.value.base

    def test_without_a_base_a_lockfile_in_a_bucket_is_no_ground_for_a_plan(self, world: World) -> None:
        written(world.run.root, "same")

        with pytest.raises(UsageError, match="is in a bucket, which is not read offline") as refusal:
            self.planned(world, None)
        assert "--base DIR" in str(refusal.value.hint)

    def test_with_a_lockfile_the_base_stands_for_nothing(self, world: World, base: Base) -> None:
        desired = Desired((V1,), (), ())

        plan = plan_offline(world.run, desired, world.shores.store, base, insistence=Insistence())

        assert ({"daily": (Action.CREATE, Reason.NEW)}, Evidence.LOCKFILE) == (decisions(plan), plan.evidence)


def test_names_of_recorded_jobs_are_in_the_premise(world: World) -> None:
    world.stores(lockfile(entry(V1, 1, SUCCEEDED)))

    (change,) = from_lockfile(world, V1).changes
    assert job_name(1) == change.premise.recorded
