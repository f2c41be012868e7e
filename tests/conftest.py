from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("deep", deadline=None, max_examples=2_000)
settings.load_profile("ci")  # by hand: pytest --hypothesis-profile=deep


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="rewrite what is compared")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether goldens and transcripts are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update-goldens"))
