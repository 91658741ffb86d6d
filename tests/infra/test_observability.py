"""Alarms look at metrics that exist, and each is explained."""

import ast
import json
import re
from functools import cache

import pytest

from matinee import events
from tests.infra.templates import ROOT, load, of_type
from tests.infra.workloads import workloads

OBSERVABILITY = load(ROOT / "infra" / "observability.yaml")
ALARMS = of_type(OBSERVABILITY, "AWS::CloudWatch::Alarm")
FILTERS = of_type(OBSERVABILITY, "AWS::Logs::MetricFilter")
OPERATIONS = ROOT / "docs" / "operations.md"

# Metrics of AWS that alarms look at, with the dimensions under which they come.
AWS_METRICS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", ("QueueName",)),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage", ("QueueName",)),
    ("AWS/Lambda", "Invocations", ("FunctionName",)),
    ("AWS/Lambda", "Errors", ("FunctionName",)),
    ("AWS/ApiGateway", "5xx", ("ApiId",)),
    ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", ("LoadBalancer",)),
    ("AWS/ApplicationELB", "HealthyHostCount", ("LoadBalancer", "TargetGroup")),
    ("ECS/ContainerInsights", "RunningTaskCount", ("ClusterName", "ServiceName")),
    ("AWS/RDS", "ACUUtilization", ("DBClusterIdentifier",)),
}


@cache
def _own_metrics() -> set[tuple[str, str]]:
    """(name, service) of what the code counts; Powertools adds the dimension ``service``."""
    services = {
        workload.module.split(".")[1]: workload.environment["POWERTOOLS_SERVICE_NAME"]
        for workload in workloads().values()
        if workload.module.startswith("functions.")
    }
    found = set()
    for path in sorted((ROOT / "functions").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(attr="add_metric"), args=[ast.Constant(value=str(name)), *_]):
                    found.add((name, services[path.relative_to(ROOT / "functions").parts[0]]))
    return found


def _filtered() -> set[str]:
    return {made["MetricName"] for metric_filter in FILTERS.values() for made in metric_filter["MetricTransformations"]}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_looks_at_a_metric_that_exists(name: str) -> None:
    alarm = ALARMS[name]
    dimensions = {dimension["Name"]: dimension["Value"] for dimension in alarm.get("Dimensions", [])}
    if alarm["Namespace"] != "Matinee":
        assert (alarm["Namespace"], alarm["MetricName"], tuple(dimensions)) in AWS_METRICS
    elif dimensions:
        assert (alarm["MetricName"], dimensions["service"]) in _own_metrics()
    else:
        assert alarm["MetricName"] in _filtered()


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_somebody_and_says_what_it_means(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == [{"Ref": "Alarms"}]
    assert ALARMS[name]["AlarmDescription"]
    assert ALARMS[name]["TreatMissingData"] in ("breaching", "notBreaching")


def test_the_operations_page_explains_every_alarm_and_no_other() -> None:
    assert set(re.findall(r"^### (\w+)$", OPERATIONS.read_text(), re.MULTILINE)) == set(ALARMS)


@pytest.mark.parametrize("name", FILTERS)
def test_a_metric_is_made_of_an_event_that_the_code_emits_and_of_a_field_that_it_has(name: str) -> None:
    pattern = FILTERS[name]["FilterPattern"]
    detail_type = re.search(r'\$\.detail-type = "([^"]+)"', pattern)
    assert detail_type is not None
    kinds = {kind.name: kind for kind in (events.VideoPlayable, events.VideoReady, events.VideoFailed)}
    fields = kinds[detail_type[1]].model_fields
    value = FILTERS[name]["MetricTransformations"][0]["MetricValue"]
    used = re.findall(r"\$\.detail\.(\w+)", f"{pattern} {value}")
    assert set(used) <= set(fields)


def test_the_dashboard_is_json_and_shows_what_exists() -> None:
    text = next(iter(of_type(OBSERVABILITY, "AWS::CloudWatch::Dashboard").values()))["DashboardBody"]["Fn::Sub"]
    body = json.loads(re.sub(r"\$\{[^}]+\}", "x", text))
    shown = [metric for widget in body["widgets"] for metric in widget["properties"]["metrics"]]
    ours = {metric[1] for metric in shown if metric[0] == "Matinee"}
    assert ours <= _filtered() | {name for name, _ in _own_metrics()}
    assert len(shown) > len(ours)


def test_every_log_of_the_database_ends_after_the_days_that_logs_are_kept() -> None:
    """RDS and Lambda make these groups by themselves where there are none, and such groups keep everything for ever."""
    template = load(ROOT / "infra" / "database.yaml")
    kept = {
        group["LogGroupName"]["Fn::Sub"]: (name, group["RetentionInDays"])
        for name, group in of_type(template, "AWS::Logs::LogGroup").items()
        if "LogGroupName" in group
    }
    cluster, rotation = (template["Resources"][name] for name in ("Cluster", "Rotation"))
    assert cluster["Properties"]["DBClusterIdentifier"] == {"Ref": "Name"}
    wanted = {f"/aws/rds/cluster/${{Name}}/{log}": cluster for log in cluster["Properties"]["EnableCloudwatchLogsExports"]}
    rotator = rotation["Properties"]["HostedRotationLambda"]["RotationLambdaName"]["Fn::Sub"]
    for group, maker in (wanted | {f"/aws/lambda/{rotator}": rotation}).items():
        name, days = kept[group]
        assert name in maker["DependsOn"]
        assert days == {"Ref": "LogDays"}
