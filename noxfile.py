"""What one types here. `nox -s demo` and `nox -s tests` need nothing but Python and git."""

from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "venv"
nox.options.sessions = ["lint", "types", "tests"]

PYPROJECT = nox.project.load_toml("pyproject.toml")
OURS = ("overrides/liangxin", "mock/liangxin_mock", "generation")


def install(
    session: nox.Session, *groups: str, package: str = ".[callbacks,cli,fast,mock,media,prism]"
) -> None:
    """Install the package, as a user would, and the tools of these dependency groups."""
    session.install(*nox.project.dependency_groups(PYPROJECT, *groups), package)


@nox.session
def demo(session: nox.Session) -> None:
    """Run a task of every model of both APIs on the simulator, and save its file."""
    install(session, package=".[mock,media]")
    session.run("python", "examples/demo.py", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; all of them with `-- --thorough`, which `--cov` may follow."""
    groups = ["generate", "test", *(["thorough"] if "--thorough" in session.posargs else [])]
    install(session, *groups)
    session.run("python", "-m", "pytest", "-n", "2", "--dist", "worksteal", *session.posargs)


@nox.session
def conformance(session: nox.Session) -> None:
    """Check every model variant and the simulator, as a table and as conformance.json.

    With `-- --write`, the figures are kept for the site, in docs/conformance.json.
    """
    install(session, "generate", "test", "conformance")
    options = [option for option in session.posargs if option != "--write"]
    session.run(
        *("python", "-m", "pytest", "-n", "2", "-q", "--dist", "worksteal", "--thorough"),
        *("tests/conformance", "tests/mock/test_contract.py"),
        *("--conformance", "conformance.json", *options),
    )
    if "--write" in session.posargs:
        session.run("python", "-m", "website.conformance", "conformance.json")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation site into build/site/."""
    install(session, "docs", package=".")
    session.run("python", "-m", "website", *session.posargs)


@nox.session
def generate(session: nox.Session) -> None:
    """Make generated/ from openapi/; with `-- --check`, only compare."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "generate"))
    session.run("python", "-m", "generation", *session.posargs)


@nox.session
def changes(session: nox.Session) -> None:
    """Say what changes of the spec break; `-- OLD NEW --json` and the like are passed on."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "generate"))
    session.run("python", "-m", "generation", "changes", *session.posargs)


@nox.session
def sync(session: nox.Session) -> None:
    """Compare the spec with the published pages: `-- URL-or-folder`, with `--apply` follow them."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "sync"))
    session.run("python", "-m", "generation", "sync", *session.posargs)


@nox.session
def mock(session: nox.Session) -> None:
    """Serve the mock until Ctrl-C; `-- --port 4010` and the like are passed on."""
    install(session)
    session.run("liangxin", "mock", *session.posargs)


@nox.session
def drift(session: nox.Session) -> None:
    """Compare a recording with the contract; `-- FILE`, and `--json`."""
    install(session, package=".")
    session.run("liangxin", "drift", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format, and that generated/ is up to date."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "generate", "lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("python", "-m", "generation", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy and pyright, of the package as it is installed."""
    install(session, "generate", "test", "thorough", "types")
    packages = ["liangxin", "liangxin_mock", *(path.name for path in Path("generated").iterdir())]
    session.run("mypy", *(word for name in sorted(packages) for word in ("-p", name)))
    session.run("mypy", "generation", "tests", "examples", "benchmarks", "website")
    session.run("pyright")
    # Right and wrong inputs of every model, what is deprecated, and another API, under both.
    options = ("-q", "-n", "2", "--thorough", "-k", "type_checkers", "tests/generation")
    session.run("python", "-m", "pytest", *options, *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure, side by side in one run, as ratios."""
    install(session, "generate", "test")
    session.run("python", "benchmarks/run.py", *session.posargs)
