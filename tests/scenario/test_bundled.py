"""The bundled scenarios: each loads without a warning, and plays what it promises."""

from collections import Counter

import pytest

from sandbox import resources
from sandbox.durations import HOUR, MINUTE, SECOND
from sandbox.providers import discover
from sandbox.scenario.check import check
from sandbox.scenario.shelf import Shelf
from sandbox.scenario.verdict import Error
from sandbox.sms.state import State
from tests.scenario.play import Play, said

VOCABULARIES = {slug: provider.vocabulary for slug, provider in discover().items()}
SLUGS = tuple(VOCABULARIES)
SHELF = Shelf(resources.folder("scenarios"), None, VOCABULARIES)
NAMED = {
    *("default", "carrier-outage", "slow-carrier", "flaky-provider", "throttled", "reports-out-of-order"),
    *("reports-twice", "reports-never", "ambiguous-acceptance", "revoked-credentials", "one-percent-loss"),
    *("black-friday", "failover"),
}


def play(name, **options):
    return Play(SHELF.get(name), vocabularies=VOCABULARIES, provider="namirial", **options)


def magic(digits, slug="namirial"):
    return play("default").one(f"+447700900{digits}", provider=slug)


def crowd(count):
    return [f"+4477{number:08}" for number in range(count)]


def ends(decisions):
    return Counter(str(decision.steps[-1].status) for decision in decisions if decision.steps)


def test_the_bundled_files_are_those_that_the_language_names():
    assert SHELF.names() == sorted(NAMED)


def test_none_has_a_warning_and_each_says_what_it_is_about():
    report = check([resources.folder("scenarios")], VOCABULARIES, strict=True)
    assert report.ok, report.lines
    assert all(listed.description for listed in SHELF.list())


# --- default -----------------------------------------------------------------------------------------

BY_DIGITS = {
    "namirial": {"008", "056", "059", "060", "061", "063", "064", "066", "074"},
    "blackkonnect": {"400", "401", "500"},
    "bloomreach": {"400", "401", "403", "413", "429", "500", "502", "503"},
    "skycore": {"100", "101", "103", "104", "105", "106", "109", "110", "111", "113", "114", "120"}
    | {"503", "621", "628", "712", "713", "714", "715"},
}


@pytest.mark.parametrize("slug", SLUGS)
def test_the_last_three_digits_are_the_error_to_rehearse(slug):
    shown = {digits for digits in (f"{n:03}" for n in range(900)) if isinstance(magic(digits, slug).answer, Error)}
    assert shown == BY_DIGITS[slug]


@pytest.mark.parametrize(
    ("slug", "digits", "code"),
    [
        ("namirial", "064", "64"),
        ("namirial", "008", "8"),
        ("skycore", "111", "E111"),
        ("blackkonnect", "401", "401"),
        ("bloomreach", "429", "rate_limited"),
    ],
)
def test_the_error_is_in_the_words_of_the_provider_called(slug, digits, code):
    assert said(magic(digits, slug).answer) == code


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize(
    ("digits", "told"),
    [
        ("901", [("sent", 1, 1, 1), ("delivered", 3, 3, 1)]),
        ("902", [("sent", 1, 1, 1), ("undelivered", 3, 3, 1)]),
        ("903", [("sent", 1, 1, 1), ("expired", 3, 3, 1)]),
        ("904", [("rejected", 1, 1, 1)]),
        ("905", []),
        ("906", [("sent", 1, 1, 2), ("delivered", 3, 3, 2)]),
        ("907", [("sent", 1, 5, 1), ("delivered", 3, 3, 1)]),
        ("908", [("sent", 1, 1, 1), ("undelivered", 3, 3, 1), ("delivered", 8, 8, 1)]),
        ("909", [("sent", 1, 1, 1), ("delivered", 1 + 72 * 3600, 1 + 72 * 3600, 1)]),
        ("910", [("sent", 0, 0, 1), ("delivered", 2, 2, 1)]),
        ("123", [("sent", 1, 1, 1), ("delivered", 3, 3, 1)]),
    ],
)
def test_magic_recipients_of_the_nine_hundreds_are_accepted_and_reported_on(slug, digits, told):
    decision = magic(digits, slug)
    assert said(decision.answer) == "accept"
    assert [
        (str(step.status), step.happens // SECOND, (step.leaves or 0) // SECOND, step.times) for step in decision.steps
    ] == told
    assert decision.callback.before_answer is (digits == "910")


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize(
    ("digits", "fault", "stored"),
    [
        ("920", "hang", False),
        ("921", "reset", False),
        ("922", "empty", False),
        ("923", "malformed", True),
        ("924", "truncated", True),
        ("925", "trickle", True),
        ("926", "reset", True),
    ],
)
def test_magic_recipients_of_the_nine_hundred_and_twenties_break_the_line(slug, digits, fault, stored):
    decision = magic(digits, slug)
    assert (said(decision.answer), decision.stored) == (fault, stored)


@pytest.mark.parametrize("slug", SLUGS)
def test_930_is_twice_unavailable_then_accepted_and_fresh_for_the_next_test(slug):
    game = play("default")
    words = game.words(6, "+447700900930", provider=slug)
    unavailable = VOCABULARIES[slug].words["unavailable"]
    assert words == [unavailable, unavailable, "accept"] * 2


def test_930_counts_apart_for_each_provider():
    game = play("default")
    assert all(game.word("+447700900930", provider=slug) != "accept" for slug in SLUGS for _ in range(2))


@pytest.mark.parametrize("slug", SLUGS)
def test_931_is_three_a_minute_then_throttled(slug):
    game = play("default")
    throttled = VOCABULARIES[slug].words["throttled"]
    words = [game.word("+447700900931", provider=slug, now=now) for now in (0, 10, 20, 30, 59.9, 60)]
    assert words == ["accept", "accept", "accept", throttled, throttled, "accept"]


@pytest.mark.parametrize("slug", SLUGS)
def test_everybody_else_is_accepted_and_delivered(slug):
    decision = play("default").one("+15550001111", provider=slug)
    assert (decision.rule, said(decision.answer), decision.steps[-1].status) == (None, "accept", State.DELIVERED)


def test_a_wrong_login_needs_no_file():
    assert SHELF.get("default").refuse == {"wrong"}


def test_the_default_leaves_nothing_to_chance():
    assert not SHELF.get("default").drawn


# --- the others --------------------------------------------------------------------------------------


def test_carrier_outage_holds_the_reports_for_ten_minutes():
    game = play("carrier-outage")
    held, back, after = (game.one(now=now) for now in (0, 600, 720))
    assert (held.held_by, held.held_until) == ("outage", game.at(600))
    assert ends([held]) == {"delivered": 1}
    assert (back.rule, back.held_by) == ("recovery", None)
    assert after.rule is None


def test_slow_carrier_takes_a_minute_and_sometimes_gives_up():
    decisions = [play("slow-carrier").one(to) for to in crowd(500)]
    assert ends(decisions)["expired"] in range(2, 25)
    late = sorted(d.steps[-1].happens for d in decisions if d.steps[-1].status == "delivered")
    assert 30 * SECOND < late[len(late) // 2] < MINUTE
    assert late[-1] > 2 * MINUTE
    assert max(d.steps[-1].happens for d in decisions) >= 48 * HOUR


@pytest.mark.parametrize("slug", SLUGS)
def test_flaky_provider_takes_the_third_call(slug):
    game = play("flaky-provider", seed=2)
    first = next(to for to in crowd(50) if game.one(to, provider=slug).rule == "two failures, then accepted")
    rest = [game.one(first, provider=slug) for _ in range(30)]
    words = [said(decision.answer) for decision in rest if decision.rule == "two failures, then accepted"]
    assert words[0] == VOCABULARIES[slug].words["internal"]
    assert set(words[1:]) == {"accept"}


def test_flaky_provider_is_slow_once_in_twenty():
    game = play("flaky-provider", seed=2)
    slow = [d for to in crowd(1000) if (d := game.one(to)).delay]
    assert 25 < len(slow) < 80
    assert all(3 * SECOND <= decision.delay <= 8 * SECOND for decision in slow)


@pytest.mark.parametrize("slug", SLUGS)
def test_throttled_lets_five_pass_in_ten_seconds(slug):
    game = play("throttled")
    throttled = VOCABULARIES[slug].words["throttled"]
    assert game.words(7, provider=slug) == ["accept"] * 5 + [throttled] * 2
    assert game.answer(provider=slug, now=4).retry_after == 6
    assert game.word(provider=slug, now=10) == "accept"


def test_reports_out_of_order_are_never_in_the_true_order():
    game = play("reports-out-of-order")
    for text in ("please shuffle", "hello"):
        for to in crowd(50):
            leaves = [step.leaves or 0 for step in game.one(to, text=text).steps]
            assert leaves != sorted(leaves)


def test_reports_twice_are_all_posted_twice():
    assert {step.times for step in play("reports-twice").one().steps} == {2}


@pytest.mark.parametrize("slug", SLUGS)
def test_reports_never_are_never_posted(slug):
    steps = play("reports-never").one(provider=slug).steps
    assert {step.leaves for step in steps} <= {None}
    assert bool(steps) is (slug in {"blackkonnect", "namirial"})


@pytest.mark.parametrize("slug", SLUGS)
def test_ambiguous_acceptance_stores_the_first_and_loses_its_answer(slug):
    game = play("ambiguous-acceptance")
    first, second = (game.one(provider=slug) for _ in range(2))
    assert (said(first.answer), first.stored, ends([first])) == ("reset", True, {"delivered": 1})
    assert said(second.answer) == "accept"


@pytest.mark.parametrize("slug", SLUGS)
def test_revoked_credentials_pass_five_calls(slug):
    game = play("revoked-credentials")
    authentication = VOCABULARIES[slug].words["authentication"]
    assert game.words(7, provider=slug) == ["accept"] * 5 + [authentication] * 2


def test_revoked_credentials_fetch_no_token_either():
    game = play("revoked-credentials")
    assert [game.call("token", "blackkonnect") for _ in range(6)] == ["accept"] * 5 + ["401"]
    assert game.call("verify", "bloomreach") == "invalid_credentials"


def test_one_percent_loss_is_about_one_percent():
    game = play("one-percent-loss")
    decisions = [game.one(to) for to in crowd(3000)]
    lost = [decision for decision in decisions if said(decision.answer) == "reset"]
    assert 12 < len(lost) < 55
    assert 12 < ends(decisions)["undelivered"] < 55


def test_black_friday_is_a_mix_of_everything():
    game = play("black-friday")
    decisions = [game.one(to, provider="bloomreach", now=n / 100) for n, to in enumerate(crowd(3000))]
    words = Counter(said(decision.answer) for decision in decisions)
    assert set(words) == {"accept", "rate_limited", "unavailable", "reset"}
    assert words["accept"] > 2800
    assert set(ends(decisions)) == {"delivered", "undelivered"}
    assert {step.times for decision in decisions for step in decision.steps} == {1, 2}
    assert any(decision.delay > SECOND for decision in decisions)


def test_black_friday_throttles_above_two_hundred_a_second():
    game = play("black-friday")
    assert [game.one(to).rule for to in crowd(201)][-1] == "two hundred a second"


def test_failover_takes_one_provider_down_and_leaves_the_others():
    game = play("failover")
    assert game.words(4, provider="namirial") == ["64", "empty", "hang", "64"]
    assert all(game.word(provider=slug) == "accept" for slug in SLUGS if slug != "namirial")
    assert game.call("status", "namirial") == "64"
