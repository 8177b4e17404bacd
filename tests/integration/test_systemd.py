"""The units as systemd itself sees them: nothing to complain about, little exposed."""
import re
import shutil
import subprocess

import pytest
from conftest import BUILD, SRC

UNITS = ["newswatchd.service", "newswatch-notify@.service"]


@pytest.fixture
def units(tmp_path):
    """The units with the programs of this build, in a directory of their own."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for name in UNITS:
        text = (SRC / "systemd" / f"{name}.in").read_text()
        text = text.replace("@bindir@", str(BUILD)).replace("@sbindir@", str(BUILD)).replace("@sysconfdir@", "/etc")
        assert "@" not in re.sub(r"newswatch-notify@|@system-service|@privileged|@resources", "", text)
        (tmp_path / name).write_text(text)
    shutil.copy(SRC / "systemd" / "newswatch.target", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", [*UNITS, "newswatch.target"])
def test_systemd_has_nothing_to_say_about_the_unit(units, name):
    p = subprocess.run(["systemd-analyze", "verify", "--man=no", f"./{name}"], cwd=units, capture_output=True, text=True)
    assert (p.returncode, p.stderr) == (0, "")


@pytest.mark.parametrize("name", UNITS)
def test_the_service_is_exposed_below_two(units, name):
    p = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--no-pager", f"./{name}"], cwd=units,
                       capture_output=True, text=True)
    found = re.search(r"exposure level for \S+: ([\d.]+)", p.stdout)
    assert found and float(found.group(1)) < 2.0, p.stdout


def test_the_services_know_type_watchdog_and_reload(units):
    text = (units / "newswatchd.service").read_text()
    for want in ("Type=notify", "WatchdogSec=", "ExecReload=", "RestartPreventExitStatus=78", "StateDirectory=newswatch"):
        assert want in text


def test_the_check_before_a_reload_is_a_command_that_exists(units, nw):
    """A unit's own check of a good configuration must succeed, else no reload ever happens."""
    conf = nw.write("newswatch.yaml", "feeds: [https://example.com/feed]\nentities: [{name: Meta}]\n")
    for name in UNITS:
        line, = [x for x in (units / name).read_text().splitlines() if x.startswith("ExecReload=") and "newswatch check" in x]
        words = line.removeprefix("ExecReload=").split()
        words[-1] = str(conf)
        p = subprocess.run(words, capture_output=True, text=True)
        assert p.returncode == 0, p.stderr


def test_sysusers_and_tmpfiles_are_accepted(units, tmp_path):
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    for tool, name in (("systemd-sysusers", "newswatch.sysusers"), ("systemd-tmpfiles", "newswatch.tmpfiles")):
        if shutil.which(tool) is None:
            continue
        args = [tool, f"--root={root}", str(SRC / "systemd" / name)]
        if tool == "systemd-tmpfiles":
            args.insert(1, "--create")
        p = subprocess.run(args, capture_output=True, text=True)
        assert p.returncode == 0, p.stderr
    assert "newswatch:" in (root / "etc" / "passwd").read_text()
    assert (root / "var/lib/newswatch").is_dir()
