"""Real servers for the integration tests: redis-server, nginx, a webhook sink,
and the programs under test. Everything stays on loopback and in a temporary
directory; every process started here ends here.
"""
import contextlib
import http.server
import itertools
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import redis

SRC = pathlib.Path(os.environ.get("NW_SRCDIR", pathlib.Path(__file__).parents[2]))
BUILD = pathlib.Path(os.environ.get("NW_BUILDDIR", SRC))
PATIENCE = float(os.environ.get("NW_TEST_PATIENCE", "20"))
sys.path[:0] = [str(SRC / "tests/support")]
from scripted_http import ScriptedServer  # noqa: E402


# -- TAP ------------------------------------------------------------------------

class Tap:
    """One TAP line a test, with the failure as comments."""

    def __init__(self):
        self.n = 0

    def pytest_collection_finish(self, session):
        print(f"1..{len(session.items)}", flush=True)

    def pytest_runtest_logreport(self, report):
        if report.when != "call" and not (report.when == "setup" and report.outcome != "passed") \
                and not (report.when == "teardown" and report.failed):
            return
        if report.when == "teardown":
            print(f"# teardown of {report.nodeid} failed:\n# " + str(report.longrepr).replace("\n", "\n# "))
            print("Bail out! a test left something behind", flush=True)
            return
        self.n += 1
        name = report.nodeid.split("::")[-1].replace("_", " ").removeprefix("test ")
        if report.failed:
            text = str(report.longrepr) + "".join(f"\n{t}\n{c}" for t, c in report.sections)
            print("# " + text.replace("\n", "\n# "))
        skip = f" # SKIP {report.longrepr[-1]}" if report.skipped else ""
        print(("not ok" if report.failed else "ok"), self.n, "-", name + skip, flush=True)


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    config.pluginmanager.register(Tap())
    reporter = config.pluginmanager.getplugin("terminalreporter")
    config.pluginmanager.unregister(reporter)


# -- helpers --------------------------------------------------------------------

def wait_for(what, fn, patience=PATIENCE):
    """The first true value of fn(); fails with `what` when patience is over."""
    end = time.monotonic() + patience
    while True:
        with contextlib.suppress(redis.ConnectionError, redis.BusyLoadingError, ConnectionError, FileNotFoundError):
            value = fn()
            if value:
                return value
        assert time.monotonic() < end, f"waited {patience:.0f} s for {what}"
        time.sleep(0.02)


BAND = 64
ports_tried = itertools.count()


def free_port():
    """A port that nobody listens on, of those that the kernel gives to no connection. Each process begins in a band of its
    own and gives none twice, so that it stays free until it is used, and while a server that has it is restarted."""
    low = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = low // 2 + (os.getpid() * BAND + next(ports_tried)) % (low - low // 2)
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port


class Process:
    """A program under test; what it writes goes to files in the work directory."""

    def __init__(self, work, name, argv, env=None):
        self.work, self.name, self.argv = work, name, [str(a) for a in argv]
        self.env = dict(os.environ, **(env or {}))
        self.out, self.err = work / f"{name}.out", work / f"{name}.err"
        self.p = None

    def start(self):
        self.p = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=open(self.out, "ab"),
                                  stderr=open(self.err, "ab"), env=self.env, cwd=self.work)
        return self

    def signal(self, sig):
        self.p.send_signal(sig)

    def wait(self, patience=PATIENCE):
        return self.p.wait(patience)

    def stop(self):
        """SIGTERM, and a clean exit."""
        if self.p and self.p.poll() is None:
            self.p.terminate()
            assert self.wait() == 0, f"{self.name} exited {self.p.returncode}:\n{self.log()[-3000:]}"

    def kill(self):
        if self.p and self.p.poll() is None:
            self.p.kill()
            self.p.wait()

    def alive(self):
        return self.p is not None and self.p.poll() is None

    def log(self):
        return self.err.read_text(errors="replace") if self.err.exists() else ""

    def wait_log(self, pattern, patience=PATIENCE):
        try:
            return wait_for(f"{self.name} to log {pattern!r}", lambda: re.search(pattern, self.log()), patience)
        except AssertionError:
            raise AssertionError(f"{self.name} did not log {pattern!r}; it logged:\n{self.log()[-3000:]}") from None


class Redis(Process):
    def __init__(self, work, *options):
        self.port = free_port()
        self.dir = work / "redis"
        self.dir.mkdir()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        super().__init__(work, "redis", ["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--dir", self.dir,
                                         "--appendonly", "yes", "--appendfsync", "always", "--save", "", *options])

    def start(self):
        super().start()
        wait_for("redis-server", self.client().ping)
        return self

    def client(self):
        return redis.Redis(port=self.port, decode_responses=True)

    def is_rewritten(self):
        """Has it written its append-only file anew since it started? The daemon asks it to. Before that a second kill may
        have it execute what the first one tore (doc/QUEUE.md)."""
        info = self.client().info("persistence")
        return info["aof_rewrites"] > 0 and not info["aof_rewrite_in_progress"] and info["aof_last_bgrewrite_status"] == "ok"

    def wait_rewritten(self):
        wait_for("Redis to write its file anew", self.is_rewritten)


class Nginx(Process):
    """Serves root/ with ETag, Last-Modified and gzip."""

    CONF = """
daemon off; master_process off; pid {dir}/nginx.pid; error_log {dir}/error.log warn;
events {{ worker_connections 512; }}
http {{
  types {{ application/rss+xml rss xml; application/atom+xml atom; application/feed+json json; text/html html; }}
  access_log {dir}/access.log; client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f;
  uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  gzip on; gzip_min_length 64; gzip_types application/rss+xml application/atom+xml application/feed+json;
  server {{ listen 127.0.0.1:{port}; root {root}; {extra} }}
}}
"""

    def __init__(self, work, extra=""):
        self.port = free_port()
        self.dir = work / "nginx"
        self.root = self.dir / "root"
        self.root.mkdir(parents=True)
        conf = self.dir / "nginx.conf"
        conf.write_text(self.CONF.format(dir=self.dir, root=self.root, port=self.port, extra=extra))
        super().__init__(work, "nginx", [shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"), "-c", conf,
                                         "-p", self.dir])

    def start(self):
        super().start()
        wait_for("nginx", lambda: socket.create_connection(("127.0.0.1", self.port), 1).close() is None)
        return self

    def url(self, path):
        return f"http://127.0.0.1:{self.port}/{path}"

    def put(self, path, text):
        """Replace a file in one step, as a publisher's system does."""
        new = self.root / (path + ".new")
        new.write_bytes(text if isinstance(text, bytes) else text.encode())
        new.rename(self.root / path)

    def requests(self):
        log = self.dir / "access.log"
        return log.read_text().splitlines() if log.exists() else []


class Sink:
    """A webhook receiver: keeps every request; answers 204, or what `answer` says."""

    def __init__(self):
        self.got, self.answer, self.lock = [], lambda request: 204, threading.Lock()
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                request = {"path": self.path, "headers": dict(self.headers), "raw": body, "time": time.time()}
                with contextlib.suppress(ValueError):
                    request["json"] = json.loads(body)
                with sink.lock:
                    sink.got.append(request)
                    answer = sink.answer(request)
                status, headers = answer if isinstance(answer, tuple) else (answer, {})
                self.send_response(status)
                for k, v in headers.items():
                    self.send_header(k, v)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))

    def start(self):
        self.thread.start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def hits(self):
        with self.lock:
            return [h for r in self.got if "json" in r for h in r["json"]["data"]["hits"]]

    def titles(self):
        return [h["item"]["title"] for h in self.hits()]


class Newswatch:
    """A configuration directory and the programs that run on it."""

    def __init__(self, work):
        self.work, self.etc, self.state = work, work / "etc", work / "state"
        self.etc.mkdir()
        self.processes = []

    def write(self, name, text):
        """A file of the configuration. Runs side by side must not want one port: no status server unless asked for."""
        if name == "newswatch.yaml" and "http:" not in text.replace("http://", ""):
            text += '\nhttp: {listen: ""}\n'
        path = self.etc / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def process(self, name, argv, env=None):
        p = Process(self.work, name, argv, env)
        self.processes.append(p)
        return p

    def daemon(self, env=None):
        return self.process("newswatchd", [BUILD / "newswatchd", "-f", "-c", self.etc / "newswatch.yaml"], env)

    def worker(self, name="w1", env=None):
        return self.process(f"notify-{name}", [BUILD / "newswatch-notify", "--name", name,
                                               "-c", self.etc / "newswatch.yaml"], env)

    def cli(self, *args, stdin=None, check=True, env=None):
        p = subprocess.run([str(BUILD / "newswatch"), *map(str, args)], input=stdin, capture_output=True, text=True,
                           timeout=60, cwd=self.work, env=dict(os.environ, **(env or {})))
        assert not check or p.returncode == 0, f"exit {p.returncode}: {args}\n{p.stderr[-3000:]}"
        return p

    def ask(self, *args):
        """What a verb prints of the running daemon; ConnectionError while it does not answer."""
        p = self.cli(*args, "--json", "--state-dir", self.state, check=False)
        if p.returncode == 69:
            raise ConnectionError(p.stderr)
        assert p.returncode == 0, p.stderr
        return [json.loads(line) for line in p.stdout.splitlines()]

    def status(self):
        return self.ask("status")[0]

    def feeds(self):
        return self.ask("feeds")


def on_terminal(*args):
    """What a verb shows people."""
    main, side = pty.openpty()
    pid = os.fork()
    if pid == 0:
        os.dup2(side, 1)
        os.execv(BUILD / "newswatch", ["newswatch", *map(str, args)])
    os.close(side)
    text = b""
    with contextlib.suppress(OSError):  # EIO: it has ended
        while piece := os.read(main, 4096):
            text += piece
    assert os.waitpid(pid, 0)[1] == 0
    os.close(main)
    return text.decode()


def rss(items, title="Example News", link="https://example.com/"):
    """An RSS 2.0 document; items are dicts of title, link, description, guid, pubDate."""
    from xml.sax.saxutils import escape
    body = "".join("<item>" + "".join(f"<{k}>{escape(v)}</{k}>" for k, v in i.items()) + "</item>" for i in items)
    return (f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{escape(title)}</title>'
            f"<link>{link}</link><description>d</description>{body}</channel></rss>")


WATCHLIST = """
entities:
  - name: Meta
    kind: company
    tickers: [NASDAQ:META]
    aliases: [Meta Platforms, Facebook]
    context: [Zuckerberg, Instagram, WhatsApp, Llama]
    exclude: [meta-analysis, meta description]
  - name: Alexandr Wang
    kind: person
    company: Meta
    aliases: [Alex Wang]
    not_like: [Alexander Wang]
"""


def configure_feeds(nw, redis_server, *feeds, fetch="", more=""):
    """Feeds on loopback that may be asked each second; fetch: more of its keys, each behind a comma; more: lines. The file."""
    lines = "\n".join(f"  - {f}" for f in feeds)
    return nw.write("newswatch.yaml", f"""
feeds:
{lines}
state_dir: {nw.state}
redis: {{url: "{redis_server.url}"}}
fetch: {{min_interval: 1s, host_gap: 0s, allow_private: [127.0.0.0/8]{fetch}}}
{more}
""")


# -- fixtures -------------------------------------------------------------------

@pytest.fixture
def nw(tmp_path):
    n = Newswatch(tmp_path)
    yield n
    for p in reversed(n.processes):
        p.kill()


@pytest.fixture
def redis_server(tmp_path):
    r = Redis(tmp_path).start()
    yield r
    r.kill()


@pytest.fixture
def nginx(tmp_path):
    n = Nginx(tmp_path).start()
    yield n
    n.kill()


@pytest.fixture
def sink():
    s = Sink().start()
    yield s
    s.stop()


@pytest.fixture
def server():
    s = ScriptedServer()
    yield s
    s.stop()


sys.modules.setdefault("conftest", sys.modules[__name__])
__all__ = ["signal"]
