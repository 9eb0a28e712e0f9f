"""How PostgreSQL plans statements whose cost hangs on their values."""

from sqlalchemy import text

PLAN_FOR_THESE_VALUES = text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
"""To be executed before a search, for the rest of the transaction.

After five executions of a statement PostgreSQL may use one plan for any values, which does not know
whether a word is rare or everywhere, or how many rows an owner has.
Source: PostgreSQL manual, PREPARE, notes on generic plans.
"""
