"""URLs as people write them in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sms import links
from tests.support.cost import linear

FOUND = [
    ("Visit https://www.fakeurl.com/ for more info.", ["https://www.fakeurl.com/"]),
    ("http://localhost:8080/path?a=1&b=2#top", ["http://localhost:8080/path?a=1&b=2#top"]),
    ("HTTPS://EXAMPLE.COM/A", ["HTTPS://EXAMPLE.COM/A"]),
    ("code:https://example.org/x", ["https://example.org/x"]),
    ("点击https://example.org/x 谢谢", ["https://example.org/x"]),
    ("www.example.museum/x", ["www.example.museum/x"]),
    ("WWW.Example.Org", ["WWW.Example.Org"]),
    ("点击www.example.org", ["www.example.org"]),
    ("example.com", ["example.com"]),
    ("my-shop.co.uk/deal?id=7#now", ["my-shop.co.uk/deal?id=7#now"]),
    ("EXAMPLE.IT?x=1", ["EXAMPLE.IT?x=1"]),
    ("bit.ly/3xYz", ["bit.ly/3xYz"]),
    ("example.com:8443/x", ["example.com:8443/x"]),
    ("example.com: call us", ["example.com"]),
    ("example.com- the best", ["example.com"]),
    ("see a.com and b.net, then a.com", ["a.com", "b.net", "a.com"]),
    ("(see https://example.com/a)", ["https://example.com/a"]),
    ('"https://example.com/a"', ["https://example.com/a"]),
    ("“https://example.com/a”", ["https://example.com/a"]),
    ("<https://example.com/a>", ["https://example.com/a"]),
    ("[example.com]", ["example.com"]),
    ("Ready? example.com/x?!", ["example.com/x"]),
    ("https://example.com\nnext line", ["https://example.com"]),
    ("https://example.com\x00tail", ["https://example.com"]),
    ("foo.bar/https://example.com", ["https://example.com"]),
    ("https://example.com/a,https://example.org/b", ["https://example.com/a", "https://example.org/b"]),
    ("www.example.com;WWW.example.org", ["www.example.com", "WWW.example.org"]),
    ("https://example.com/a,b?c=1;d", ["https://example.com/a,b?c=1;d"]),
    ("fake-url.gov.in", ["fake-url.gov.in"]),
    ("fake-url.co.in/x", ["fake-url.co.in/x"]),
]


@pytest.mark.parametrize(("text", "urls"), FOUND)
def test_a_url_is_found_as_people_write_it(text, urls):
    assert [found.url for found in links.find(text)] == urls


@pytest.mark.parametrize("mark", links.TRAILING)
@pytest.mark.parametrize("url", ["https://example.com/a", "www.example.com/a?b", "example.com", "example.com/a#b"])
def test_the_sentence_s_marks_stay_outside(url, mark):
    assert [found.url for found in links.find(f"Go to {url}{mark}")] == [url]
    assert [found.url for found in links.find(f"Go to {url}{mark * 3} now")] == [url]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Your code is 123456.",
        "me@example.com",
        "first.last@example.com",
        "example.com@evil",
        "at 10.30 it costs 1.50",
        "example.comet",
        "example.com.bogus",
        "example.com-based",
        "version 1.2.3",
        "http://",
        "https://.",
        "www.",
        "www...",
        "awww.nice",
        ".com",
        "We are done.At last",
        "readme.txt",
        "myapp://example.com/pay",
        "ftp://www.example.com/a",
        "write it in.the dark",
    ],
)
def test_what_is_no_url_is_left_alone(text):
    assert links.find(text) == []


def test_no_more_are_looked_for_than_wanted():
    assert [found.url for found in links.find("a.com b.net c.org", 2)] == ["a.com", "b.net"]


@given(st.text(st.sampled_from("ahtps:/w.com@-_?#)é \n🙂")))
def test_every_url_is_where_it_says(text):
    end = 0
    for found in links.find(text):
        assert found.url
        assert end <= found.start < found.end
        assert text[found.start : found.end] == found.url
        assert found.url[-1] not in links.TRAILING
        end = found.end


@given(st.text())
def test_any_text_is_read(text):
    assert all(text[found.start : found.end] == found.url for found in links.find(text))


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a.",
        "a-",
        "-",
        ".",
        "www.",
        "http://",
        "https",
        "a.com",
        "a.com.",
        "a.com-",
        "a.com@",
        "com.",
        "a_b.",
        "é.",
        ")",
        "a.a@",
    ],
)
def test_hostile_texts_are_read_in_linear_time(piece):
    assert linear(links.find, piece * 2_000, piece * 20_000)


@pytest.mark.parametrize(
    ("url", "leads_to"),
    [
        ("example.com/x", "http://example.com/x"),
        ("www.example.com", "http://www.example.com"),
        ("HTTPS://example.com", "HTTPS://example.com"),
        ("http://example.com", "http://example.com"),
    ],
)
def test_a_target_without_a_scheme_gets_one(url, leads_to):
    assert links.target(url) == leads_to
