"""The nouns that every room shares. Standard library only, no effects."""

from __future__ import annotations
