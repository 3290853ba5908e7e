"""Vertex AI batch prediction and Cloud Storage on loopback. Stands alone: imports nothing else of gembatch.

Google's own clients talk to it as they talk to Google; what it does not do, it refuses. `server.Emulator` puts it
together, and from there it reads in the order in which a request passes through::

    listener  bodies      sockets and bytes
    http                  requests, responses and routes, as values
    storage               buckets and objects: `storage.api` and uploads; objects, stored and listing behind them
    jobs                  batch prediction: `jobs.api`, checks and filters; life, execution and worker behind them
    database              what is kept: one SQLite file; content lies beside it as whole files

Time comes from `settings`, so that a test can hold it still.
"""

from __future__ import annotations

import logging

# Silent unless somebody listens: without a handler Python would print what goes wrong between a user's own lines.
logging.getLogger(__name__).addHandler(logging.NullHandler())
