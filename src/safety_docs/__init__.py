"""safety-docs makes, files and finds every document that school-safety work demands.

The architecture is the plan's own sentence 专人·专柜·专本: one custodian, one cabinet of plain
files, one append-only notebook that is the only source of truth. Imports run one way:
``cli -> app -> documents | forms | archive | index -> core``.
"""

from __future__ import annotations

__version__ = "0.1.0"
