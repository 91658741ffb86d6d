"""The one origin: what CloudFront serves, to whom, and with which headers."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from infra.local.edge import SECURITY_HEADERS
from matinee.cookies import POLICY_COOKIE, signed_cookies, stream_policy
from tests.infra.edge_functions import run
from tests.infra.templates import MAIN, ROOT, load, of_type

DELIVERY = load(ROOT / "infra" / "delivery.yaml")
DISTRIBUTION = of_type(DELIVERY, "AWS::CloudFront::Distribution")["Distribution"]["DistributionConfig"]
BEHAVIORS = {behavior["PathPattern"]: behavior for behavior in DISTRIBUTION["CacheBehaviors"]}
ORIGINS = {origin["Id"]: origin for origin in DISTRIBUTION["Origins"]}
ALL_BEHAVIORS = {"*": DISTRIBUTION["DefaultCacheBehavior"], **BEHAVIORS}
NO_CACHE = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

SESSION = UUID("01999999-0000-7000-8000-000000000001")
EPOCH = 1_790_000_000


def _viewer(path: str, epoch: int | None = EPOCH) -> dict[str, Any]:
    """A viewer's request, with the cookies of a session that were given out under an access epoch (None: without)."""
    cookies = {}
    if epoch is not None:
        policy = stream_policy("https://matinee.example", SESSION, epoch, epoch + 300)
        cookies = {name: {"value": value} for name, value in signed_cookies(policy, "K1", lambda text: text[::-1]).items()}
    return {"method": "GET", "uri": path, "headers": {}, "cookies": cookies}


SEGMENT = f"/streams/{SESSION}/a/b.ts"


def test_a_viewer_of_a_session_that_withdrew_nothing_gets_through(tmp_path: Path) -> None:
    request = _viewer(SEGMENT)
    assert run("Streams", request, tmp_path) == request


def test_cookies_from_before_a_new_invitation_get_403(tmp_path: Path) -> None:
    store = {str(SESSION): f"{EPOCH + 1} 1790000500"}
    assert run("Streams", _viewer(SEGMENT), tmp_path, store)["statusCode"] == 403


def test_cookies_from_after_a_new_invitation_get_through(tmp_path: Path) -> None:
    request = _viewer(SEGMENT, EPOCH + 1)
    assert run("Streams", request, tmp_path, {str(SESSION): f"{EPOCH + 1} 1790000500"}) == request


def test_withdrawing_access_of_one_session_leaves_the_others_alone(tmp_path: Path) -> None:
    request = _viewer(SEGMENT)
    assert run("Streams", request, tmp_path, {"01999999-0000-7000-8000-00000000000f": "1 1790000500"}) == request


@pytest.mark.parametrize("path", [SEGMENT, "/streams/", "/streams"])
def test_a_viewer_without_cookies_gets_403(path: str, tmp_path: Path) -> None:
    assert run("Streams", _viewer(path, None), tmp_path)["statusCode"] == 403


@pytest.mark.parametrize("value", ["", "~~~", "e30_", "bm90IGpzb24_"])
def test_a_policy_that_cannot_be_read_gets_403_when_access_was_withdrawn(value: str, tmp_path: Path) -> None:
    request = _viewer(SEGMENT)
    request["cookies"][POLICY_COOKIE]["value"] = value
    assert run("Streams", request, tmp_path, {str(SESSION): f"{EPOCH} 1790000500"})["statusCode"] == 403


def test_a_policy_with_every_character_of_cloudfronts_alphabet_is_read(tmp_path: Path) -> None:
    policy = stream_policy("https://>>>???.example/~~", SESSION, EPOCH, EPOCH + 300)
    request = _viewer(SEGMENT)
    value = signed_cookies(policy, "K1", lambda text: text)[POLICY_COOKIE]
    request["cookies"][POLICY_COOKIE]["value"] = value
    assert {"-", "~", "_"} <= set(value)
    assert run("Streams", request, tmp_path, {str(SESSION): f"{EPOCH} 1"}) == request
    assert run("Streams", request, tmp_path, {str(SESSION): f"{EPOCH + 1} 1"})["statusCode"] == 403


@pytest.mark.parametrize("path", ["/", "/watch/0199", "/sessions/0199", "/a.b/c"])
def test_addresses_of_the_application_get_its_page(path: str, tmp_path: Path) -> None:
    assert run("Pages", _viewer(path, None), tmp_path)["uri"] == "/index.html"


@pytest.mark.parametrize("path", ["/assets/index-1a2b.js", "/favicon.svg", "/docs-assets/swagger-ui.css", "/assets/missing.css"])
def test_files_stay_files(path: str, tmp_path: Path) -> None:
    assert run("Pages", _viewer(path, None), tmp_path)["uri"] == path


@pytest.mark.parametrize("path", ["/hooks/tusd", "/hooks", "/hooks/"])
def test_there_is_nothing_at_the_hooks_address(path: str, tmp_path: Path) -> None:
    assert run("Pages", _viewer(path, None), tmp_path)["statusCode"] == 404


def test_no_way_from_outside_leads_to_the_hooks() -> None:
    routes = [route["RouteKey"] for route in of_type(load(MAIN), "AWS::ApiGatewayV2::Route").values()]
    rules = of_type(load(ROOT / "infra" / "uploads.yaml"), "AWS::ElasticLoadBalancingV2::ListenerRule")
    paths = [path for rule in rules.values() for c in rule["Conditions"] for path in c["PathPatternConfig"]["Values"]]
    assert sorted(routes) == ["ANY /api/{proxy+}", "GET /api/sessions/{session_id}/stream"]
    assert paths == ["/files", "/files/*"]
    assert set(BEHAVIORS) == {"/api/*", "/files/*", "/streams/*"}


def test_every_way_into_the_api_passes_the_gate() -> None:
    for route in of_type(load(MAIN), "AWS::ApiGatewayV2::Route").values():
        assert route["AuthorizationType"] == "CUSTOM"
        assert route["AuthorizerId"] == {"Fn::GetAtt": ["OriginGate", "Outputs.AuthorizerId"]}


def test_streams_are_for_holders_of_signed_cookies_alone() -> None:
    streams = BEHAVIORS["/streams/*"]
    assert streams["TrustedKeyGroups"] == [{"Ref": "KeyGroup"}]
    assert streams["AllowedMethods"] == ["GET", "HEAD"]
    assert streams["FunctionAssociations"][0]["FunctionARN"] == {"Fn::GetAtt": ["Streams", "FunctionARN"]}


def test_only_cloudfront_reads_the_buckets_and_of_the_media_only_streams() -> None:
    policies = of_type(DELIVERY, "AWS::S3::BucketPolicy")
    for policy in policies.values():
        allowed = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
        assert [s["Principal"] for s in allowed] == [{"Service": "cloudfront.amazonaws.com"}]
        assert "${Distribution}" in str(allowed[0]["Condition"])
    media = policies["MediaBucketPolicy"]["PolicyDocument"]["Statement"][0]
    assert media["Resource"] == {"Fn::Sub": "${MediaBucketArn}/streams/*"}


def test_answers_of_the_api_and_of_tusd_are_never_kept() -> None:
    assert [BEHAVIORS[path]["CachePolicyId"] for path in ("/api/*", "/files/*")] == [NO_CACHE, NO_CACHE]


def test_every_answer_carries_the_security_headers_of_one_machine() -> None:
    policy = of_type(DELIVERY, "AWS::CloudFront::ResponseHeadersPolicy")["SecurityHeaders"]["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]
    on_aws = {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "X-Content-Type-Options": "nosniff" if "ContentTypeOptions" in security else None,
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        **{item["Header"]: item["Value"] for item in policy["CustomHeadersConfig"]["Items"]},
    }
    assert on_aws == SECURITY_HEADERS
    assert all(behavior["ResponseHeadersPolicyId"] == {"Ref": "SecurityHeaders"} for behavior in ALL_BEHAVIORS.values())


def test_every_behavior_has_an_origin_and_speaks_tls_to_viewers() -> None:
    assert {behavior["TargetOriginId"] for behavior in ALL_BEHAVIORS.values()} == set(ORIGINS)
    assert {behavior["ViewerProtocolPolicy"] for behavior in ALL_BEHAVIORS.values()} <= {"https-only", "redirect-to-https"}
    assert DISTRIBUTION["HttpVersion"] == "http2and3"


def test_tusd_is_told_that_viewers_speak_https() -> None:
    assert {"HeaderName": "Forwarded", "HeaderValue": "proto=https"} in ORIGINS["uploads"]["OriginCustomHeaders"]
    assert "-behind-proxy=true" in (ROOT / "infra" / "tusd" / "serve.sh").read_text()


def test_both_ends_of_the_gate_know_the_same_header() -> None:
    sent = ORIGINS["api"]["OriginCustomHeaders"][0]["HeaderName"]
    gate = load(ROOT / "infra" / "origin_gate.yaml")
    authorizer = of_type(gate, "AWS::ApiGatewayV2::Authorizer")["Authorizer"]
    assert authorizer["IdentitySource"] == [f"$request.header.{sent}"]
    assert f'"{sent}"' in (ROOT / "infra" / "origin_gate" / "handler.py").read_text()
