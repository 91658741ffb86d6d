"""What runs in the private network reaches all that it calls, and nothing else is there."""

import pytest

from tests.infra.code import aws_calls
from tests.infra.templates import ROOT, Template, containers, load, of_type
from tests.infra.workloads import Workload, workloads

NETWORK, UPLOADS, DATABASE, MEDIACONVERT = (
    load(ROOT / "infra" / f"{name}.yaml") for name in ("network", "uploads", "database", "mediaconvert")
)
# What ECS does for a task over the task's own interface, on Fargate 1.4:
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
OF_EVERY_TASK = {"ecr.api", "ecr.dkr", "s3", "logs"}
PRIVATE = {
    name: workload
    for name, workload in workloads().items()
    if "VpcConfig" in workload.properties or "Image" in workload.properties
}
COMPUTE = of_type(NETWORK, "AWS::EC2::SecurityGroup")["ComputeSecurityGroup"]


def _endpoints(template: Template) -> set[str]:
    found = of_type(template, "AWS::EC2::VPCEndpoint").values()
    return {endpoint["ServiceName"]["Fn::Sub"].removeprefix("com.amazonaws.${AWS::Region}.") for endpoint in found}


def _called(workload: Workload) -> set[str]:
    return {service for service, _ in aws_calls(workload.module)}


def test_all_that_opens_what_strangers_upload_runs_in_the_private_network() -> None:
    assert {"worker", "hooks", "Sessions", "GetStream", "OnUpload", "OnJob", "Cleanup", "Migrate"} == set(PRIVATE)


def test_there_is_an_endpoint_for_each_service_that_is_called_and_for_no_other() -> None:
    called = set().union(*(_called(workload) for workload in PRIVATE.values()))
    of_rotation = {"secretsmanager"}
    assert _endpoints(NETWORK) | _endpoints(MEDIACONVERT) == called | OF_EVERY_TASK | of_rotation
    assert _endpoints(MEDIACONVERT) == {"mediaconvert"}
    assert all("Secrets" not in container or "secretsmanager" in called for _, container in containers().values())


@pytest.mark.parametrize("name", sorted(set(workloads()) - set(PRIVATE)))
def test_what_runs_outside_needs_nothing_that_is_inside(name: str) -> None:
    workload = workloads()[name]
    assert not {service for service in _called(workload) if service.startswith("cloudfront")} & _endpoints(NETWORK)
    assert "MATINEE_DATABASE_SECRET" not in workload.environment


def test_no_route_leads_out() -> None:
    assert not of_type(NETWORK, "AWS::EC2::Route", "AWS::EC2::NatGateway", "AWS::EC2::EIP")
    for template in (UPLOADS, load(ROOT / "infra" / "transcode.yaml")):
        for service in of_type(template, "AWS::ECS::Service").values():
            assert service["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"] == "DISABLED"


def test_s3_can_be_used_for_our_media_for_images_and_for_answers_to_cloudformation_only() -> None:
    policy = of_type(NETWORK, "AWS::EC2::VPCEndpoint")["S3Endpoint"]["PolicyDocument"]["Statement"]
    allowed = {statement["Sid"]: (statement["Action"], str(statement["Resource"])) for statement in policy}
    assert set(allowed) == {"OurMedia", "LayersOfImages", "AnswersOfCustomResources"}
    assert "MediaBucketArn" in allowed["OurMedia"][1]
    assert allowed["LayersOfImages"][0] == "s3:GetObject"
    assert "prod-${AWS::Region}-starport-layer-bucket/*" in allowed["LayersOfImages"][1]
    assert allowed["AnswersOfCustomResources"][0] == "s3:PutObject"


@pytest.mark.parametrize(
    ("template", "group", "port"), [(NETWORK, "EndpointSecurityGroup", 443), (DATABASE, "SecurityGroup", 5432)]
)
def test_functions_and_tasks_may_call_and_are_let_in_and_nobody_else_is(template: Template, group: str, port: int) -> None:
    assert port in {rule["FromPort"] for rule in COMPUTE["SecurityGroupEgress"]}
    (let_in,) = of_type(template, "AWS::EC2::SecurityGroup")[group]["SecurityGroupIngress"]
    assert "ComputeSecurityGroup" in str(let_in["SourceSecurityGroupId"])
    assert let_in["FromPort"] == let_in["ToPort"] == port


def test_the_load_balancer_reaches_tusd_and_nothing_else_connects_to_a_task() -> None:
    balancer = of_type(UPLOADS, "AWS::EC2::SecurityGroup")["LoadBalancerSecurityGroup"]
    target = of_type(UPLOADS, "AWS::ElasticLoadBalancingV2::TargetGroup")["TargetGroup"]
    into_tasks = of_type(UPLOADS, "AWS::EC2::SecurityGroupIngress").values()
    (_, tusd) = containers()["tusd"]
    port = tusd["PortMappings"][0]["ContainerPort"]
    assert target["Port"] == port
    assert [rule["FromPort"] for rule in balancer["SecurityGroupEgress"]] == [port]
    assert [(rule["FromPort"], rule["SourceSecurityGroupId"]) for rule in into_tasks] == [
        (port, {"Ref": "LoadBalancerSecurityGroup"})
    ]
    assert "SecurityGroupIngress" not in COMPUTE
    listener = of_type(UPLOADS, "AWS::ElasticLoadBalancingV2::Listener")["Listener"]
    assert [rule["FromPort"] for rule in balancer["SecurityGroupIngress"]] == [listener["Port"]]


def test_cloudfront_finds_the_gateway_that_it_asks_for() -> None:
    assert of_type(NETWORK, "AWS::EC2::VPCGatewayAttachment")
