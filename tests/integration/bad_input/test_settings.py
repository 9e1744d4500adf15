"""A wrong setting, URL, option or name is one line that says what, where and what to do, and is wrong use."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.systems import all_systems
from tests.integration.bad_input.attempts import SECRET, URLS, USAGE, VIOLATION, Attempt, Place, expect


@pytest.mark.parametrize("variable", URLS)
def test_missing_url(attempt: Attempt, variable: str) -> None:
    expect(attempt(**{variable: None}), USAGE, f"{variable} is not set", ".env.example")


WRONG_URLS = {
    "no url": ("somewhere", "must start with"),
    "other scheme": ("https://u:{secret}@h/db", "must start with"),
    "no database": ("{scheme}://u:{secret}@h:1", "/database"),
    "empty database": ("{scheme}://u:{secret}@h:1/", "/database"),
    "two databases": ("{scheme}://u:{secret}@h:1/a/b", "/database"),
    "port in words": ("{scheme}://u:{secret}@h:port/db", "not a URL"),
    "port too large": ("{scheme}://u:{secret}@h:99999/db", "not a URL"),
    "half an address": ("{scheme}://u:{secret}@[::1/db", "not a URL"),
    "unknown option": ("{scheme}://u:{secret}@h/db?color=blue", "color"),
}


@pytest.mark.parametrize("fault", WRONG_URLS)
@pytest.mark.parametrize("variable", ["SOURCE_KRATOS_URL", "TARGET_KRATOS_URL"])
def test_malformed_url(attempt: Attempt, variable: str, fault: str) -> None:
    url, word = WRONG_URLS[fault]
    scheme = "mysql" if variable.startswith("SOURCE") else "postgresql"
    expect(attempt(**{variable: url.format(scheme=scheme, secret=SECRET)}), USAGE, variable, word)


def test_target_url_that_says_something_twice(attempt: Attempt) -> None:
    url = f"postgresql://u@h/db?password={SECRET}"
    expect(attempt(TARGET_KRATOS_URL=url), USAGE, "TARGET_KRATOS_URL", "before the question mark")


def test_target_url_with_a_wrong_ssl_mode(attempt: Attempt, place: Place) -> None:
    url = f"{place.settings['TARGET_KRATOS_URL']}?sslmode=perhaps"
    expect(attempt(TARGET_KRATOS_URL=url), USAGE, "TARGET_KRATOS_URL", "sslmode")


@pytest.mark.parametrize(
    ("variable", "option"),
    [("SOURCE_KRATOS_URL", "ssl_ca=/nowhere/ca.pem"), ("TARGET_KRATOS_URL", "sslrootcert=/nowhere/ca.pem")],
)
def test_missing_tls_file(attempt: Attempt, place: Place, variable: str, option: str) -> None:
    ended = attempt(**{variable: f"{place.settings[variable]}?{option}"})
    expect(ended, USAGE, variable, "/nowhere/ca.pem")


def test_target_without_the_tls_that_is_asked_for(attempt: Attempt, place: Place) -> None:
    ended = attempt(TARGET_KRATOS_URL=f"{place.settings['TARGET_KRATOS_URL']}?sslmode=require")
    expect(ended, VIOLATION, "TLS", "sslmode")


@pytest.mark.parametrize("jobs", ["0", "-1", "x", "1.5", "1000"])
def test_wrong_number_of_jobs(attempt: Attempt, jobs: str) -> None:
    expect(attempt(JOBS=jobs), USAGE, "JOBS")


def test_url_of_an_unknown_system(attempt: Attempt) -> None:
    expect(attempt(SOURCE_MATRIX_URL=f"mysql://u:{SECRET}@h/db"), USAGE, "SOURCE_MATRIX_URL", "ALKEMIO, KRATOS")


def test_unknown_setting_in_the_file(attempt: Attempt) -> None:
    expect(attempt(env_file=b"SOURCE_ALKEMO=mysql://u:s3cret-of-the-url@h/db\n"), USAGE, ".env", "SOURCE_ALKEMO")


def test_file_of_settings_that_is_no_text(attempt: Attempt) -> None:
    expect(attempt(env_file=b"JOBS=\xff\xfe\n"), USAGE, ".env", "UTF-8")


def test_work_folder_that_is_a_file(attempt: Attempt, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    expect(attempt(WORK_DIR=str(tmp_path / "file")), USAGE, "WORK_DIR", str(tmp_path / "file"))


def test_work_folder_that_cannot_be_made(attempt: Attempt) -> None:
    expect(attempt(WORK_DIR="/proc/convergence/work"), USAGE, "WORK_DIR", "/proc/convergence/work")


def test_one_database_for_two_targets(attempt: Attempt, place: Place) -> None:
    ended = attempt(TARGET_KRATOS_URL=place.settings["TARGET_ALKEMIO_URL"])
    expect(ended, USAGE, "TARGET_", "its own")


def test_unknown_system(attempt: Attempt) -> None:
    expect(attempt(systems=("matrix",)), USAGE, "'matrix'", "alkemio, kratos")


def test_unknown_table(attempt: Attempt) -> None:
    expect(attempt(tables=("no_such_table",)), USAGE, "no_such_table")


def test_table_of_another_system(attempt: Attempt) -> None:
    expect(attempt(systems=("kratos",), tables=("whiteboard",)), USAGE, "whiteboard")


@pytest.mark.parametrize("run_id", ["no-such-run", "../..", "/etc", "a b"])
def test_unknown_run(attempt: Attempt, run_id: str) -> None:
    expect(attempt(("stage",), run_id=run_id), USAGE, repr(run_id))


def test_systems_are_those_of_the_settings() -> None:
    assert {system.name.upper() for system in all_systems()} == {name.split("_")[1] for name in URLS}
