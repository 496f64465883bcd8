"""Text to data, with the place of everything."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import ScenarioError
from sandbox.scenario.nodes import DEEPEST
from sandbox.scenario.source import MOST_BYTES, Source


def read(text, **options):
    return Source(text, "f.yaml", **options)


def refusal(text, **options):
    with pytest.raises(ScenarioError) as raised:
        read(text, **options)
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no", "no"),
        ("a: yes", "yes"),
        ("a: true", True),
        ("a: 012", 12),
        ("a: +447700900901", 447700900901),
        ("a: 1.5", 1.5),
        ("a: 1e3", 1000.0),
        ("a: 0x1F", "0x1F"),
        ("a: 2026-02-12", "2026-02-12"),
        ("a: 12:30", "12:30"),
        ("a: ~", None),
        ("a:", None),
        ("a: !!str 5", "5"),
        ("a: '5'", "5"),
        ("a: .inf", ".inf"),
        ("a: 18446744073709551615", 18446744073709551615),
        ("a: -9223372036854775808", -9223372036854775808),
        ("a: 00000000000000000000000000000000001", 1),
        ('a: "\\ud83d\\ude00"', "😀"),
        ('{"a": "\\ud83d\\ude00"}', "😀"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "-Infinity"),
        ('{"a": 1e3}', 1000.0),
        ('{"a": 18446744073709551615}', 18446744073709551615),
    ],
)
def test_scalars_are_read_as_yaml_1_2_has_them(text, value):
    assert read(text).data == {"a": value}


@pytest.mark.parametrize("number", ["18446744073709551616", "-9223372036854775809", "1e999", "9" * 5000])
def test_a_number_that_is_none_for_its_size_is_no_text_unless_quoted(number):
    for text in (f"a: {number}", f'{{"a": {number}}}'):
        assert f'{number[:60]} is too large for a number; quote it: "{number[:60]}"' in refusal(text)
    assert read(f"a: '{number}'").data == {"a": number}


def test_keys_are_text_however_they_look():
    assert read("{404: a, true: b, '7': c}").data == {"404": "a", "true": "b", "7": "c"}
    assert read("{99999999999999999999: a, 1e999: b}").data == {"99999999999999999999": "a", "1e999": "b"}


def test_a_scalar_keeps_its_spelling():
    assert read("a: 0123").spelling(("a",)) == "0123"
    assert read("a: '0123'").spelling(("a",)) is None
    assert read("a: 1").spelling(("b", 0)) is None


def test_places_are_counted_from_one():
    source = read("a:\n  - x: 1\n    y: 2\n")
    assert source.place(("a", 0, "y")) == (3, 8)
    assert source.place(("a", 0, "y"), key=True) == (3, 5)
    assert source.place(("a", 0, "z", 3)) == (2, 5)


def test_json_has_places_too():
    assert read('{"a":\n\t[1,\n\t2]}').place(("a", 1)) == (3, 2)


def test_a_problem_points_with_a_json_pointer():
    problem = read("a: {b/c: [1]}").problem(("a", "b/c", 0), "wrong")
    assert (problem.pointer, problem.line, problem.column) == ("/a/b~1c/0", 1, 11)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: *901", 'f.yaml:1:4: *901 would be a YAML alias; quote it: "*901"'),
        ("a: [x, *90*]", 'f.yaml:1:8: *90* would be a YAML alias; quote it: "*90*"'),
        ("a: @x", 'f.yaml:1:4: @x is no plain YAML; quote it: "@x"'),
        ("a: %5", 'f.yaml:1:4: %5 is no plain YAML; quote it: "%5"'),
        ("a: 1\nb: 2\na: 3", "f.yaml:3:1: the key 'a' is here a second time; the first is in line 1"),
        ('{"a": 1,\n "a": 2}', "f.yaml:2:2: the key 'a' is here a second time; the first is in line 1"),
        ("--- {}\n--- {}", "f.yaml:2:1: a second document"),
        ("a: [1", "f.yaml:1:6: this is no YAML"),
        ("a: 1\nb: 'x\nc: y\n", "f.yaml:2:4: this is no YAML: found unexpected end of stream"),
        ("a: b: c", "f.yaml:1:5: this is no YAML: mapping values are not allowed here"),
        ("a:\n\t- b", "f.yaml:2:1: this is no YAML"),
        ("a: 1\nb: \x00", "f.yaml:2:4: U+0000 may not stand in YAML"),
        ("? {a: b}\n: c", "f.yaml:1:3: a key is a word"),
        ("a: !foo 1", "f.yaml:1:4: the tag !foo"),
        ("a: !foo [1]", "f.yaml:1:4: the tag !foo"),
        ('a: "\\ud83d"', "f.yaml:1:4: half a character"),
        ('{"a": "\\ud83d"}', "f.yaml:1:7: half a character"),
        ("a: ä\nb: ü".encode("latin-1"), "f.yaml:1:4: this is no UTF-8"),
        ("ä: b\nä: ".encode() + b"\xff", "f.yaml:2:4: this is no UTF-8"),
        (b"a: \xff", "f.yaml:1:4: this is no UTF-8"),
        ("a: &x [*x]", 'f.yaml:1:8: *x would be a YAML alias; quote it: "*x"'),
    ],
)
def test_what_is_no_scenario_is_refused_with_its_place(text, said):
    assert refusal(text).startswith(said)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a:\n\t- b", "indent with blanks, not with tabs"),
        ("a: b: c", 'quote a text that has ": " in it, and begin the keys of one mapping in one column'),
        ("- a: b\n   c: d", 'quote a text that has ": " in it, and begin the keys of one mapping in one column'),
        ("a: {b: c\nd: e", 'close what was opened before it, and quote a text that has ": " or a comma in it'),
        ("a: {b: code: 1}", 'close what was opened before it, and quote a text that has ": " or a comma in it'),
        ("a: 1\nb: 'x\nc: y\n", "a quote that is opened here is never closed"),
        ("a: 'it's'", "begin what goes together in one column, and look for a quote inside a quoted text"),
    ],
)
def test_what_people_mostly_did_wrong_is_said_beside_the_parser_s_words(text, hint):
    assert refusal(text).endswith(f"; {hint}")


def test_a_byte_order_mark_is_no_matter():
    assert read(b"\xef\xbb\xbfa: 1").data == {"a": 1}


def test_aliases_serve_in_files_and_are_refused_in_uploads():
    text = "a: &x [1]\nb: *x"
    assert read(text).data == {"a": [1], "b": [1]}
    assert "aliases are not taken in uploads" in refusal(text, uploaded=True)


def test_an_alias_bomb_does_not_go_off():
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]" for n in range(8)]
    assert "aliases counted" in refusal("\n".join(rows))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 10_000 + "1" + "}" * 10_000, "a: " + "[" * 90 + "]" * 90])
def test_nesting_has_an_end(text):
    assert f"deeper than {DEEPEST}" in refusal(text)


def test_size_has_an_end():
    assert "more than" in refusal("#" * (MOST_BYTES + 1))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4), st.booleans())
def test_json_means_the_same_to_both_readers(data, ascii_only):
    text = json.dumps(data, ensure_ascii=ascii_only)
    source = read(text)
    assert source.data == data
    if not any(char in text for char in "\x7f\x85\ufeff\ufffe\uffff\u2028\u2029") and text.isprintable():
        assert source._root.value == data


def test_yaml_is_read_in_one_file_alone():
    rooms = Path(__file__).parents[2] / "sandbox"
    assert [file.name for file in rooms.rglob("*.py") if "ruamel.yaml import" in file.read_text()] == ["source.py"]
