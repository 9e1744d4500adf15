import pytest

from runner.catalog.names import listed, quoted


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("account", "account"),
        ("profileId", '"profileId"'),
        ("user", '"user"'),
        ("query-result-cache", '"query-result-cache"'),
        ("2fast", '"2fast"'),
        ("type", "type"),
        ("", '""'),
        ('say "hi"', '"say ""hi"""'),
        ("größe", '"größe"'),
    ],
)
def test_quoted_only_where_needed(name: str, written: str) -> None:
    assert quoted(name) == written


def test_listed() -> None:
    assert listed(["id", "nameID", "order"]) == 'id, "nameID", "order"'
