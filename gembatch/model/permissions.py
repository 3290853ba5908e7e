"""Which permissions who needs where. `docs/permissions.md` says the same to people."""

from __future__ import annotations

_JOBS = "aiplatform.batchPredictionJobs"

ON_PROJECT = (f"{_JOBS}.list", f"{_JOBS}.get", f"{_JOBS}.create", f"{_JOBS}.cancel")
"""On the project: `plan`, `status` and `wait` need the first two, `apply` all of them."""

ON_INPUT = ("storage.objects.get", "storage.objects.list")
"""On a bucket of inputs, to pin what was reviewed."""

ON_STAGING = ("storage.objects.create", "storage.objects.get", "storage.objects.list")
"""On the bucket of the staging prefix. Nothing there is ever overwritten."""

ON_LOCKFILE = ("storage.objects.get", "storage.objects.list", "storage.objects.create", "storage.objects.delete")
"""On the bucket of a lockfile; to overwrite is to create and to delete."""

ON_OUTPUT = ("storage.objects.create",)
"""On a bucket of outputs. It is Vertex AI's service agent that writes there."""

USER_ROLE = "roles/aiplatform.user"
READER_ROLE = "roles/storage.objectViewer"
WRITER_ROLE = "roles/storage.objectUser"
