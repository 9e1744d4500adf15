"""Tasks that write or verify documents: dbt docs, evidence, generated files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from runner import dbt, log, run, settings
from runner.errors import ViolationError
from runner.generate import files, reference
from runner.pages import docs, server
from runner.proof import evidence
from runner.runs import report
from runner.runs.job import Job, choose_systems
from runner.systems import ROOT


def build_docs(run_id: str | None, systems: Sequence[str], *, serve: bool, port: int) -> None:
    """Build the documentation of a run's targets anew, or serve all its pages."""
    values = settings.load()
    here = run.open_run(values.work_dir, run_id)
    if serve:
        server.serve(here, port)
        return
    job = Job(values, here, choose_systems(systems))
    log.configure(here.folder, here.run_id, console=False)
    urls = {system: job.target_urls[system.name] for system in job.systems}
    with run.privacy(), dbt.engines(urls, here.folder / "dbt") as engines:
        docs.describe(job, engines)
        failed = docs.build(job, engines)
    if (here.folder / "report.json").is_file():
        docs.write_front_page(here, report.read(here.folder / "report.json"))
    if failed:
        names = ", ".join(page.name for page in failed)
        raise ViolationError(f"{names} could not be built; see {here.folder / 'log.jsonl'}")
    for system in job.systems:
        print(docs.page(here, system.name))


def check_evidence(folder: str | None) -> None:
    """Verify a run's evidence, the latest one's by default, without any server."""
    place = Path(folder) if folder else run.open_run(settings.load().work_dir, None).folder / "evidence"
    print(f"{place}: nothing was changed since it was signed; key {evidence.check(place)}")


def generate_files(
    systems: Sequence[str], tasks: Iterable[tuple[str, str, Sequence[tuple[str, str]]]], *, check: bool
) -> None:
    """Write the generated files of systems and the reference, or with `check` only compare.

    `tasks` are name, sentence and options of each task. ViolationError names the files that differ.
    """
    chosen = choose_systems(systems)
    listed = [reference.Task(*task) for task in tasks]
    if not check:
        for system in chosen:
            files.write(system)
        reference.write(listed)
    elif different := [path for system in chosen for path in files.drift(system)] + reference.drift(listed):
        names = ", ".join(str(path.relative_to(ROOT)) for path in different[:10])
        raise ViolationError(f"{len(different)} generated files differ: {names}; run `./inv generate`")
    print("generated files are current")
