"""Everything that a template refers to exists, over the borders of nested stacks too."""

import pytest
import yaml  # type: ignore[import-untyped]

from tests.infra.templates import MAIN, NESTED_STACK, all_templates, load, nested, references, walk


@pytest.mark.parametrize("file", all_templates())
def test_every_reference_names_a_resource_or_a_parameter_of_its_template(file: str) -> None:
    template = all_templates()[file]
    known = {*template["Resources"], *template.get("Parameters", {})}
    named = {name for name, _ in references(template) if not name.startswith("AWS::")}
    assert named <= known


@pytest.mark.parametrize("file", all_templates())
def test_every_parameter_and_condition_is_used(file: str) -> None:
    template = all_templates()[file]
    named = {name for name, _ in references(template)}
    assert set(template.get("Parameters", {})) <= named
    conditions = {resource["Condition"] for resource in template["Resources"].values() if "Condition" in resource}
    conditions |= {node["Fn::If"][0] for node in walk(template) if "Fn::If" in node}
    assert set(template.get("Conditions", {})) == conditions


@pytest.mark.parametrize("stack", nested(load(MAIN)))
def test_a_nested_stack_is_given_exactly_its_parameters(stack: str) -> None:
    main = load(MAIN)
    declared = load(nested(main)[stack])["Parameters"]
    assert set(main["Resources"][stack]["Properties"]["Parameters"]) == set(declared)


def test_every_output_asked_of_a_nested_stack_is_there_and_none_is_idle() -> None:
    main = load(MAIN)
    asked = {
        (name, attribute.removeprefix("Outputs."))
        for name, attribute in references(main)
        if attribute and main["Resources"][name]["Type"] == NESTED_STACK
    }
    given = {(stack, output) for stack, path in nested(main).items() for output in load(path).get("Outputs", {})}
    assert asked == given


def test_nested_stacks_do_not_wait_for_each_other_in_a_circle() -> None:
    resources = load(MAIN)["Resources"]
    waits_for = {name: {other for other, _ in references(resource) if other in resources} for name, resource in resources.items()}
    shared = {other for other, _ in references(load(MAIN)["Globals"])}
    waits_for = {n: w | (shared if resources[n]["Type"] == "AWS::Serverless::Function" else set()) for n, w in waits_for.items()}
    ready: set[str] = set()
    while now := {name for name, others in waits_for.items() if name not in ready and others <= ready}:
        ready |= now
    assert ready == set(resources)


def test_templates_hold_no_anchors_which_cloudformation_does_not_read() -> None:
    for path in (MAIN, *nested(load(MAIN)).values()):
        assert not [event for event in yaml.parse(path.read_text()) if getattr(event, "anchor", None)]
