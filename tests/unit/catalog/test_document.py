import json

import pytest

from runner.catalog import document, model
from runner.catalog.model import Catalog, Sequence
from runner.systems import System, all_systems


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_baseline_catalogs_survive_writing_and_reading(system: System) -> None:
    for catalog in (system.source_catalog, system.target_catalog):
        assert model.from_json(json.loads(document.text(catalog))) == catalog


def test_what_a_baseline_does_not_have_survives_too() -> None:
    catalog = Catalog(
        engine="postgres",
        database="shop",
        server_version="18.6",
        tables={},
        enums={"colour": ("red", "größe")},
        sequences=(Sequence("ticket", "", "", "bigint"), Sequence("order_id", "order", "Id", "integer")),
        extensions=("plpgsql",),
        views=("sales",),
        triggers=("order.audit",),
    )
    assert model.from_json(json.loads(document.text(catalog))) == catalog
