"""Configurations of admission webhooks and admission policies."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = [
    "AdmissionPolicyBindingStrategy",
    "AdmissionPolicyStrategy",
    "MutatingWebhookConfigurationStrategy",
    "ValidatingAdmissionPolicyBindingStrategy",
    "ValidatingAdmissionPolicyStrategy",
    "WebhookConfigurationStrategy",
]


class WebhookConfigurationStrategy(Strategy):
    """ValidatingWebhookConfiguration."""

    has_generation = True
    allow_unconditional_update = False


class MutatingWebhookConfigurationStrategy(Strategy):
    """MutatingWebhookConfiguration."""

    has_generation = True
    allow_unconditional_update = False


class AdmissionPolicyStrategy(Strategy):
    """MutatingAdmissionPolicy."""

    has_generation = True
    allow_unconditional_update = False


class ValidatingAdmissionPolicyStrategy(Strategy):
    """ValidatingAdmissionPolicy."""

    has_generation = True
    has_status = True
    allow_unconditional_update = False


class AdmissionPolicyBindingStrategy(Strategy):
    """MutatingAdmissionPolicyBinding."""

    has_generation = True
    allow_unconditional_update = False


class ValidatingAdmissionPolicyBindingStrategy(Strategy):
    """ValidatingAdmissionPolicyBinding."""

    has_generation = True
    allow_unconditional_update = False
