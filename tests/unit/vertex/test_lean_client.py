"""After a lean import, `google.cloud.aiplatform_v1` is whole to whoever asks, in any form, order and thread."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

LEAN = """
import sys
from gembatch.vertex.lean_client import lean_imports
with lean_imports():
    from google.cloud.aiplatform_v1.services.job_service import JobServiceClient as Lean
    from google.cloud.aiplatform_v1.types.batch_prediction_job import BatchPredictionJob as LeanJob
assert len([name for name in sys.modules if name.startswith("google.cloud.aiplatform_v1.")]) < 60
assert not any("lean_client" in type(finder).__module__ for finder in sys.meta_path)
"""

WHOLE = """
from google.cloud import aiplatform_v1
aiplatform_v1.PipelineServiceClient
assert aiplatform_v1.JobServiceClient is aiplatform_v1.services.job_service.JobServiceClient
job = aiplatform_v1.types.BatchPredictionJob(
    input_config={"gcs_source": {"uris": ["gs://b/o"]}}, state=aiplatform_v1.JobState.JOB_STATE_RUNNING
)
assert type(job) is aiplatform_v1.BatchPredictionJob
assert type(job.input_config.gcs_source) is aiplatform_v1.types.GcsSource
assert aiplatform_v1.types.endpoint.Endpoint is aiplatform_v1.Endpoint
assert "PredictionServiceClient" in dir(aiplatform_v1)
"""

IS_SAME = """
assert aiplatform_v1.JobServiceClient is Lean
assert aiplatform_v1.types.BatchPredictionJob is LeanJob
"""


def run(program):
    """Runs a program in a fresh interpreter, with warnings as errors like everywhere here."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False, timeout=120
    )

    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    "program", [LEAN + WHOLE + IS_SAME, WHOLE + LEAN.replace("< 60", "> 300") + IS_SAME], ids=["before", "after"]
)
def test_the_package_is_whole_in_both_orders_and_made_of_the_same_modules(program):
    run(program)


@pytest.mark.parametrize(
    "statement",
    [
        "import google.cloud.aiplatform_v1.types as types; assert types.Endpoint",
        "from google.cloud.aiplatform_v1 import types; assert types.Endpoint",
        "from google.cloud.aiplatform_v1.types import Endpoint, endpoint; assert Endpoint is endpoint.Endpoint",
        "import google.cloud.aiplatform_v1.types.io; google.cloud.aiplatform_v1.EndpointServiceClient",
        "import google.cloud.aiplatform_v1.types.endpoint as endpoint; assert endpoint.Endpoint",
        "from google.cloud.aiplatform_v1 import *; assert EndpointServiceClient and JobServiceClient is Lean",
        "from google.cloud.aiplatform_v1.services.endpoint_service import EndpointServiceClient",
        "from google.cloud.aiplatform_v1 import __version__; assert __version__",
        "from google.cloud import aiplatform_v1 as it; assert it.__file__.endswith('__init__.py'); assert it.__all__",
        "import importlib, google.cloud.aiplatform_v1 as it; assert importlib.reload(it).EndpointServiceClient",
        "import google.cloud.aiplatform_v1 as it, inspect; assert 'api_core' in inspect.getsource(it)",
        "from google.cloud import aiplatform; assert aiplatform.BatchPredictionJob",
    ],
)
def test_every_form_of_import_finds_the_whole(statement):
    run(LEAN + statement.replace("; ", "\n"))


def test_a_name_that_is_nowhere_is_missing_as_ever():
    run(
        LEAN
        + """
import google.cloud.aiplatform_v1 as it
try:
    it.Unheard
except AttributeError as error:
    assert str(error) == "module 'google.cloud.aiplatform_v1' has no attribute 'Unheard'", error
else:
    raise SystemExit("found")
try:
    from google.cloud.aiplatform_v1 import Unheard
except ImportError:
    pass
else:
    raise SystemExit("imported")
"""
    )


def test_the_standard_library_looking_every_module_over_loads_nothing():
    run(
        LEAN
        + """
for module in list(sys.modules.values()):
    getattr(module, "__warningregistry__", None)
assert "google.cloud.aiplatform_v1.services.endpoint_service" not in sys.modules
"""
    )


def test_threads_that_load_it_at_once_all_get_the_client():
    run(
        """
import sys, threading
sys.setswitchinterval(1e-5)
errors, clients = [], set()
start = threading.Barrier(6)

def lean():
    from gembatch.vertex.lean_client import lean_imports
    start.wait()
    try:
        with lean_imports():
            from google.cloud.aiplatform_v1.services.job_service import JobServiceClient
        clients.add(JobServiceClient)
    except BaseException as error:
        errors.append(repr(error))

threads = [threading.Thread(target=lean) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not errors, errors
assert len(clients) == 1

from google.cloud import aiplatform_v1
assert aiplatform_v1.JobServiceClient in clients
assert aiplatform_v1.EndpointServiceClient and aiplatform_v1.types.Endpoint
"""
    )


def test_a_package_init_that_fails_is_tried_again_by_the_next_who_asks():
    run(
        LEAN
        + """
import google.api_core, google.cloud.aiplatform_v1 as it
check, google.api_core.check_python_version = google.api_core.check_python_version, None
try:
    it.EndpointServiceClient
except TypeError:
    pass
google.api_core.check_python_version = check
assert it.EndpointServiceClient and it.__all__
"""
    )
