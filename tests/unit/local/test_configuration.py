import socket
from pathlib import Path

import pytest

from infra.local.configuration import ConfigurationError, read_configuration
from infra.local.stack import check_ports
from tests.stack import free_ports


def test_all_ports_follow_the_one_that_is_set() -> None:
    configuration = read_configuration({"MATINEE_PORT": "9000", "MATINEE_TUSD_PORT": "7000"})
    assert configuration.ports == {"postgres": 9001, "localstack": 9002, "tusd": 7000, "api": 9004, "hooks": 9005}
    assert configuration.public_url == "http://localhost:9000"


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8080.5"])
def test_an_impossible_port_is_named(port: str) -> None:
    with pytest.raises(ConfigurationError, match="MATINEE_PORT"):
        read_configuration({"MATINEE_PORT": port})


def test_two_parts_on_one_port_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="same port"):
        read_configuration({"MATINEE_API_PORT": "8080"})


def test_on_aws_everything_must_be_named() -> None:
    with pytest.raises(ConfigurationError, match="MATINEE_CLEANUP_QUEUE_URL"):
        read_configuration({"MATINEE_AWS": "1", "MATINEE_BUCKET": "mine"})


def test_an_s3_endpoint_of_ones_own_needs_its_bucket() -> None:
    with pytest.raises(ConfigurationError, match="MATINEE_BUCKET"):
        read_configuration({"AWS_ENDPOINT_URL_S3": "http://store.example"})


def test_stores_of_ones_own_are_not_brought_along() -> None:
    configuration = read_configuration(
        {"MATINEE_DATABASE_URL": "postgresql://db.example/mine", "AWS_ENDPOINT_URL": "http://cloud.example"}
    )
    assert set(configuration.needed_ports) == {
        *("MATINEE_PORT", "MATINEE_TUSD_PORT", "MATINEE_API_PORT", "MATINEE_HOOKS_PORT"),
    }


def test_a_taken_port_is_named_with_its_variable(tmp_path: Path) -> None:
    base = free_ports(6)
    environment = {"MATINEE_PORT": str(base), "MATINEE_STATE_DIR": str(tmp_path)}
    check_ports(read_configuration(environment))
    with socket.create_server(("127.0.0.1", base + 3)), pytest.raises(ConfigurationError) as refused:
        check_ports(read_configuration(environment))
    assert str(base + 3) in str(refused.value)
    assert "MATINEE_TUSD_PORT" in str(refused.value)
