"""What a district's yearly safety plan demands: obligations as data."""

from __future__ import annotations

from safety_docs.plan.obligations import Obligation, Plan, PlanError, load_plan

__all__ = ["Obligation", "Plan", "PlanError", "load_plan"]
