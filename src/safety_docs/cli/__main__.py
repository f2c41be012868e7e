"""``py -m safety_docs.cli``, for machines where scripts are not on the path."""

from __future__ import annotations

from safety_docs.cli.main import main

if __name__ == "__main__":
    main()
