"""Files of the repository that are inputs."""

from __future__ import annotations
