"""The scenarios at hand, and the folder that is read again when its content changes."""

import os

import pytest

from sandbox.errors import SandboxError, ScenarioError
from sandbox.scenario.shelf import Change, Listed, Shelf
from tests.scenario.words import BOTH

BROKEN = "ruls: []"


@pytest.fixture
def bundled(tmp_path):
    folder = tmp_path / "bundled"
    folder.mkdir()
    (folder / "default.yaml").write_text("description: bundled default")
    (folder / "quiet.yaml").write_text("description: bundled quiet")
    (folder / "README.md").write_text("no scenario")
    return folder


@pytest.fixture
def extra(tmp_path):
    folder = tmp_path / "extra"
    folder.mkdir()
    (folder / "mine.yaml").write_text("description: first")
    return folder


@pytest.fixture
def shelf(bundled, extra):
    return Shelf(bundled, extra, BOTH)


def test_all_are_listed_with_what_they_are_about(shelf):
    shelf.put(shelf.read("put", "description: uploaded"))
    assert shelf.list() == [
        Listed("default", "bundled default", "bundled"),
        Listed("mine", "first", "folder"),
        Listed("put", "uploaded", "put"),
        Listed("quiet", "bundled quiet", "bundled"),
    ]


def test_a_name_that_is_not_there_is_told_with_the_nearest(shelf):
    with pytest.raises(SandboxError, match=r'^there is no scenario "defualt"; did you mean "default"\?$'):
        shelf.get("defualt")


def test_a_bundled_file_is_read_when_it_is_asked_for(bundled):
    (bundled / "broken.yaml").write_text(BROKEN)
    shelf = Shelf(bundled, None, BOTH)
    assert shelf.get("default").description == "bundled default"
    assert shelf.get("default") is shelf.get("default")
    with pytest.raises(ScenarioError):
        shelf.get("broken")


def test_a_file_in_the_folder_comes_before_a_bundled_one(bundled, extra):
    (extra / "default.yml").write_text("description: mine")
    assert Shelf(bundled, extra, BOTH).get("default").description == "mine"


def test_what_is_put_comes_before_every_file_until_it_is_deleted(shelf):
    shelf.put(shelf.read("mine", "description: put"))
    assert shelf.get("mine").description == "put"
    shelf.delete("mine")
    assert shelf.get("mine").description == "first"


def test_what_comes_from_a_file_cannot_be_deleted(shelf):
    with pytest.raises(SandboxError, match="comes from a file"):
        shelf.delete("mine")
    with pytest.raises(SandboxError, match='there is no scenario "nobody"'):
        shelf.delete("nobody")


def test_a_put_that_does_not_hold_changes_nothing(shelf):
    shelf.put(shelf.read("a", "description: old"))
    with pytest.raises(ScenarioError, match=r"^a\.yaml:1:1: "):
        shelf.put(shelf.read("a", BROKEN))
    assert shelf.get("a").description == "old"


def test_an_unchanged_folder_is_no_change(shelf):
    assert shelf.refresh() is None


def test_without_a_folder_there_is_nothing_to_refresh(bundled):
    assert Shelf(bundled, None, BOTH).refresh() is None


def test_changed_new_and_removed_files_are_seen_at_once(shelf, extra):
    (extra / "kept.yaml").write_text("description: kept")
    shelf.refresh()
    kept = shelf.get("kept")
    (extra / "mine.yaml").unlink()
    (extra / "new.json").write_text('{"description": "new"}')
    assert shelf.refresh() == Change(changed=("new",), removed=("mine",))
    assert shelf.get("kept") is kept
    with pytest.raises(SandboxError):
        shelf.get("mine")


def test_content_counts_and_not_the_time_of_the_file(shelf, extra):
    file = extra / "mine.yaml"
    before = file.stat()
    os.utime(file, (0, 0))
    assert shelf.refresh() is None
    file.write_text("description: other")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert shelf.refresh() == Change(changed=("mine",))


def test_a_broken_file_leaves_the_whole_old_set_and_is_told_once(shelf, extra):
    (extra / "mine.yaml").write_text("description: second")
    (extra / "bad.yaml").write_text(BROKEN)
    change = shelf.refresh()
    assert [problem.file for problem in change.problems] == [str(extra / "bad.yaml")]
    assert shelf.problems == change.problems
    assert shelf.get("mine").description == "first"
    assert shelf.refresh() is None


def test_a_file_that_is_mended_takes_the_others_along(shelf, extra):
    (extra / "mine.yaml").write_text("description: second")
    (extra / "bad.yaml").write_text(BROKEN)
    shelf.refresh()
    (extra / "bad.yaml").write_text("description: good")
    assert shelf.refresh() == Change(changed=("bad", "mine"))
    assert (shelf.get("mine").description, shelf.problems) == ("second", ())


def test_a_config_map_that_swaps_its_links_is_seen(bundled, tmp_path):
    mount = tmp_path / "mount"
    for version in ("first", "second"):
        (mount / f"..{version}").mkdir(parents=True)
        (mount / f"..{version}" / "mine.yaml").write_text(f"description: {version}")
    (mount / "..data").symlink_to("..first")
    (mount / "mine.yaml").symlink_to("..data/mine.yaml")
    shelf = Shelf(bundled, mount, BOTH)
    (mount / "..new").symlink_to("..second")
    (mount / "..new").replace(mount / "..data")
    assert shelf.refresh() == Change(changed=("mine",))
    assert shelf.get("mine").description == "second"


def test_two_files_of_one_name_are_a_problem(shelf, extra):
    (extra / "mine.yml").write_text("{}")
    assert 'a second file called "mine"' in str(shelf.refresh().problems[0])


def test_a_folder_that_goes_away_is_a_problem_and_leaves_the_old_set(shelf, extra, tmp_path):
    extra.rename(tmp_path / "gone")
    assert "cannot read the folder" in str(shelf.refresh().problems[0])
    assert shelf.refresh() is None
    assert shelf.get("mine").description == "first"
    (tmp_path / "gone").rename(extra)
    assert shelf.problems
    assert shelf.refresh() == Change()
    assert shelf.problems == ()


def test_a_folder_that_is_not_there_stops_the_start(bundled, tmp_path):
    with pytest.raises(SandboxError, match="is no folder of scenarios"):
        Shelf(bundled, tmp_path / "nowhere", BOTH)


def test_a_folder_that_does_not_hold_stops_the_start(bundled, extra):
    (extra / "bad.yaml").write_text(BROKEN)
    with pytest.raises(ScenarioError, match=r"bad\.yaml:1:1"):
        Shelf(bundled, extra, BOTH)


def test_a_huge_file_is_a_problem_and_not_read_whole(shelf, extra):
    (extra / "huge.yaml").write_bytes(b"#" * 5_000_000)
    assert "bytes are more than" in str(shelf.refresh().problems[0])


def test_folders_and_hidden_files_are_no_scenarios(bundled, extra):
    (extra / "folder.yaml").mkdir()
    (extra / ".hidden.yaml").write_text(BROKEN)
    assert Shelf(bundled, extra, BOTH).names() == ["default", "mine", "quiet"]
