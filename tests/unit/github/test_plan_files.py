"""Approved plans between the steps of a job."""

from __future__ import annotations

from pathlib import Path

import pytest

from gembatch.errors import GitHubError
from gembatch.github.approved import SavedPlan
from gembatch.github.plan_files import PlanFile, plan_files, write_plan


def test_files_sort_as_they_were_merged_whatever_their_numbers(tmp_path: Path):
    for place, number in enumerate((900, 17, 1204), start=1):
        write_plan(tmp_path / "plans", place, number, SavedPlan(f"plan {number}\r\n", f"page {number}"))

    assert [
        PlanFile(900, tmp_path / "plans" / "0001-900.json", "page 900"),
        PlanFile(17, tmp_path / "plans" / "0002-17.json", "page 17"),
        PlanFile(1204, tmp_path / "plans" / "0003-1204.json", "page 1204"),
    ] == plan_files(tmp_path / "plans")
    assert b"plan 17\r\n" == (tmp_path / "plans" / "0002-17.json").read_bytes(), "byte by byte"


def test_what_is_no_plan_of_ours_is_left_alone(tmp_path: Path):
    (tmp_path / "notes.json").write_text("{}", encoding="utf-8")

    assert [] == plan_files(tmp_path)


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path):
    with pytest.raises(GitHubError, match="cannot read the plans in "):
        plan_files(tmp_path / "plans")


def test_a_file_in_its_place_is_one_sentence(tmp_path: Path):
    (tmp_path / "plans").write_text("", encoding="utf-8")

    with pytest.raises(GitHubError, match=r"cannot write .*plans/0001-17\.json: "):
        write_plan(tmp_path / "plans", 1, 17, SavedPlan("", ""))
