"""The sentences of the verdict claim what the counts and digests say, and not more."""

from runner.runs.report import Report, SystemReport
from runner.runs.verdict import headline, proof, reason, unchanged
from tests import reports


def _with(report: Report, **changes: object) -> Report:
    """The report with its first table changed."""
    systems: dict[str, SystemReport] = dict(report.systems)
    first = systems["alkemio"]
    tables = (first.tables[0].model_copy(update=changes), *first.tables[1:])
    systems["alkemio"] = first.model_copy(update={"tables": tables})
    return report.model_copy(update={"systems": systems})


def test_all_identical() -> None:
    report = reports.succeeded()
    assert proof(report) == ("100 of 100 tables identical: 2,652,864 rows, digests equal by MySQL and Postgres")
    assert headline(report) == "Migration succeeded after 22.5 s"
    assert not unchanged(report)


def test_tables_that_differ_are_named() -> None:
    report = reports.failed()
    assert proof(report).startswith("98 of 100 tables identical: ")
    assert proof(report).endswith("; 2 differ: alkemio.activity, alkemio.user")
    assert headline(report) == "Migration failed in verify after 21.9 s"
    assert unchanged(report)


def test_nothing_compared_claims_nothing() -> None:
    assert proof(reports.refused()) == "Nothing is proved yet: no digests were compared, 100 tables known"
    assert headline(reports.refused()) == "Migration was refused in check after 1.5 s"


def test_a_table_without_digest_is_not_counted_as_identical() -> None:
    report = _with(reports.succeeded(), final_digest=None, identical=False)
    assert proof(report).startswith("99 of 100 tables identical: ")
    assert proof(report).endswith("; 1 not compared")


def test_engines_are_named_as_they_are() -> None:
    report = reports.succeeded()
    kratos = report.systems["kratos"]
    mixed = report.model_copy(
        update={
            "systems": {
                **report.systems,
                "kratos": kratos.model_copy(update={"source": kratos.source.model_copy(update={"kind": "mariadb"})}),
            }
        }
    )
    assert proof(mixed).endswith("digests equal by MariaDB, MySQL and Postgres")


def test_the_reason_is_short_however_many_violations_there_are() -> None:
    report = reports.failed()
    assert reason(report) == "2 violations, the first: alkemio.activity, row missing"
    one = report.model_copy(update={"violations": report.violations[1:]})
    assert reason(one) == "1 violation: alkemio.user.email, value differs"
    none = report.model_copy(update={"violations": ()})
    assert reason(none) == "2 of 100 tables are not identical: alkemio.activity, alkemio.user"
    assert reason(reports.succeeded()) == ""
