"""Buckets and objects: the part of Cloud Storage that jobs and their callers need."""

from __future__ import annotations
