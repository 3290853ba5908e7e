"""Vertex AI batch prediction and Cloud Storage on loopback. Stands alone: imports nothing else of gembatch.

Google's own clients talk to it as they talk to Google; what it does not do, it refuses. `server.Emulator` puts it
together, and from there it reads in the order in which a request passes through::

    listener  bodies      sockets and bytes
    http                  requests, responses and routes, as values
    storage_api           buckets and objects: uploads beside it; objects, stored and listing behind it
    jobs_api              jobs: checks and filters before them; life, execution, model and worker behind them
    database  blobs       what is kept: one SQLite file, and content as whole files

Time comes from `settings`, so that a test can hold it still.
"""

from __future__ import annotations
