"""The OpenAPI document and the routes are one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import resources
from sandbox.control.api import ROUTES
from sandbox.control.document import document
from sandbox.control.problems import KINDS
from sandbox.providers import discover
from sandbox.scenario.source import Source
from sandbox.schema import Schema
from tests.control.documented import Documented

METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document()["paths"].items():
        for method in METHODS & item.keys():
            yield method.upper(), path, item[method]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def test_routes_and_document_are_equal() -> None:
    assert sorted((route.method, route.path) for route in ROUTES) == sorted((m, path) for m, path, _ in operations())


def test_open_routes_are_those_that_the_document_asks_no_token_for() -> None:
    assert {(route.method, route.path) for route in ROUTES if route.open} == {
        (method, path) for method, path, operation in operations() if operation.get("security") == [{}]
    }


def test_path_parameters_are_those_of_the_path() -> None:
    for _, path, operation in operations():
        listed = [each["name"] for each in operation.get("parameters", ()) if each.get("in") == "path"]
        assert listed == re.findall(r"\{(\w+)\}", path)


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    found = set(references(document()))
    components = document()["components"]
    known = {f"#/components/{kind}/{name}" for kind in ("schemas", "parameters") for name in components[kind]}
    assert found == known


def test_operations_have_ids_of_their_own() -> None:
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(ids)) == len(ids)


def test_every_kind_of_problem_is_listed_in_the_document() -> None:
    told = document()["components"]["schemas"]["Problem"]["properties"]["type"]["description"]
    assert all(re.search(rf"\b{kind}\b", told) for kind in KINDS)


async def test_the_document_is_served(sandbox: Documented) -> None:
    assert await sandbox.get("/openapi.json") == document()


async def test_every_provider_s_document_is_served(sandbox: Documented, slug: str) -> None:
    listed = {spec["slug"]: spec for spec in (await sandbox.get("/specs"))["items"]}
    status, served = await sandbox.call("GET", listed[slug]["openapi"])
    assert status == 200
    assert served["openapi"].startswith("3.1")
    assert listed[slug]["errors"]


async def test_the_scenario_language_is_served_for_editors_and_every_file_fits_it(sandbox: Documented) -> None:
    language = await sandbox.get("/specs/scenario.schema.json")
    accounts = {slug: await sandbox.get(f"/specs/{slug}/account.schema.json") for slug in discover()}
    for slug, account in accounts.items():
        place = language["properties"]["accounts"]["properties"][slug]["items"]["$ref"]
        assert place == f"{slug}/account.schema.json"
        language["$defs"][slug] = {**account, "$id": f"http://localhost/{place}"}
    known = Schema({**language, "$id": "http://localhost/scenario.schema.json"})
    for file in resources.folder("scenarios").glob("*.yaml"):
        assert known.valid(Source(file.read_text("utf-8"), file.name).data), file.name
    assert not known.valid({"rules": [{"respnd": "accept"}]})


async def test_the_catalogue_says_which_magic_recipient_names_an_error(sandbox: Documented) -> None:
    listed = {spec["slug"]: spec for spec in (await sandbox.get("/specs"))["items"]}
    numbers = {error["code"]: error["number"] for error in listed["namirial"]["errors"]}
    assert (numbers["64"], numbers["0"]) == (64, None)


async def test_the_document_of_no_provider_is_404_with_the_nearest(sandbox: Documented) -> None:
    problem = await sandbox.refused("GET", "/specs/namrial/openapi.json", "not-found")
    assert '"namirial"' in problem["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 10_000, b'{"a": NaN}', b'{"\\ud800": 1}'])
async def test_garbage_is_refused_everywhere_and_never_an_error_of_ours(sandbox: Documented, body: bytes) -> None:
    for method, path, _ in operations():
        if method in {"POST", "PUT", "DELETE"}:
            status, answer = await sandbox.call(method, re.sub(r"\{\w+\}", "nobody", path), data=body)
            assert status < 500, (method, path, answer)
