"""Jobs that the specs ask for, each built when somebody looks at it: who validates only counts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from gembatch.model.document import Pointer, Rendered
from gembatch.model.jobs import JobSpec, StagedFile
from gembatch.model.layers import Composed
from gembatch.pipeline.run import Run
from gembatch.validate.build import build_job


@dataclass(frozen=True, slots=True)
class Origin:
    """What a job was made of.

    Attributes:
        composed: Its document, expressions not filled in.
        rendered: The same for the job's combination and date, filled in.
        is_due: Whether its series is due in this run; if not it is only checked.
    """

    composed: Composed
    rendered: Rendered
    is_due: bool = True


@dataclass(frozen=True)
class Wanted:
    """One job that is asked for.

    Attributes:
        run: The run that asks.
        origin: What it is made of.
        staged: The files of the repository among its inputs, by where they are written.
    """

    run: Run
    origin: Origin
    staged: Mapping[Pointer, StagedFile]

    @cached_property
    def job(self) -> JobSpec:
        """The job."""
        run = self.run
        return build_job(
            self.origin.rendered,
            workspace=run.workspace,
            environment=run.environment,
            staged=self.staged,
            date=run.instant.date(),
        )


class Jobs(Sequence[JobSpec]):
    """The jobs that are asked for."""

    def __init__(self, wanted: Iterable[Wanted]) -> None:
        self._wanted = tuple(wanted)

    def __len__(self) -> int:
        return len(self._wanted)

    def __iter__(self) -> Iterator[JobSpec]:
        return (each.job for each in self._wanted)

    @overload
    def __getitem__(self, index: int) -> JobSpec: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[JobSpec]: ...

    def __getitem__(self, index: int | slice) -> JobSpec | Sequence[JobSpec]:
        return Jobs(self._wanted[index]) if isinstance(index, slice) else self._wanted[index].job
