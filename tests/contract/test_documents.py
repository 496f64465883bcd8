"""The providers' OpenAPI documents: sound in themselves, marked throughout, true to the server that serves them."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sandbox import resources
from sandbox.client import wires
from sandbox.providers import discover
from sandbox.wire import NotJson, Request, decode, encode
from tests.support.checked import Checked
from tests.support.documents import METHODS, answer_faults, compiled, document, leaves, operation_of, operations
from tests.support.examples import examples

MARKS = {"stated", "inferred", "convention"}
Place = tuple[str, Any]


def nodes(value: Any, place: str = "") -> Iterator[Place]:
    """Every object in a document with its place."""
    if isinstance(value, dict):
        yield place, value
        for key, item in value.items():
            yield from nodes(item, f"{place}/{key}")
    elif isinstance(value, list):
        for turn, item in enumerate(value):
            yield from nodes(item, f"{place}/{turn}")


def structure(value: Any, place: str = "") -> Iterator[Place]:
    """As ``nodes``, without what is data: examples, and values that schemas name."""
    for at, node in nodes(value, place):
        if not re.search(r"/(examples?|value|const|enum|default|x-provenance)(/|$)", at):
            yield at, node


def at(slug: str, pointer: str) -> Any:
    value: Any = document(slug)
    for name in pointer.removeprefix("#/").split("/"):
        value = value[name.replace("~1", "/").replace("~0", "~")]
    return value


def marked(node: Mapping[str, Any]) -> bool:
    mark = node.get("x-provenance")
    said = {str(leaf) for leaf in leaves(mark)}
    return bool(said) and said <= MARKS


def schemas(slug: str) -> Iterator[Place]:
    """Every schema that is used, with its place."""
    for place, node in structure(document(slug)):
        if isinstance(node.get("schema"), dict):
            yield f"{place}/schema", node["schema"]
    for name, schema in document(slug)["components"]["schemas"].items():
        yield f"/components/schemas/{name}", schema


def test_it_is_openapi_3_1_of_this_provider(slug: str) -> None:
    told = document(slug)
    assert re.fullmatch(r"3\.1\.\d", told["openapi"])
    assert told["info"]["title"]
    assert "sandbox" in told["info"]["description"].lower()
    assert f"http://localhost:7670/{slug}" in [server["url"] for server in told["servers"]]


def test_every_reference_leads_somewhere_and_every_component_is_used(slug: str) -> None:
    references = {node["$ref"] for _, node in structure(document(slug)) if isinstance(node.get("$ref"), str)}
    assert all(isinstance(at(slug, pointer), dict) for pointer in references)
    run_time = {
        name for name in document(slug)["components"]["schemas"] if f"#/components/schemas/{name}" in references
    }
    unused = set(document(slug)["components"]["schemas"]) - run_time
    assert not unused, unused


def test_operations_are_those_of_the_code(slug: str) -> None:
    coded = {(op.name, op.word, op.method, re.sub(r"\{\w+\}", "{}", op.path)) for op in discover()[slug].operations}
    told = {
        (name, op.get("x-word", ""), op["method"], re.sub(r"\{\w+\}", "{}", op["path"]))
        for name, op in operations(slug).items()
    }
    assert told == coded


def test_path_parameters_are_declared(slug: str) -> None:
    for path, item in document(slug)["paths"].items():
        for method in set(item) & set(METHODS):
            declared = [*item.get("parameters", ()), *item[method].get("parameters", ())]
            named = {parameter["name"] for parameter in declared if parameter["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)\}", path)), path


def test_operations_answers_webhooks_and_parameters_say_how_they_are_known(slug: str) -> None:
    for name, operation in operations(slug).items():
        assert marked(operation), name
        assert operation["summary"], name
        for parameter in operation.get("parameters", ()):
            assert marked(parameter), (name, parameter)
        for status, response in operation["responses"].items():
            assert response["description"], (name, status)
            assert marked(response), (name, status)
    for key, webhook in document(slug)["webhooks"].items():
        assert marked(webhook["post"]), key


def test_every_field_says_how_it_is_known(slug: str) -> None:
    """By itself, or by the schema it refers to; branches only narrow what is said elsewhere."""
    bare = []
    for place, schema in schemas(slug):
        for where, node in structure(schema, place):
            branch = "allOf" in node or re.search(r"/(if|then|else|oneOf|anyOf|allOf)(/|$)", where)
            for name, field in node.get("properties", {}).items() if not branch else ():
                if not marked(field) and not ("$ref" in field and marked(at(slug, field["$ref"]))):
                    bare.append(f"{where}/{name}")
    assert sorted(set(bare)) == []


def test_every_example_fits_its_schema(slug: str) -> None:
    seen = 0
    for place, node in structure(document(slug)):
        if isinstance(node.get("schema"), dict):
            schema = compiled(slug, encode(node["schema"]).decode())
            given = [*node.get("examples", {}).items()] + (
                [("example", {"value": node["example"]})] if "example" in node else []
            )
            for name, example in given:
                seen += 1
                faults = schema.faults(example["value"])
                assert not faults, (place, name, faults)
    assert seen > 0


def test_schemas_own_examples_fit(slug: str) -> None:
    for place, schema in schemas(slug):
        for where, node in structure(schema, place):
            for example in node.get("examples", ()) if isinstance(node.get("examples"), list) else ():
                assert not compiled(slug, encode(node).decode()).faults(example), (where, example)


def test_every_body_has_an_example(slug: str) -> None:
    for name, operation in operations(slug).items():
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (body["content"] for body in bodies if "content" in body):
            for kind, told in content.items():
                assert told.get("examples") or "example" in told or kind == "text/plain", (name, kind)


def test_answers_errors_and_callbacks_are_closed(slug: str) -> None:
    """Objects that we make hold what is documented and nothing else; what clients send may hold more."""
    open_ones = []
    for name, operation in operations(slug).items():
        for status, response in operation["responses"].items():
            for content in response.get("content", {}).values():
                open_ones += [f"{name} {status}{where}" for where in _open(slug, content["schema"])]
    for key, webhook in document(slug)["webhooks"].items():
        schema = webhook["post"]["requestBody"]["content"]["application/json"]["schema"]
        open_ones += [f"{key}{where}" for where in _open(slug, schema)]
    assert open_ones == []


def _open(slug: str, schema: dict[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        yield from _open(slug, at(slug, schema["$ref"]))
        return
    for where, node in structure(schema):
        if "properties" in node and node.get("type") and node.get("additionalProperties") is not False:
            yield f"{where}: {sorted(node['properties'])}"
        if where and "$ref" in node:
            yield from _open(slug, at(slug, node["$ref"]))


def test_the_folder_holds_what_a_provider_needs(slug: str) -> None:
    folder = resources.folder("specs") / slug
    for name in ("openapi.json", "errors.json", "account.schema.json", "client.json", "SOURCE.md"):
        assert (folder / name).stat().st_size > 0, name
    source = (folder / "SOURCE.md").read_text("utf-8")
    assert {"stated", "convention"} <= set(re.findall(r"stated|inferred|convention", source.lower()))


def test_every_key_of_an_account_is_described(slug: str) -> None:
    schema = discover()[slug].spec.account
    assert schema["additionalProperties"] is False
    assert {"name", *discover()[slug].login} <= schema["properties"].keys()
    assert set(schema["required"]) == set(discover()[slug].login)
    assert [name for name, key in schema["properties"].items() if not key.get("description")] == []


def test_the_judge_of_answers_is_not_lenient(slug: str) -> None:
    call = Request("POST", wires.wire_of(slug).send_form["path"], {}, encode(wires.wire_of(slug).send_form["json"]))
    (name,) = [name for name, op in operations(slug).items() if name == operation_of(slug, call)]
    content = operations(slug)[name]["responses"]["200"]["content"]["application/json"]
    good = next(iter(content["examples"].values()))["value"]
    kind = {"Content-Type": "application/json"}
    assert answer_faults(slug, call, 200, kind, encode(good)) == []
    for status, headers, body in (
        (200, kind, encode({**good, "more": 1})),
        (200, kind, encode(dict(list(good.items())[1:]))),
        (200, {"Content-Type": "text/plain"}, encode(good)),
        (200, kind, b"{"),
        (299, kind, encode(good)),
    ):
        assert answer_faults(slug, call, status, headers, body), (status, headers, body)


async def test_the_server_hands_out_the_document_as_it_is(sandbox: Checked, slug: str) -> None:
    assert await sandbox.get(f"/specs/{slug}/openapi.json") == document(slug)


# --- gate and explainer ------------------------------------------------------------------------------

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    1.5,
    -1,
    "",
    " ",
    "x",
    "\x00",
    "+447700900901\n",
    "\u0664" * 9,
    [],
    {},
    [None],
    [[]],
    {"": None},
)


def bodies(slug: str) -> Iterator[Any]:
    """Every JSON value that an example sends, shows or expects, and each of them with one thing changed."""
    values = [node["value"] for _, node in nodes(document(slug)) if "value" in node]
    for example in examples(slug):
        values += [step["request"]["json"] for step in example.steps if "json" in step["request"]]
    known = {encode(value): value for value in values}.values()
    yield from known
    kinds = {frozenset(value): value for value in known if isinstance(value, dict)}.values()
    for value in kinds:
        yield from ({k: v for k, v in value.items() if k != missing} for missing in value)
        yield from ({**value, key: odd} for turn, key in enumerate(value) for odd in ODD[turn % 3 :: 3])
    yield from ODD


def test_gate_and_explainer_agree_on_every_fixture(slug: str) -> None:
    values = list(bodies(slug))
    schemas_ = [
        compiled(slug, encode({"$ref": f"#/components/schemas/{name}"}).decode())
        for name in document(slug)["components"]["schemas"]
    ]
    apart = [
        (schema.document["$ref"], value)
        for schema in schemas_
        for value in values
        if schema.valid(value) == bool(schema.faults(value))
    ]
    assert apart == []
    assert any(schema.valid(value) for schema in schemas_ for value in values)


def test_what_is_no_json_is_none_for_gate_and_explainer_alike() -> None:
    for text in (b'{"a": NaN}', b'"\\ud800"', b"[" * 10_000, b"\xff", b""):
        with pytest.raises(NotJson):
            decode(text)


def test_the_first_explanation_does_not_wait_for_a_grammar_of_iris() -> None:
    code = (
        "import sys; from sandbox.schema import Schema; assert Schema({'format': 'date-time'}).faults('x');"
        "print('rfc3987_syntax' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed == "False\n"
