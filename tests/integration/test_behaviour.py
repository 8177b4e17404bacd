"""How the daemon behaves towards publishers and hostile servers: the rows of
behaviour_rows.py, polled all at once by one daemon, which is restarted and then
reloaded meanwhile. One test a row; NW_BEHAVIOUR_TABLE=FILE writes them as a table.
"""
import contextlib
import os
import signal
import sqlite3
import ssl
import subprocess
import sys
import time

import pytest
from conftest import PATIENCE, SRC, Newswatch, Redis, wait_for

sys.path[:0] = [str(SRC / "tests/support"), str(SRC / "tests/integration")]
from behaviour_rows import ROWS, Seen  # noqa: E402
from scripted_http import ScriptedServer  # noqa: E402

FIRST, SECOND, THIRD = 12.0, 3.0, 3.0  # seconds of each phase, on a machine that keeps up


def certificates(dir):
    """A CA, and server contexts: signed for our addresses, for another name, and by nobody."""
    def openssl(*args):
        subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True, cwd=dir)

    def context(name):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        c.load_cert_chain(dir / f"{name}.pem", dir / f"{name}.key")
        return c

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 2, "-subj", "/CN=ca",
            "-keyout", "ca.key", "-out", "ca.pem")
    ips = ",".join(f"IP:127.1.{a}.{b}" for a in range(2) for b in range(1, 251))
    for name, san in (("good", ips), ("other", "DNS:other.example")):
        (dir / f"{name}.ext").write_text(f"subjectAltName={san}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", f"{name}.key", "-out", f"{name}.csr")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", 2,
                "-extfile", f"{name}.ext", "-out", f"{name}.pem")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 2, "-subj", "/CN=self",
            "-keyout", "self.key", "-out", "self.pem")
    return {name: context(name) for name in ("good", "other", "self")}


def configure(nw, redis_url, late):
    """All rows as feeds; with late, as the reload changes them."""
    secret = nw.etc / "secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)
    lines = ["feeds:"]
    for r in ROWS:
        paths = [p for p in r.paths if not (late and p == "/gone")] + list(r.late if late else ())
        for p in paths:
            opts = (", " + r.opts.format(secret=secret)) if "{secret}" in r.opts else (", " + r.opts if r.opts else "")
            lines.append(f'  - {{url: "{r.host.url(p)}", interval: 1s{opts}}}')
    lines.append(f"""
state_dir: {nw.state}
redis: {{url: "{redis_url}"}}
fetch: {{min_interval: 1s, host_gap: 100ms, timeout: 2s, max_body: 256KiB, max_rate: 1000/s, ca_file: {nw.work}/ca.pem,
         allow_private: [127.0.0.0/8]}}
""")
    nw.write("newswatch.yaml", "\n".join(lines))


def states(nw):
    return {f["url"]: f for f in nw.feeds()}


def edit_state(nw):
    with contextlib.closing(sqlite3.connect(nw.state / "newswatch.db", isolation_level=None)) as db:
        for r in ROWS:
            if r.edit:
                db.execute(r.edit, {"url": r.urls()[0]})


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    work = tmp_path_factory.mktemp("behaviour")
    tls = certificates(work)
    server, nw, redis = ScriptedServer(), Newswatch(work), Redis(work).start()
    for r in ROWS:
        r.host = server.host(r.name, r.scripts, tls.get(r.tls))
        if r.elsewhere:
            r.host.elsewhere = server.host(r.name + " (elsewhere)", r.elsewhere)
            r.host.elsewhere.home = r.host
    try:
        configure(nw, redis.url, late=False)
        daemon = nw.daemon().start()
        wait_for("the first poll", lambda: any(h.requests for h in server.hosts))
        pass_time(FIRST, 1)
        after_first = states(nw)
        daemon.stop()
        server.phase, server.restarted = 2, time.time()
        edit_state(nw)
        daemon.start()
        wait_for("polls after the restart", lambda: any(r.phase == 2 for h in server.hosts for r in h.requests))
        pass_time(SECOND, 2)
        configure(nw, redis.url, late=True)
        daemon.signal(signal.SIGHUP)
        daemon.wait_log(r"\breloaded\b")
        server.phase, server.reloaded = 3, time.time()
        pass_time(THIRD, 3)
        daemon.stop()
    finally:
        for p in nw.processes:
            p.kill()
        redis.kill()
        server.stop()
    yield {r.name: Seen(r, after_first) for r in ROWS}


def pass_time(seconds, phase):
    """So long, and longer where the machine is too busy for a poll a second of feeds that give no trouble."""
    time.sleep(seconds)
    steady = [r for r in ROWS if r.name.startswith(("a strong ETag", "a weak ETag", "an ETag without quotes"))]
    assert len(steady) == 3
    wait_for("polls each second", lambda: all(
        len([q for q in r.host.requests if q.phase == phase]) >= seconds - 2 for r in steady), patience=3 * PATIENCE)


def verdict(r, seen):
    try:
        return r.check(seen[r.name])
    except (IndexError, KeyError) as e:
        return f"not seen: {e!r}"


@pytest.fixture(scope="module", autouse=True)
def table(seen):
    yield
    if os.environ.get("NW_BEHAVIOUR_TABLE"):
        with open(os.environ["NW_BEHAVIOUR_TABLE"], "w", encoding="utf-8") as f:
            for i, r in enumerate(ROWS, 1):
                wrong = verdict(r, seen)
                print(f"{i:3d}  {'FAIL' if wrong else 'pass'}  {r.name}{': ' + wrong if wrong else ''}", file=f)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_it(row, seen):
    wrong = verdict(row, seen)
    assert not wrong, wrong
