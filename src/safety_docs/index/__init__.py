"""Projections of the notebook: catalogue, full text, the query language, text extraction.

Everything here can be deleted and made again from the notebook and the files of the cabinet.
"""

from __future__ import annotations

from safety_docs.index.docx_text import read_parts
from safety_docs.index.engine import (
    ENGINES,
    Card,
    Engine,
    EngineName,
    Hit,
    Located,
    Query,
    Results,
    SearchRequest,
    open_engine,
)
from safety_docs.index.errors import (
    IndexDamagedError,
    IndexNotWritableError,
    QueryError,
    UnknownEngineError,
)
from safety_docs.index.extract import Extracted, extract_text, text_of_parts
from safety_docs.index.query import literal, parse_query

__all__ = [
    "ENGINES",
    "Card",
    "Engine",
    "EngineName",
    "Extracted",
    "Hit",
    "IndexDamagedError",
    "IndexNotWritableError",
    "Located",
    "Query",
    "QueryError",
    "Results",
    "SearchRequest",
    "UnknownEngineError",
    "extract_text",
    "literal",
    "open_engine",
    "parse_query",
    "read_parts",
    "text_of_parts",
]
