"""Every error of every catalogue, by inline scenario and by magic recipient: shape, status, code and text."""

import pytest

from sandbox.providers import discover
from sandbox.vocabulary import WORDS, ErrorEntry
from tests.support.checked import Checked, Told
from tests.support.documents import leaves, operations
from tests.support.examples import recipe, words

EVERY = [(slug, code) for slug, provider in sorted(discover().items()) for code in provider.spec.errors]
NUMBERED = [(slug, code) for slug, code in EVERY if discover()[slug].spec.errors[code].number is not None]


def entry(slug: str, code: str) -> ErrorEntry:
    return discover()[slug].spec.errors[code]


def says(told: Told, error: ErrorEntry) -> bool:
    """In status, code and text; that its shape is documented is seen to by the client."""
    said = {str(leaf) for leaf in leaves(told.json)}
    return told.status == error.status and {error.code, error.message} <= said


@pytest.mark.parametrize(("slug", "code"), EVERY)
async def test_a_scenario_can_answer_any_operation_with_any_error(sandbox: Checked, slug: str, code: str) -> None:
    for operation, word in words(slug).items():
        known = recipe(slug, operation)
        call = await known.prepare(sandbox)
        rule = {"name": "no", "when": {"provider": slug, "operation": word}, "respond": {"error": code}}
        await sandbox.play({**known.example.told.get("scenario", {}), "name": "errors", "rules": [rule]})
        before = await sandbox.stored()
        told = await sandbox.tell(call)
        assert says(told, entry(slug, code)), (operation, told)
        assert await sandbox.stored() == before


@pytest.mark.parametrize(("slug", "code"), NUMBERED)
async def test_the_last_three_digits_of_a_magic_recipient_are_the_error(sandbox: Checked, slug: str, code: str) -> None:
    error = entry(slug, code)
    told = await sandbox.plain(slug, to=f"+447700900{error.number:03}")
    assert says(told, error), told
    assert await sandbox.stored() == 0
    (request,) = (await sandbox.get("/requests?outcome=rejected"))["items"]
    assert (request["error"], request["rule"]) == (code, "last three digits")


async def test_every_shared_word_is_an_error_of_the_provider_or_is_refused(sandbox: Checked, slug: str) -> None:
    vocabulary = discover()[slug].vocabulary
    assert set(vocabulary.words) <= set(WORDS)
    for word in WORDS:
        scenario = {"name": "words", "rules": [{"when": {"provider": slug}, "respond": {"error": word}}]}
        status, answer = await sandbox.call("PUT", "/_sandbox/scenario", json=scenario)
        if word in vocabulary.words:
            assert says(await sandbox.plain(slug), entry(slug, vocabulary.words[word])), word
        else:
            assert (status, answer["errors"][0]["file"]) == (422, "inline"), answer


async def test_retry_after_goes_with_any_error(sandbox: Checked, slug: str) -> None:
    rule = {"when": {"provider": slug}, "respond": {"error": "throttled", "retry_after": "7s"}}
    await sandbox.play({"rules": [rule]})
    told = await sandbox.plain(slug)
    assert told.headers["Retry-After"] == "7"


async def test_an_error_may_come_with_the_message_stored(sandbox: Checked, slug: str) -> None:
    rule = {"when": {"provider": slug}, "respond": {"error": "unavailable", "stored": True}}
    await sandbox.play({"rules": [rule]})
    told = await sandbox.plain(slug)
    assert says(told, entry(slug, discover()[slug].vocabulary.words["unavailable"]))
    assert await sandbox.stored() == 1


def test_every_error_has_its_place_in_the_document(slug: str) -> None:
    """Its status is an answer of the operations that can say it, its code is spelled out somewhere."""
    spelled = {str(leaf) for leaf in leaves(discover()[slug].spec.openapi)}
    sends = [op for name, op in operations(slug).items() if op.get("x-word") == "send"]
    for error in discover()[slug].spec.errors.values():
        assert error.code in spelled, error
        assert not error.send or all(str(error.status) in op["responses"] for op in sends), error


def test_every_error_says_how_each_of_its_facts_is_known(slug: str) -> None:
    marks = {"stated", "inferred", "convention"}
    for error in discover()[slug].spec.errors.values():
        assert error.provenance is not None, error
        assert {"code", "status", "message"} <= error.provenance.keys(), error
        assert set(error.provenance.values()) <= marks, error
        assert error.description, error
