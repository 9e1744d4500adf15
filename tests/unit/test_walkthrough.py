"""Walking through a document: steps are found, and a line that changed is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import project, walkthrough
from tests.documents import Document
from tests.walkthrough import matches

PAGE = """\
# A page

```console
$ echo one; echo 'took 1.5 s'
one
took 0.02 s
$ true
```

```sh
not a step
```

```console
$ seq 3
1
…
```
"""


def page(folder: Path, text: str = PAGE) -> Document:
    path = folder / "page.md"
    path.write_text(text, encoding="utf-8")
    return Document(path)


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.documents.ROOT", tmp_path)


def test_steps(tmp_path: Path) -> None:
    found = list(walkthrough.steps(page(tmp_path)))
    assert [(step.line, step.command) for step in found] == [
        (4, "echo one; echo 'took 1.5 s'"),
        (7, "true"),
        (15, "seq 3"),
    ]
    assert [step.expected for step in found] == [("one", "took 0.02 s"), (), ("1", "…")]


@pytest.mark.usefixtures("names")
def test_a_page_that_is_right(tmp_path: Path) -> None:
    walkthrough.walk(page(tmp_path), tmp_path)


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\none\n", "\ntwo\n"),
        ("$ true", "$ false"),
        ("$ true\n", "$ true\nmore\n"),
        ("$ true", "$ echo more"),
        ("1\n…", "2\n…"),
        ("…\n", "…\n4\n"),
        ("took 0.02 s", "took 0.02 m"),
    ],
)
def test_a_page_that_is_wrong(tmp_path: Path, before: str, after: str) -> None:
    assert PAGE.count(before) == 1
    with pytest.raises(AssertionError, match=r"page\.md:\d+: \$ "):
        walkthrough.walk(page(tmp_path, PAGE.replace(before, after)), tmp_path)


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("13:21:15 check started", "09:00:59 check started", True),
        ("run 01a20db7-b6b1-71a1-b24f-bc0ff8666389", "run 01a20dd4-e4a7-7528-b9ad-f6e5e45fa8eb", True),
        ("a   b", "  a b  ", True),
        ("2 min 05 s", "7.1 s", True),
        ("127.0.0.1:46691/kratos", "127.0.0.1:5432/kratos", True),
        ("100 of 100 tables", "99 of 100 tables", False),
        ("833 rows", "834 rows", False),
        ("1.38 MB", "1.39 MB", False),
        ("all", "all of it", False),
    ],
)
def test_what_may_vary(expected: str, printed: str, same: bool) -> None:
    assert matches([expected], [printed]) == same


def test_anything_is_any_number_of_lines() -> None:
    assert matches(["a", "…", "d"], ["a", "b", "c", "d"])
    assert matches(["a", "…", "d"], ["a", "d"])
    assert not matches(["a", "…", "d"], ["a", "d", "e"])
    assert not matches(["…", "a"], [])


def test_a_copy_holds_the_project_and_nothing_made_by_using_it(tmp_path: Path) -> None:
    folder = project.copy(tmp_path / "copy")
    assert (folder / "seeds" / "sample" / "kratos" / "manifest.json").is_file()
    assert {".git", ".sandbox", "work", ".env"} & {path.name for path in folder.iterdir()} == set()
    assert project.shell(folder, "echo $X; pwd; ./inv --list", X="set").stdout.startswith(f"set\n{folder}\nAvailable")
