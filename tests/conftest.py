from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="rewrite what is compared")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether goldens and transcripts are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update-goldens"))
