"""Requests for certificates, and bundles of trust."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["CertificateSigningRequestStrategy", "ClusterTrustBundleStrategy", "PodCertificateRequestStrategy"]


class CertificateSigningRequestStrategy(Strategy):
    """CertificateSigningRequest."""

    has_status = True


class ClusterTrustBundleStrategy(Strategy):
    """ClusterTrustBundle."""

    allow_unconditional_update = False


class PodCertificateRequestStrategy(Strategy):
    """PodCertificateRequest."""

    has_status = True
    allow_unconditional_update = False
