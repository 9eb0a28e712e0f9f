"""Query plans for statements whose cost depends on their parameters."""

from sqlalchemy import text

USE_CUSTOM_PLANS = text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
"""Execute before a search; applies to the rest of the transaction.

After five executions of a statement PostgreSQL may switch to a generic plan, which does not know
whether a word is rare or frequent, or how many rows an owner has.
Source: PostgreSQL manual, PREPARE, notes on generic plans.
"""
