"""Channels against real counterparts: an SMTP server with TLS and authentication, redis-server, the apprise command, sockets
of syslog and the journal.
"""
import asyncio
import email
import email.policy
import json
import re
import shutil
import socket
import ssl
import subprocess
import threading

import pytest
from conftest import SRC, wait_for
from targets import TOKEN, Server

try:
    from aiosmtpd.smtp import SMTP, AuthResult
except ImportError:
    SMTP = None

GOLDEN = json.loads((SRC / "tests/data/hit-v1.json").read_text())


class Mailbox:
    """An SMTP server that keeps what it takes, and misbehaves when a test asks for it."""

    def __init__(self, work, tls="starttls", offers_tls=True):
        self.mails, self.rcpt, self.data, self.logins = [], None, None, []
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", work / "key.pem", "-out", work / "cert.pem", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(work / "cert.pem", work / "key.pem")
        box = self

        def authenticate(server, session, envelope, mechanism, data):
            box.logins.append((data.login.decode(), data.password.decode()))
            return AuthResult(success=data.password == TOKEN.encode(), handled=False)

        def protocol():
            if tls == "plain" or not offers_tls:
                return SMTP(self, hostname="mail.test", loop=self.loop)
            return SMTP(self, hostname="mail.test", loop=self.loop, authenticator=authenticate, auth_required=True,
                        auth_require_tls=tls == "starttls", require_starttls=tls == "starttls",
                        tls_context=context if tls == "starttls" else None)

        self.loop = asyncio.new_event_loop()
        serve = self.loop.create_server(protocol, "127.0.0.1", 0, ssl=context if tls == "tls" else None)
        self.server = self.loop.run_until_complete(serve)
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt and address.startswith("refused"):
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data:
            return self.data
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 2.0.0 queued as 1"

    def start(self):
        self.thread.start()
        return self

    async def close(self):
        self.server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)
        self.loop.stop()

    def stop(self):
        if self.thread.is_alive():
            asyncio.run_coroutine_threadsafe(self.close(), self.loop)
            self.thread.join()
            self.loop.close()

    def parsed(self):
        return [email.message_from_bytes(m[2], policy=email.policy.default) for m in self.mails]


@pytest.fixture
def mailbox(nw):
    if not SMTP:
        pytest.skip("python3-aiosmtpd is not installed")
    made = []

    def make(**options):
        made.append(Mailbox(nw.work, **options).start())
        return made[-1]

    yield make
    for m in made:
        m.stop()


def secret(nw, name, text):
    path = nw.etc / name
    path.touch(mode=0o600)
    path.write_text(text)


def send(nw, channel, *args, env=None):
    conf = nw.write("newswatch.yaml", f"""
state_dir: {nw.state}
redis: {{url: "redis://127.0.0.1:1/0"}}
channels:
  desk: {{{channel}}}
routes: [{{to: [desk]}}]
""")
    p = nw.cli("send", "test", "--json", "-c", conf, *args, "desk", check=False, env=env)
    assert p.stdout, p.stderr
    assert TOKEN not in p.stdout + p.stderr
    return json.loads(p.stdout)


def mail(nw, box, more="", url="smtp://localhost", to="[desk@example.com, b@example.com]"):
    secret(nw, "password", TOKEN + "\n")
    return (f'type: smtp, url: "{url}:{box.port}", from: news@example.com, to: {to}, '
            f"ca_file: {nw.work}/cert.pem, timeout: 10s{more}")


LOGIN = ", user: news, password_file: password"


@pytest.mark.parametrize("tls, url", [("starttls", "smtp://localhost"), ("tls", "smtps://127.0.0.1")])
def test_mail_goes_out_under_tls_with_a_login(nw, mailbox, tls, url):
    box = mailbox(tls=tls)
    said = send(nw, mail(nw, box, LOGIN, url))
    assert said["outcome"] == "sent", said
    assert "queued as 1" in said["text"] and box.logins == [("news", TOKEN)]
    ((sender, to, _),) = box.mails
    assert sender == "news@example.com" and to == ["desk@example.com", "b@example.com"]
    (m,) = box.parsed()
    assert m["subject"] == "Example Corp: M&A, agreed" and m["to"] == "desk@example.com, b@example.com"
    assert m["from"].addresses[0].display_name == "newswatch" and m["list-id"] == "<desk.newswatch.example.com>"
    assert re.fullmatch(r"<msg_[0-9a-f]{32}@example.com>", m["message-id"]) and m["auto-submitted"] == "auto-generated"
    assert not m.defects and m.get_content_type() == "multipart/alternative"
    text, html = [p.get_content() for p in m.iter_parts()]
    assert "The Example Times, media" in text and '"Example Corp agreed to buy Sample Inc for $2 billion' in text
    assert '<a href="https://news.example/deal?id=1&amp;from=rss"' in html
    assert said["reference"] == m["message-id"].strip("<>")


def test_a_later_mail_of_a_story_is_in_its_thread(nw, mailbox):
    box = mailbox(tls="plain")
    channel = mail(nw, box, ", starttls: no")
    first = send(nw, channel)["reference"]
    assert send(nw, channel, "--edit", first)["reference"] == first
    a, b = box.parsed()
    assert b["in-reply-to"] == f"<{first}>" and f"<{first}>" in b["references"]
    assert a["references"].split()[0] == b["references"].split()[0] and a["message-id"] != b["message-id"]


def test_what_a_mail_server_says_is_later_or_never(nw, mailbox):
    box = mailbox(tls="plain")
    channel = mail(nw, box, ", starttls: no", to="[desk@example.com, refused@example.com]")
    box.rcpt = "550 5.1.1 no such user"
    said = send(nw, channel)
    assert said["outcome"] == "never" and "550 5.1.1 no such user" in said["text"] and box.mails == []
    box.rcpt = "451 4.7.1 greylisted"
    said = send(nw, channel)
    assert said["outcome"] == "later" and "greylisted" in said["text"]
    box.rcpt, box.data = None, "554 5.7.1 spam"
    assert send(nw, channel)["outcome"] == "never"
    box.data = "452 4.3.1 disk full"
    assert send(nw, channel)["outcome"] == "later"
    box.data = None
    assert send(nw, channel)["outcome"] == "sent"
    box.stop()
    said = send(nw, channel)
    assert said["outcome"] == "later" and "cannot be reached" in said["text"]


def test_nothing_is_said_to_a_server_that_cannot_be_trusted(nw, mailbox):
    box = mailbox(offers_tls=False)
    said = send(nw, mail(nw, box, LOGIN))
    assert said["outcome"] == "later" and "STARTTLS" in said["text"]
    assert box.logins == [] and box.mails == []
    box = mailbox(tls="starttls")
    said = send(nw, mail(nw, box, LOGIN).replace("ca_file", "from_name"))
    assert said["outcome"] == "later" and "certificate is refused" in said["text"] and box.logins == []


def test_a_wrong_password_is_never(nw, mailbox):
    box = mailbox(tls="starttls")
    channel = mail(nw, box, LOGIN)
    secret(nw, "password", "wrong-password\n")
    said = send(nw, channel)
    assert said["outcome"] == "never" and "does not accept user and password" in said["text"], said
    assert "wrong-password" not in json.dumps(said)


@pytest.mark.parametrize("change, mistake", [
    (("smtp://localhost", "mail://localhost"), "'url' is smtp://host"),
    (("news@example.com", "news@example.com>\\r\\nX"), "is no mail address"),
    (("[desk@example.com, b@example.com]", "[\"a b@example.com\"]"), "is no mail address"),
    ((", timeout", ", starttls: no, user: u, password_file: password, timeout"), "the password could be read on the way"),
    ((", timeout", ", user: u, timeout"), "go together"),
])
def test_mistakes_of_a_mail_channel_are_told(nw, change, mistake):
    class Box:
        port = 25
    channel = mail(nw, Box).replace(change[0], change[1] if "\\r" not in change[1] else '"' + change[1] + '"')
    conf = nw.write("newswatch.yaml", f"channels:\n  desk: {{{channel}}}\nroutes: [{{to: [desk]}}]\n")
    p = nw.cli("check", "-c", conf, check=False)
    assert p.returncode == 78 and mistake in p.stderr, p.stderr


# -- Redis ------------------------------------------------------------------------

def test_a_message_is_an_element_of_a_list(nw, redis_server):
    client = redis_server.client()
    channel = f'type: redis, url: "{redis_server.url}", list: news, max: 2, timeout: 5s'
    for n in range(3):
        said = send(nw, channel)
        assert said["outcome"] == "sent" and "in the list" in said["text"], said
    wait_for("the list to be trimmed", lambda: client.llen("news") == 2)
    element = json.loads(client.lpop("news"))
    assert element["type"] == "newswatch.hits" and element["data"]["hits"][0]["entities"][0]["name"] == "Example Corp"
    client.delete("news")
    client.set("news", "x")
    said = send(nw, channel)
    assert said["outcome"] == "later" and "WRONGTYPE" in said["text"]
    said = send(nw, channel.replace("5s", "300ms").replace(str(redis_server.port), "1"))
    assert said["outcome"] == "later" and said["text"]


def test_a_list_behind_a_password(nw, redis_server):
    client = redis_server.client()
    client.config_set("requirepass", TOKEN)
    secret(nw, "password", TOKEN + "\n")
    channel = f'type: redis, url: "{redis_server.url}", list: news, timeout: 1s'
    assert send(nw, channel + ", password_file: password")["outcome"] == "sent"
    assert send(nw, channel)["outcome"] == "later"


# -- logs ---------------------------------------------------------------------------

def datagrams(s):
    out = []
    s.setblocking(False)
    while True:
        try:
            out.append(s.recv(65536).decode())
        except BlockingIOError:
            return out


def test_syslog_gets_a_line_a_hit(nw):
    hits = nw.work / "hits.jsonl"
    hits.write_text("".join(json.dumps(dict(GOLDEN, id=f"{n:032x}", kind="hit")) + "\n" for n in (1, 2)))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        said = send(nw, f'type: syslog, address: "udp://127.0.0.1:{s.getsockname()[1]}", facility: local3, severity: warning',
                    "--hits", hits)
        assert said["outcome"] == "sent"
        lines = datagrams(s)
    assert len(lines) == 2
    assert re.match(r"<156>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ newswatch \d+ NEWS - \ufeffMeta: product launch, planned: Meta to spend",
                    lines[0])
    path = nw.work / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.bind(str(path))
        assert send(nw, f"type: syslog, address: {path}, tag: news")["outcome"] == "sent"
        (line,) = datagrams(s)
    assert re.match(r"<29>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d news\[\d+\]: Example Corp: M&A, agreed: Test", line)
    said = send(nw, f"type: syslog, address: {path}")
    assert said["outcome"] == "later" and "does not take it" in said["text"]


def test_the_journal_gets_fields(nw):
    path = nw.work / "journal"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.bind(str(path))
        assert send(nw, f"type: journal, socket: {path}")["outcome"] == "sent"
        (entry,) = datagrams(s)
    fields = dict(line.split("=", 1) for line in entry.splitlines())
    assert fields["MESSAGE"].startswith("Example Corp: M&A, agreed") and fields["PRIORITY"] == "5"
    assert fields["NEWSWATCH_ENTITY"] == "Example Corp" and fields["NEWSWATCH_URL"].startswith("https://news.example/")


# -- apprise ------------------------------------------------------------------------

@pytest.mark.skipif(not shutil.which("apprise"), reason="apprise is not installed")
def test_apprise_tells_its_places(nw):
    server = Server("webhook").start()
    server.behave = lambda s, r: (200, {}, "")
    try:
        secret(nw, "places", f"desk=json://127.0.0.1:{server.http.server_port}/{TOKEN}\n")
        channel = "type: apprise, config: places, tags: [desk], timeout: 20s"
        said = send(nw, channel)
        assert said["outcome"] == "sent", said
        (r,) = server.got
        assert r["json"]["title"] == "Example Corp: M&A, agreed" and "The Example Times" in r["json"]["message"]
        server.script = [(500, {}, "")]
        assert send(nw, channel)["outcome"] == "later"
        assert send(nw, channel.replace("[desk]", "[nobody]"))["outcome"] == "never"
    finally:
        server.stop()


def test_an_apprise_that_is_not_there_is_later_and_an_open_file_a_mistake(nw):
    secret(nw, "places", "json://127.0.0.1/\n")
    said = send(nw, "type: apprise, config: places, command: /nonexistent/apprise")
    assert said["outcome"] == "later" and "/nonexistent/apprise" in said["text"]
    (nw.etc / "places").chmod(0o644)
    p = nw.cli("check", "-c", nw.etc / "newswatch.yaml", check=False)
    assert p.returncode == 78 and "others can read it" in p.stderr


