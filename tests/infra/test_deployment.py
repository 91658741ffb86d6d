"""What CloudFormation runs while it deploys, against a real database and a receiver of its answers."""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from moto import mock_aws

from functions.get_stream.signing import signer
from infra.deployment import migrate, signing_key
from infra.origin_gate import handler as origin_gate
from matinee import aws, secrets
from matinee.settings import forget_settings
from tests.infra.custom_resources import Answers, cloudformation


@pytest.fixture(name="cloudformation")
def _cloudformation() -> Iterator[tuple[str, Answers]]:
    with cloudformation() as address_and_answers:
        yield address_and_answers


@pytest.fixture
def secret_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Secrets Manager, empty."""
    for variable in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        _forget()
        yield boto3.client("secretsmanager", region_name="eu-central-1")
    _forget()


def _forget() -> None:
    aws.forget_clients()
    secrets.forget_secrets()
    forget_settings()


def _event(url: str, kind: str = "Create", **properties: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": url,
        "StackId": "arn:aws:cloudformation:eu-central-1:111122223333:stack/matinee/1",
        "RequestId": "r-1",
        "LogicalResourceId": "Thing",
        "ResourceProperties": properties,
    }


def test_a_deployment_brings_an_empty_database_to_the_newest_schema(
    cloudformation: tuple[str, Answers], postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, answers = cloudformation
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("drop database if exists deployment_test")
        connection.execute("create database deployment_test")
    fresh_url = urlsplit(postgres_url)._replace(path="/deployment_test").geturl()
    monkeypatch.setenv("MATINEE_DATABASE_URL", fresh_url)
    migrate.lambda_handler(_event(url), None)
    migrate.lambda_handler(_event(url, "Update"), None)
    assert [answer["Status"] for answer in answers] == ["SUCCESS", "SUCCESS"]
    assert int(answers[0]["Data"]["Applied"]) > 0
    assert answers[1]["Data"]["Applied"] == "0"
    with psycopg.connect(fresh_url) as connection:
        assert connection.execute("select count(*) from sessions").fetchone() == (0,)


def test_a_migration_that_fails_is_told_and_does_not_give_away_the_password(
    cloudformation: tuple[str, Answers], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, answers = cloudformation
    monkeypatch.setenv("MATINEE_DATABASE_URL", "postgresql://matinee:hunter2@127.0.0.1:1/matinee")
    migrate.lambda_handler(_event(url), None)
    assert answers[0]["Status"] == "FAILED"
    assert answers[0]["Reason"]
    assert "hunter2" not in json.dumps(answers)


def test_the_schema_stays_when_the_stack_goes(cloudformation: tuple[str, Answers]) -> None:
    url, answers = cloudformation
    migrate.lambda_handler(_event(url, "Delete") | {"PhysicalResourceId": "schema"}, None)
    assert (answers[0]["Status"], answers[0]["PhysicalResourceId"]) == ("SUCCESS", "schema")


def test_the_public_key_that_cloudfront_gets_verifies_what_the_stream_call_signs(
    cloudformation: tuple[str, Answers], secret_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, answers = cloudformation
    arn = secret_store.create_secret(Name="key")["ARN"]
    signing_key.lambda_handler(_event(url, SecretId=arn), None)
    monkeypatch.setenv("MATINEE_SIGNING_KEY_SECRET_ID", arn)
    monkeypatch.setenv("MATINEE_SIGNING_KEY_ID", "K1")
    public = load_pem_public_key(answers[0]["Data"]["PublicKey"].encode())
    assert isinstance(public, RSAPublicKey)
    assert public.key_size == 2048
    public.verify(signer()(b"policy"), b"policy", PKCS1v15(), SHA1())  # noqa: S303 - CloudFront's choice
    assert "PRIVATE" not in json.dumps(answers)


def test_an_update_keeps_the_key(cloudformation: tuple[str, Answers], secret_store: Any) -> None:
    url, answers = cloudformation
    arn = secret_store.create_secret(Name="key")["ARN"]
    for kind in ("Create", "Update", "Delete"):
        signing_key.lambda_handler(_event(url, kind, SecretId=arn), None)
    assert answers[0]["Data"] == answers[1]["Data"]
    assert answers[2]["Status"] == "SUCCESS"


@pytest.fixture
def origin_secret(secret_store: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The id of what CloudFront shows to the gate, ``right``."""
    arn = str(secret_store.create_secret(Name="origin", SecretString="right")["ARN"])
    monkeypatch.setenv("MATINEE_ORIGIN_SECRET_ID", arn)
    _forget_at_the_gate()
    yield arn
    _forget_at_the_gate()


def _forget_at_the_gate() -> None:
    origin_gate._secrets.cache_clear()
    origin_gate.secretsmanager.cache_clear()


def _passes(given: str) -> bool:
    return origin_gate.lambda_handler({"headers": {"x-matinee-origin": given}}, None)["isAuthorized"]


@pytest.mark.usefixtures("origin_secret")
@pytest.mark.parametrize(("given", "allowed"), [("right", True), ("wrong", False), ("", False), ("rïght", False)])
def test_only_who_knows_the_secret_passes_the_gate(given: str, allowed: bool) -> None:
    assert _passes(given) is allowed
    assert origin_gate.lambda_handler({}, None) == {"isAuthorized": False}


def test_a_renewed_secret_passes_the_gate_and_so_does_the_one_before_until_cloudfront_has_learned_of_it(
    origin_secret: str, secret_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _passes("right")
    for number, renewed in enumerate(("second", "third"), 1):
        secret_store.put_secret_value(SecretId=origin_secret, SecretString=renewed)
        later = time.time() + number * origin_gate.KEPT_SECONDS
        monkeypatch.setattr(time, "time", lambda later=later: later)
        assert _passes(renewed)
    assert _passes("second")
    assert not _passes("right")
