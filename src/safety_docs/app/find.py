"""Search the cabinet in Chinese; the projection is brought up to date first.

While somebody is filing it is not: his program does that, a little behind, and a search that ran
after it would end when the batch does. The answer says what it lacks.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from safety_docs.app.projection import read_up
from safety_docs.archive import LockedError
from safety_docs.core.retention import Retention
from safety_docs.index import SearchRequest

if TYPE_CHECKING:
    from safety_docs.app.house import House
    from safety_docs.index import EngineName, Results


_FILING = "有人正在归档，专本里最新的 {} 条还查不到，归档结束后请再查一次。"


def request_of(house: House, query: str, **options: Any) -> SearchRequest:
    """A request whose category, form and retention may be written as people write them.

    Raises:
        UnknownCategoryError: If the category is not in the scheme.
        UnknownFormError: If there is no such form.
        RetentionError: If the retention period cannot be read.
    """
    if options.get("category"):
        options["category"] = house.cabinet.classification.category(options["category"]).code
    if options.get("form"):
        options["form"] = house.library.find(options["form"]).id
    if options.get("retention"):
        options["retention"] = Retention.parse(options["retention"]).code
    return SearchRequest(query, **options)


def find(house: House, request: SearchRequest, engine_name: EngineName = "sqlite") -> Results:
    """Answer `request` from the notebook as it is now, or with a note how far behind it is.

    Raises:
        QueryError: If the query cannot be understood.
        NoCabinetError: If there is no cabinet.
    """
    cabinet = house.cabinet
    engine = house.engine(engine_name)
    try:
        try:
            read_up(cabinet, engine)
        except LockedError:
            missing = cabinet.position().seq - engine.position().seq
            results = engine.search(request)
            notes = (_FILING.format(missing),) if missing > 0 else ()
            return dataclasses.replace(results, notes=(*results.notes, *notes))
        return engine.search(request)
    finally:
        engine.close()
