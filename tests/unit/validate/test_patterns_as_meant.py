"""A schema's pattern means what JSON schemas mean by it, whatever Python's matcher would take it for."""

from __future__ import annotations

import re

import pytest

from gembatch.validate.violations import as_python_means


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("^a$", "a", True),
        ("^a$", "a\n", False),
        ("^(a|b$)", "b\n", False),
        (r"^a\$", "a$", True),
        (r"^a\\$", "a\\", True),
        (r"^a\\$", "a\\\n", False),
        ("^[$]$", "$", True),
        ("^[^$]$", "a", True),
        ("^[]$]$", "$", True),
        (r"^[\]$]+$", "]$", True),
        ("[a]$[b]?", "a\n", False),
    ],
)
def test_the_end_is_the_end_and_a_dollar_is_a_dollar(pattern: str, text: str, fits) -> None:
    assert fits == bool(re.search(as_python_means(pattern), text))
