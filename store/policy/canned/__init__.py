"""Is this reply written for this ticket? Earlier replies, boilerplate and the agent's own words told apart."""

from store.policy.canned.index import CorruptIndex, Index
from store.policy.canned.judge import judge
from store.policy.canned.verdict import Canned, Nearest, SentenceVerdict

__all__ = ["Canned", "CorruptIndex", "Index", "Nearest", "SentenceVerdict", "judge"]
