from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from safety_docs.index import UnknownEngineError, open_engine

if TYPE_CHECKING:
    from pathlib import Path


def test_an_unknown_engine_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownEngineError, match="lucene"):
        open_engine("lucene", tmp_path)


def test_a_plain_search_does_not_import_whoosh(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from safety_docs.index import *;"
        f"engine = open_engine('sqlite', pathlib.Path({str(tmp_path)!r}));"
        "engine.search(SearchRequest('题名:责任书 消防'));"
        "assert not any(name.startswith('whoosh') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})
