"""Proof: what a policy's rules do to every claim there could be, found exactly, without a claim."""

from portal.domain.policy.proof.check import prove
from portal.domain.policy.proof.concerns import Concern, ConcernKind, Proof, Severity

__all__ = ["Concern", "ConcernKind", "Proof", "Severity", "prove"]
