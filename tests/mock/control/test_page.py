"""The page for people, in a real Chromium on a real server."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

import liangxin
import liangxin_mock.control
from liangxin import LiangXin
from liangxin_mock import RunningClock, Server, Simulator, after_seconds, fail
from liangxin_mock.jobs.timelines import Timeline
from tests.support.chromium import browser

pytestmark = pytest.mark.thorough

__all__ = ["browser"]  # a fixture

PAGE = Path(liangxin_mock.control.__file__).with_name("page.html")
VIDEO, IMAGE = "kling-v3-std", "z-image"
# Where the picture of the page is written; by default it is only made.
PICTURE = os.environ.get("LIANGXIN_PAGE_PICTURE")

expect.set_options(timeout=15_000)


class Visit(NamedTuple):
    """A person at the page, and an application that uses the same simulator."""

    page: Page
    simulator: Simulator
    client: LiangXin
    # What the browser complained of; a test that provokes an error clears it.
    complaints: list[str]

    def create(self, model: str, prompt: str) -> Locator:
        """Create a task as applications do, and return its card on the page."""
        task = self.client.tasks.create(model=model, input={"prompt": prompt})
        return self.card(task.id)

    def card(self, task_id: str) -> Locator:
        """Return the card of a task."""
        return self.page.get_by_role("article").filter(has_text=task_id)

    def button(self, name: str) -> Locator:
        """Return the button of exactly this name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def has_said(self, text: str) -> None:
        """Wait until the page has told its user this."""
        expect(self.page.locator(".toasts")).to_contain_text(text)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A visit during which the page asks no other host and the browser's console stays empty."""
    with Server(Simulator(seed=7)) as server, browser.new_context() as context:
        page = context.new_page()
        complaints = watch(page, server.url)
        page.goto(server.url)
        expect(page.get_by_text("Live")).to_be_visible()
        with LiangXin(api_key="any", base_url=server.url) as client:
            yield Visit(page, server.simulator, client, complaints)
        assert complaints == []


def watch(page: Page, url: str) -> list[str]:
    """Gather what the browser complains of, and requests that leave the server."""
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        complaints.append(f"{message.type}: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((f"{url}/", "data:", "blob:")):
            complaints.append(f"asks {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", on_request)
    return complaints


def when(page: Page, element: Locator, condition: str) -> None:
    """Wait until a JavaScript condition on an element, `node`, holds."""
    handle = element.element_handle()
    page.wait_for_function(f"node => {condition}", arg=handle, timeout=15_000)


def state_of(card: Locator) -> Locator:
    return card.locator(".badge")


# --- tasks ---------------------------------------------------------------------------------------


def test_a_task_is_moved_to_its_video_by_keyboard(visit: Visit) -> None:
    """A task appears by itself; Enter moves it from state to state, Space plays its real video."""
    page = visit.page
    card = visit.create(VIDEO, "Paper boats after the rain")
    expect(card).to_contain_text("Paper boats after the rain")
    expect(state_of(card)).to_have_text("waiting")

    advance = card.get_by_role("button", name="Advance")
    advance.focus()
    for state in ("queuing", "generating", "success"):
        page.keyboard.press("Enter")
        expect(state_of(card)).to_have_text(state)
        # Though there is nothing to advance at the end: the focus must not be lost.
        expect(advance).to_be_focused()
    steps = card.get_by_role("list", name="Timeline").get_by_role("listitem")
    expect(steps).to_have_text(
        [re.compile(s) for s in ("waiting", "queuing", "generating", "succ")]
    )
    page.keyboard.press("Enter")
    visit.has_said("It has already ended.")

    video = card.locator("video")
    when(page, video, "node.readyState >= 2")
    video.focus()
    page.keyboard.press("Space")
    when(page, video, "node.currentTime > 0.2 && !node.paused")


def test_the_clock_is_moved(visit: Visit) -> None:
    """The page tells what is due when, and a task gets there when its clock is advanced so far."""
    visit.simulator.play(after_seconds(100))
    card = visit.create(IMAGE, "A cup")
    expect(card.locator(".next")).to_contain_text("in 5.0 s")
    visit.button("+1 s").click()
    expect(card.locator(".next")).to_contain_text("in 4.0 s")
    visit.button("+10 s").click()
    expect(state_of(card)).to_have_text("queuing")
    visit.button("+1 min").click()
    expect(state_of(card)).to_have_text("generating")
    expect(card.locator(".next")).to_contain_text("in 29 s")
    seconds = visit.page.get_by_label("Seconds to advance")
    seconds.fill("29.5")
    seconds.press("Enter")
    expect(state_of(card)).to_have_text("success")
    assert visit.simulator.clock.monotonic() == 100.5


def test_a_task_is_failed(visit: Visit) -> None:
    """A task is failed with a code and a message, which its application gets."""
    card = visit.create(IMAGE, "A cup")
    card.get_by_role("button", name="Fail…").click()
    card.get_by_label("Code").fill("422")
    card.get_by_label("Message").fill("too blue")
    card.get_by_role("button", name="Fail task").click()
    expect(state_of(card)).to_have_text("fail")
    expect(card).to_contain_text("422 · too blue")
    task = visit.client.tasks.handle(visit.simulator.jobs[0].id).refresh()
    assert (task.state, task.fail_code, task.fail_msg) == ("fail", "422", "too blue")


def test_links_are_expired(visit: Visit) -> None:
    """A finished task shows its picture and link until its links are expired, for all."""
    card = visit.create(IMAGE, "A cup")
    card.get_by_role("button", name="Finish").click()
    picture = card.get_by_role("img", name="A cup")
    when(visit.page, picture, "node.complete && node.naturalWidth > 0")
    link = card.get_by_role("link").get_attribute("href") or ""
    assert httpx.get(link, timeout=100).status_code == 200
    card.get_by_role("button", name="Expire links").click()
    expect(card).to_contain_text("The links have expired")
    expect(picture).to_have_count(0)
    assert httpx.get(link, timeout=100).status_code == 403


def test_a_button_stays_in_its_place_while_it_is_pressed(visit: Visit) -> None:
    """A press takes as long as people's do: what loses the focus by it goes only afterwards."""
    card = visit.create(IMAGE, "A cup")
    finish = card.get_by_role("button", name="Finish")
    finish.click()
    expire = card.get_by_role("button", name="Expire links")
    expire.hover()
    visit.page.mouse.down()
    # As the page would hide a button: in a turn of its own.
    visit.page.evaluate("new Promise(done => setTimeout(() => setTimeout(done)))")
    visit.page.mouse.up()
    expect(card).to_contain_text("The links have expired")
    expect(finish).to_be_hidden()


def test_a_fault_is_injected(visit: Visit) -> None:
    """An injected fault hits the next request and no other, and the page tells of both."""
    page = visit.page
    page.get_by_role("combobox", name="Fault").select_option("status")
    page.get_by_label("As called").fill("status(503, 'closed for lunch')")
    page.get_by_role("combobox", name="Operation").select_option("recordInfo")
    visit.button("Inject fault").click()
    rule = page.locator("#rules li")
    expect(rule).to_contain_text("on='recordInfo', times=1")
    expect(rule).to_contain_text("waiting")

    task = visit.client.tasks.create(model=IMAGE, input={"prompt": "A cup"})
    with pytest.raises(liangxin.InternalServerError, match="closed for lunch"):
        task.refresh()
    assert task.refresh().state == "waiting"
    expect(rule).to_contain_text("used 1")
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("200")
    expect(rows.nth(2)).to_contain_text("fault status(503, 'closed for lunch')")


def test_each_fault_is_offered_where_it_can_happen(visit: Visit) -> None:
    """Every fault of the vocabulary can be chosen, is explained, and is injected as proposed."""
    page = visit.page
    faults = httpx.get(f"{page.url}_mock/vocabulary", timeout=100).json()["faults"]
    choice, operations = (
        page.get_by_role("combobox", name="Fault"),
        page.get_by_role("combobox", name="Operation"),
    )
    expect(choice.locator("option")).to_have_text([fault["name"] for fault in faults])
    for count, fault in enumerate(faults, 1):
        choice.select_option(fault["name"])
        expect(page.locator("#hint")).to_contain_text(fault["doc"])
        expect(operations.locator("option")).to_have_text(fault["on"])
        visit.button("Inject fault").click()
        expect(page.locator("#rules li")).to_have_count(count)


def test_callbacks_are_told(visit: Visit) -> None:
    """A card tells where its callback goes, and how each attempt came out."""
    answers = iter([500, 200])
    visit.simulator.receiver = lambda _callback: next(answers)
    task = visit.client.tasks.create(
        model=IMAGE, input={"prompt": "A cup"}, callback_url="https://app.test/hook"
    )
    card = visit.card(task.id)
    expect(card.locator(".calls")).to_contain_text("Callback to https://app.test/hook")
    card.get_by_role("button", name="Finish").click()
    visit.button("+10 s").click()
    expect(card.locator(".calls li")).to_have_count(2)
    expect(card.locator(".calls li").nth(1)).to_contain_text("delivered · 200")


# --- trust and errors ----------------------------------------------------------------------------


def test_a_prompt_stays_text(visit: Visit) -> None:
    """Markup in what applications send is shown as it is, and none of it becomes an element."""
    prompt = "<img src=x onerror=alert(1)><b>bold</b> <script>document.title = 'x'</script>"
    card = visit.create(IMAGE, prompt)
    assert card.locator(".prompt").text_content() == prompt
    visit.simulator.fail(visit.simulator.jobs[0].id, code="<i>1</i>", msg=prompt)
    expect(card.locator(".why")).to_have_text(f"<i>1</i> · {prompt}")
    expect(card.locator("b, i, script, img")).to_have_count(0)
    assert visit.page.title() == "LiangXin mock"


def test_a_refused_control_is_told(visit: Visit) -> None:
    """What the server refuses is shown in its own words, until dismissed."""
    page = visit.page
    call = page.get_by_label("As called")
    call.fill("stattus(503)")
    call.press("Enter")
    alert = page.get_by_role("alert").filter(has_text="did you mean status?")
    expect(alert).to_be_visible()
    assert "400" in visit.complaints.pop()  # the browser's own line
    visit.button("Dismiss").click()
    expect(alert).to_have_count(0)
    expect(call).to_be_focused()


def test_a_server_that_goes_away_is_told(browser: Browser) -> None:
    """Without its server the page says so, and goes on by itself when one is back."""
    with browser.new_context() as context:
        page = context.new_page()
        with Server(Simulator()) as server:
            page.goto(server.url)
            expect(page.get_by_text("Live")).to_be_visible()
            expect(page.get_by_role("alert").filter(has_text="does not answer")).to_be_hidden()
        expect(page.get_by_role("alert").filter(has_text="does not answer")).to_be_visible()
        page.get_by_role("button", name="+1 s").click()
        expect(page.locator(".toasts")).to_contain_text("nothing was done")
        with Server(Simulator(), port=server.port) as again:
            expect(page.get_by_text("Live")).to_be_visible()
            with LiangXin(api_key="any", base_url=again.url) as client:
                client.tasks.create(model=IMAGE, input={"prompt": "A second life"})
            expect(page.get_by_role("article")).to_contain_text("A second life")


# --- the whole page ------------------------------------------------------------------------------


def test_the_first_steps_work(visit: Visit) -> None:
    """An empty page says how to create a first task: what it says to type does so."""
    page = visit.page
    expect(page.get_by_text("No tasks yet")).to_be_visible()
    origin = page.url.rstrip("/")
    expect(page.locator("#export")).to_have_text(
        f"export LIANGXIN_BASE_URL={origin}\nexport MAGNIFIC_BASE_URL={origin}"
    )
    curl, url, *options = shlex.split(
        (page.locator("#curl").text_content() or "").replace("\\\n", "")
    )
    assert curl == "curl"
    names, values = options[::2], options[1::2]
    assert names == ["-H", "-H", "-d"]
    headers = dict(value.split(": ") for value in values[:2])
    assert httpx.post(url, headers=headers, content=values[2], timeout=100).json()["code"] == 200
    expect(page.get_by_role("article")).to_contain_text(json.loads(values[2])["input"]["prompt"])
    expect(page.get_by_text("No tasks yet")).to_be_hidden()


def test_what_one_is_at_stays(visit: Visit) -> None:
    """While 200 tasks come, a video plays on in the same element and the focus stays."""
    page = visit.page
    card = visit.create(VIDEO, "A fox on a frozen river")
    card.get_by_role("button", name="Finish").click()
    video = card.locator("video")
    when(page, video, "node.readyState >= 2")
    video.evaluate("node => { node.mark = 1; node.loop = false; node.play(); }")
    when(page, video, "node.currentTime > 0")
    link = card.get_by_role("link")
    link.focus()
    before = video.evaluate("node => node.currentTime")
    for number in range(199):
        visit.client.tasks.create(model=IMAGE, input={"prompt": f"Cup {number}"})
    expect(page.get_by_role("article")).to_have_count(200)
    expect(link).to_be_focused()
    assert video.evaluate("node => node.mark") == 1
    assert video.evaluate("node => node.currentTime") > before


def test_reset_takes_two_presses(visit: Visit) -> None:
    """Reset asks once more, then empties the page and the simulator."""
    card = visit.create(IMAGE, "A cup")
    expect(card).to_be_visible()
    visit.button("Reset").click()
    assert visit.simulator.jobs
    visit.button("Reset all?").click()
    expect(visit.page.get_by_text("No tasks yet")).to_be_visible()
    assert not visit.simulator.jobs


def test_everything_is_named_and_fits_a_phone(visit: Visit) -> None:
    """All that can be used has a name for screen readers, and 320 pixels are wide enough."""
    page = visit.page
    for number, model in enumerate((VIDEO, IMAGE, VIDEO)):
        visit.create(model, "wordwithoutanend" * 20 * number or "A cup")
    visit.simulator.finish(visit.simulator.jobs[0].id)
    expect(page.get_by_role("article")).to_have_count(3)
    page.get_by_role("button", name="Fail…").first.click()
    for role in ("button", "link", "textbox", "spinbutton", "combobox", "img"):
        elements = page.get_by_role(role)
        assert elements.count() == page.get_by_role(role, name=re.compile(r"\w")).count()
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_page_is_one_small_file() -> None:
    """The page is one file of less than 41 kB that names no other, and never makes markup."""
    text = PAGE.read_text(encoding="utf-8")
    assert len(text.encode()) < 41_000
    assert re.findall(r"https?://[^'\"\s]+", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b", text)
    assert not re.search(r"<(script|img|iframe|link rel=.stylesheet)[^>]* (src|href)=", text)


def test_the_picture_in_the_docs(browser: Browser, tmp_path: Path) -> None:
    """The picture of the page is under 300 kB; LIANGXIN_PAGE_PICTURE says where to write it."""
    path = Path(PICTURE) if PICTURE else tmp_path / "page.png"
    simulator = Simulator(seed=7, clock=RunningClock(), receiver=lambda _callback: 200)
    with Server(simulator) as server, LiangXin(api_key="any", base_url=server.url) as client:
        show_work(simulator, client)
        context = browser.new_context(
            viewport={"width": 1280, "height": 1440}, locale="en-GB", timezone_id="UTC"
        )
        with context:
            page = context.new_page()
            page.goto(server.url)
            expect(page.locator(".ready")).to_have_count(3)
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=path)
    assert path.stat().st_size < 300_000


_AT_WORK: tuple[tuple[str, str, Timeline, float, dict[str, str], bool], ...] = (
    ("flux-2-pro", "A lighthouse keeper's library", after_seconds(8), 25, {}, False),
    (
        "runway-4-5-text-to-video",
        "A night market being set up, seen from above, in time-lapse",
        fail("422", "the prompt was refused", after_seconds(30)),
        0,
        {"ratio": "1280:720"},
        False,
    ),
    (
        "seedance-1-5-pro-text-to-video",
        "A red fox trots along a frozen river at dawn, breath steaming",
        after_seconds(40),
        60,
        {"aspect_ratio": "widescreen_16_9"},
        True,
    ),
    ("nano-banana-pro", "A ceramic cup on a window sill", after_seconds(12), 14, {}, False),
    ("kling-v3-pro", "Paper boats drift down a gutter", after_seconds(90), 31, {}, True),
)
"""Model, prompt, timeline, seconds until the next one, more input, and whether it is called back."""


def show_work(simulator: Simulator, client: LiangXin) -> None:
    """Let five tasks be at different points."""
    for model, prompt, timeline, seconds, more, is_called in _AT_WORK:
        simulator.timeline = timeline
        hook = "https://app.example/hooks/media" if is_called else None
        task = client.tasks.create(model=model, input={"prompt": prompt, **more}, callback_url=hook)
        simulator.clock.advance(seconds)
    simulator.inject("status(503)", on="recordInfo", times=2)
    for _ in range(2):
        with suppress(liangxin.InternalServerError):
            task.refresh()
