"""Several authorizers as one: the first opinion counts.

Source: k8s.io/apiserver, pkg/authorization/union.
"""

from __future__ import annotations

from fakes.apiserver.authorization.authorizer import Attributes, Authorization, Authorizer, Decider, Decision

__all__ = ["UnionAuthorizer", "UnionDecider"]


class UnionAuthorizer:
    """Asks in turn until one allows or denies."""

    def __init__(self, *authorizers: Authorizer) -> None:
        self._authorizers = authorizers

    async def authorize(self, attributes: Attributes) -> Authorization:
        silent = []
        for authorizer in self._authorizers:
            answer = await authorizer.authorize(attributes)
            if answer.decision is not Decision.NO_OPINION:
                return answer
            silent.append(answer)
        return _nobody(silent)


class UnionDecider:
    """The same of authorizers that answer at once, so that it does too."""

    def __init__(self, *deciders: Decider) -> None:
        self._deciders = deciders

    def decide(self, attributes: Attributes) -> Authorization:
        silent = []
        for decider in self._deciders:
            answer = decider.decide(attributes)
            if answer.decision is not Decision.NO_OPINION:
                return answer
            silent.append(answer)
        return _nobody(silent)

    async def authorize(self, attributes: Attributes) -> Authorization:
        return self.decide(attributes)


def _nobody(answers: list[Authorization]) -> Authorization:
    reasons = [answer.reason for answer in answers if answer.reason]
    errors = list(dict.fromkeys(answer.error for answer in answers if answer.error))
    error = f"[{', '.join(errors)}]" if len(errors) > 1 else "".join(errors)
    return Authorization(Decision.NO_OPINION, "\n".join(reasons), error)
