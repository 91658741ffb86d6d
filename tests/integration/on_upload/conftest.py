"""Fixtures of the uploads' tests."""

import pytest

from tests.integration.sessions.world import Cloud, Host, cloud, new_host, provisioned_cloud

__all__ = ["cloud", "provisioned_cloud"]


@pytest.fixture
def host(cloud: Cloud) -> Host:
    """A host, signed in."""
    return new_host()
