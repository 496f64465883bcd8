"""A long list: only what is seen is drawn, what is read stays where it is, the focus is kept."""

from playwright.async_api import expect

from sandbox.sms.message import Message
from sandbox.sms.state import State
from sandbox.store.rows import Batch
from tests.page.stage import ON_STAGE, Stage

pytestmark = ON_STAGE

MANY = 100_000


async def fill(stage: Stage, count: int) -> None:
    """Puts them straight into the store."""
    store, space = stage.sandbox.services.store, str(stage.sandbox.space)
    first = store.number(count)
    for start in range(first, first + count, 10_000):
        stop = min(start + 10_000, first + count)
        await store.write(Batch(messages=[row(seq, space, seq - first) for seq in range(start, stop)]))


def row(seq: int, space: str, number: int) -> Message:
    return Message(
        seq=seq, id=f"{space}-{number}", space=space, provider="namirial", account="app", to=f"+4477{number:08}",
        sender="Shop", text=f"Message {number}", encoding="gsm7", segments=1, state=State.DELIVERED,
        accepted_at=seq * 1000, state_at=seq * 1000, reference=None, callback_url=None, rule=None, provider_ids={},
        data={},
    )  # fmt: skip


async def test_a_hundred_thousand_messages_are_scrolled_through_and_few_are_drawn(stage: Stage) -> None:
    await fill(stage, MANY)
    await stage.open()
    await expect(stage.page.locator(".count")).to_have_text("100,000 messages")
    scroller = stage.page.locator(".scroller")
    await expect(stage.rows.first).to_contain_text("Message 99999")
    for depth in (5_000, 40_000, 100_000):
        await scroller.evaluate("(node, top) => { node.scrollTop = top }", depth)
        await expect(stage.rows.nth(10)).to_be_in_viewport()
        assert await stage.rows.count() < 60
    await stage.page.keyboard.press("t")
    await expect(stage.rows.first).to_contain_text("Message 99999")


async def test_the_far_end_of_the_list_can_be_reached(stage: Stage) -> None:
    await fill(stage, 2_500)
    await stage.open()
    await expect(stage.page.locator(".count")).to_have_text("2,500 messages")
    await stage.page.locator(".scroller").evaluate("node => { node.scrollTop = node.scrollHeight }")
    await expect(stage.rows.last).to_contain_text("Message 0")
    await expect(stage.rows.last).to_be_in_viewport()


async def test_what_is_read_stays_where_it_is_when_rows_arrive(stage: Stage) -> None:
    await fill(stage, 300)
    await stage.open()
    scroller, reading = stage.page.locator(".scroller"), stage.rows.filter(has_text="Message 200")
    await scroller.evaluate("node => { node.scrollTop = 99 * 64 }")
    before = await reading.bounding_box()
    await stage.sandbox.send("namirial", "+447700900901", "Something new")
    await expect(stage.button("↑ 1 new message")).to_be_visible()
    assert await reading.bounding_box() == before
    await stage.button("↑ 1 new message").click()
    await expect(stage.rows.first).to_contain_text("Something new")


async def test_the_focus_stays_on_its_row_when_rows_arrive(stage: Stage) -> None:
    await fill(stage, 30)
    await stage.open()
    await expect(stage.rows.first).to_contain_text("Message 29")
    for _ in range(3):
        await stage.page.keyboard.press("j")
    focused = stage.rows.filter(has_text="Message 27")
    await expect(focused).to_be_focused()
    before = await focused.bounding_box()
    await stage.sandbox.send("namirial", "+447700900901", "Something new")
    await expect(stage.button("↑ 1 new message")).to_be_visible()
    await expect(focused).to_be_focused()
    assert await focused.bounding_box() == before


async def test_nothing_else_shifts_when_rows_arrive(stage: Stage) -> None:
    await stage.sandbox.send("namirial")
    await stage.open()
    await expect(stage.rows).to_have_count(1)
    await stage.page.evaluate(
        "window.shifts = [];"
        "new PerformanceObserver(list => shifts.push(...list.getEntries())).observe({type: 'layout-shift'})"
    )
    for number in range(5):
        await stage.sandbox.send("namirial", f"+44770090010{number}")
        await expect(stage.rows).to_have_count(number + 2)
    assert await stage.page.evaluate("shifts.length") == 0
