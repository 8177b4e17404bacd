"""Every kind of target against a server that behaves as its documentation says, and one that does not."""
import email.utils
import json
import re
import subprocess
import time

import pytest
from conftest import BUILD, SRC, wait_for
from targets import CUT, EDITING, KINDS, NONSENSE, RESET, SLOW, TOKEN, Server

GOLDEN = json.loads((SRC / "tests/data/hit-v1.json").read_text())
P = "newswatch:"


class Bench:
    """A channel to a scripted server, and what `newswatch send test` says of it."""

    def __init__(self, nw, kind):
        self.nw, self.server = nw, Server(kind).start()
        for name, text in ("token", TOKEN), ("url", self.server.url + self.server.path):
            path = nw.etc / name
            path.touch(mode=0o600)
            path.write_text(text + "\n")
        self.configure()

    def configure(self, redis="redis://127.0.0.1:1/0", more="timeout: 10s", routes="- {to: [desk]}"):
        self.conf = self.nw.write("newswatch.yaml", f"""
state_dir: {self.nw.state}
redis: {{url: "{redis}"}}
channels:
  desk: {{{self.server.conf.replace("$URL", self.server.url)}, {more}}}
routes:
  {routes}
""")

    def send(self, *args):
        p = subprocess.run([BUILD / "newswatch", "send", "test", "--json", "-c", self.conf, *map(str, args), "desk"],
                           capture_output=True, text=True, timeout=30)
        assert TOKEN not in p.stdout + p.stderr
        assert p.stdout, p.stderr
        said = json.loads(p.stdout)
        assert p.returncode == {"sent": 0, "later": 75, "never": 69}[said["outcome"]]
        return said

    def hits(self, n, change=lambda h, i: None):
        """A file with n hits, each of a story of its own."""
        lines = []
        for i in range(n):
            h = json.loads(json.dumps(GOLDEN))
            h.update(id=f"{i + 1:032x}", kind="hit", detected=f"2026-03-01T12:{i // 60:02d}:{i % 60:02d}.000Z")
            h["story"]["id"] = f"{i + 1:032x}"
            change(h, i)
            lines.append(json.dumps(h))
        path = self.nw.work / "hits.jsonl"
        path.write_text("\n".join(lines))
        return path


@pytest.fixture
def bench(nw):
    made = []

    def make(kind):
        made.append(Bench(nw, kind))
        return made[-1]

    yield make
    for b in made:
        b.server.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_a_target_takes_the_sample_as_documented(bench, kind):
    b = bench(kind)
    said = b.send()
    assert said["outcome"] == "sent", said
    (r,) = b.server.got
    assert r["headers"]["content-type"] == "application/json"
    assert r["headers"]["user-agent"].startswith("newswatch/")
    text = r["raw"].decode()
    assert "Example Corp" in text and "The Example Times" in text and "https://news.example/deal" in text
    assert (said["reference"] != "") == (kind in EDITING)


@pytest.mark.parametrize("kind", KINDS)
def test_what_goes_wrong_is_later_or_never(bench, kind):
    b = bench(kind)
    in_9_s = email.utils.formatdate(time.time() + 9, usegmt=True)
    rows = [
        ((429, {"Retry-After": "7"}, "slow down"), "later", "429", (7000, 7000)),
        ((429, {"Retry-After": in_9_s}, "{}"), "later", "429", (5000, 9000)),
        ((503, {}, "<html>down"), "later", "HTTP 503", None),
        ((403, {}, "no"), "never", "HTTP 403", None),
        ((410, {}, ""), "never", "HTTP 410", None),
        ((301, {"Location": b.server.url + "/elsewhere"}, ""), "never", "give the final URL", None),
        (RESET, "later", "broken", None),
        (NONSENSE, "later", "broken", None),
        (CUT, "later", "broken after HTTP 200", None),
    ]
    for answer, outcome, text, retry_ms in rows:
        b.server.script = [answer]
        said = b.send()
        assert said["outcome"] == outcome and text in said["text"], (answer, said)
        if retry_ms:
            assert retry_ms[0] <= said["retry_after_ms"] <= retry_ms[1]
        else:
            assert said["retry_after_ms"] is None
    assert len(b.server.got) == len(rows)  # nothing was redirected, nothing sent twice
    b.configure(more="timeout: 200ms")
    b.server.script = [SLOW]
    assert b.send()["text"].startswith("timeout")


OWN = [
    ("slackbot", (200, {}, {"ok": False, "error": "ratelimited"}), "later", "ratelimited", None),
    ("slackbot", (200, {}, {"ok": False, "error": "channel_not_found"}), "never", "channel_not_found", None),
    ("slackbot", (200, {}, {"ok": False, "error": "fatal_error"}), "later", "fatal_error", None),
    ("slack", (400, {}, "invalid_payload"), "never", "HTTP 400: invalid_payload", None),
    ("rocketchat", (200, {}, {"success": False, "error": "no such room"}), "never", "no such room", None),
    ("discord", (429, {"Retry-After": "1"}, {"message": "rate limited", "retry_after": 2.5, "global": True}), "later",
     "HTTP 429", 2500),
    ("discord", (404, {}, {"message": "Unknown Webhook", "code": 10015}), "never", "Unknown Webhook", None),
    ("telegram", (429, {}, {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 5",
                            "parameters": {"retry_after": 5}}), "later", "retry after 5", 5000),
    ("telegram", (403, {}, {"ok": False, "description": "Forbidden: bot was kicked"}), "never", "bot was kicked", None),
    ("telegram", (200, {}, "<html>login"), "later", "HTTP 200", None),
    ("teams", (200, {}, "1"), "sent", "HTTP 200", None),
    ("teams", (200, {}, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with "
               "ContextId tcid=0"), "later", "HTTP error 429", None),
    ("teams", (200, {}, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 403"),
     "never", "HTTP error 403", None),
    ("matrix", (429, {}, {"errcode": "M_LIMIT_EXCEEDED", "error": "Too many", "retry_after_ms": 2000}), "later",
     "HTTP 429", 2000),
    ("matrix", (403, {}, {"errcode": "M_FORBIDDEN", "error": "not in room"}), "never", "not in room", None),
    ("ntfy", (429, {}, {"code": 42901, "http": 429, "error": "limit reached"}), "later", "limit reached", None),
    ("gotify", (401, {}, {"error": "Unauthorized", "errorDescription": "no token"}), "never", "no token", None),
    ("pushover", (200, {}, {"status": 0, "errors": ["user key is invalid"]}), "never", "user key is invalid", None),
    ("pushover", (200, {}, "nonsense"), "later", "nonsense", None),
    ("pushover", (429, {"X-Limit-App-Reset": "99999999999"}, {"status": 0, "errors": ["over quota"]}), "later",
     "over quota", 86400000),
    ("pagerduty", (400, {}, {"status": "invalid event", "errors": ["Length of 'x' is too long"]}), "never",
     "Length of 'x' is too long", None),
    ("pagerduty", (202, {}, "captive portal"), "later", "captive portal", None),
]


def test_each_target_has_its_own_words(nw, bench):
    benches = {}
    for kind, answer, outcome, text, retry_ms in OWN:
        b = benches.get(kind) or benches.setdefault(kind, bench(kind))
        b.configure()
        (nw.etc / "url").write_text(b.server.url + b.server.path + "\n")
        b.server.script = [answer]
        said = b.send()
        assert (said["outcome"], said["retry_after_ms"]) == (outcome, retry_ms), (kind, answer, said)
        assert text in said["text"], (kind, said)


@pytest.mark.parametrize("kind", EDITING)
def test_an_update_edits_its_message_and_a_lost_one_is_new(bench, kind):
    b = bench(kind)
    first = b.send()["reference"]
    before = dict(b.server.messages)
    again = b.send("--edit", first, "--hits", b.hits(1))
    assert again["outcome"] == "sent" and again["reference"] == first
    changed = {k for k, v in before.items() if b.server.messages[k] != v}
    assert len(before) == 1 and changed == set(before)
    b.configure(more="edit: no")
    n = len(b.server.messages)
    assert b.send("--edit", first)["reference"] != first and len(b.server.messages) == n + 1
    if kind in ("matrix", "ntfy"):
        return  # they know no lost messages
    b.configure()
    lost = {"slackbot": "C024BE91L 1.2", "discord": "77", "telegram": "77"}[kind]
    n, asked = len(b.server.messages), len(b.server.got)
    said = b.send("--edit", lost)
    assert said["outcome"] == "sent" and said["reference"] not in ("", lost)
    assert len(b.server.messages) == n + 1 and len(b.server.got) == asked + 2


def test_an_edit_that_changes_nothing_is_sent(bench):
    b = bench("telegram")
    reference = b.send()["reference"]
    assert b.send("--edit", reference)["reference"] == reference


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "webhook"])
def test_many_stories_fit_and_are_counted(bench, kind):
    b = bench(kind)

    def long_title(h, i):
        h["item"]["title"] = f"Story {i}: " + "wörter " * 60
        h["entities"] = [dict(e, mentions=[]) for e in h["entities"]]
        h["events"] = []

    said = b.send("--hits", b.hits(100, long_title))
    assert said["outcome"] == "sent", said  # the server measures
    text = json.dumps(b.server.got[0]["json"], ensure_ascii=False)
    assert "Story 99" in text and " more" in text or kind == "pagerduty"


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "webhook"])
def test_a_title_cannot_call_link_or_hide(bench, kind):
    b = bench(kind)

    def hostile(h, i):
        h["item"]["title"] = "<!channel> @everyone <script>x</script> \u202egnp.exe \u0007 [a](http://evil) *b* `c`\r\nBcc: x"
        h["item"]["url"] = "javascript:alert(1)"
        h["entities"] = [dict(e, mentions=[]) for e in h["entities"]]
        h["events"] = []

    assert b.send("--hits", b.hits(1, hostile))["outcome"] == "sent"
    text = json.dumps(b.server.got[0]["json"], ensure_ascii=False)
    for bad in "\u202e", "\\u0007", "javascript", "\\r":
        assert bad not in text
    if kind in ("slack", "slackbot"):
        assert "<!channel>" not in text
    if kind == "telegram":
        assert "<script>" not in text
    if kind in ("mattermost", "rocketchat", "discord"):
        assert "@everyone" not in text and "[a](http" not in text


def test_a_private_address_is_refused_where_only_public_ones_may_be(bench):
    b = bench("webhook")
    b.configure(more="public_only: yes")
    said = b.send()
    assert said["outcome"] == "never" and "forbidden" in said["text"]
    assert b.server.got == []


def test_a_header_that_the_operator_set_is_shown_to_nobody(bench):
    b = bench("webhook")
    b.configure(more="headers: {X-Desk-Key: open-sesame-7}")
    b.server.script = [(500, {}, "no desk has open-sesame-7")]
    said = b.send()
    assert "open-sesame-7" not in json.dumps(said) and said["outcome"] == "later"
    (got,) = b.server.got
    assert "open-sesame-7" in str(got)


def test_secrets_are_in_no_log_key_or_dead_letter(nw, redis_server, bench):
    """A target that quotes what it was sent, token and all."""
    for kind in "telegram", "slack", "matrix":
        b = bench(kind)
        b.configure(redis=redis_server.url, more="retry_min: 50ms", routes="- {to: [desk], alert: item}")
        (nw.etc / "url").write_text(b.server.url + b.server.path + "\n")
        b.server.script = [(500, {}, f"cannot POST /bot{TOKEN}/x {b.server.path}"), (400, {}, f"bad token {TOKEN}")]
        w = nw.worker(kind).start()
        client = redis_server.client()
        h = dict(GOLDEN, id=f"{hash(kind) & 0xffffffff:032x}", kind="hit")
        dead = client.xlen(P + "dead")
        client.xadd(P + "hits", {"id": h["id"], "json": json.dumps(h), "producer": "p", "seq": 1})
        wait_for("a dead letter", lambda: client.xlen(P + "dead") == dead + 1)
        w.stop()
        assert TOKEN not in w.log() and "***" in w.log()
        ((_, letter),) = client.xrevrange(P + "dead", count=1)
        assert "HTTP 400" in letter["reason"] or "bad token ***" in letter["reason"]
        for key in client.keys("*"):
            assert TOKEN not in str(client.dump(key)) and TOKEN not in key
    assert TOKEN not in str(client.xrange(P + "dead"))


def test_an_update_of_a_story_edits_what_was_told(nw, redis_server, bench):
    """The whole way: the reference of a message is kept with its story, by whichever worker sent it."""
    b = bench("slackbot")
    b.configure(redis=redis_server.url, routes="- {to: [desk], group: {by: story, wait: 0s, interval: 0s}}")
    client = redis_server.client()

    def publish(n, kind, title):
        h = json.loads(json.dumps(GOLDEN))
        h.update(id=f"{n:032x}", kind=kind, events=[], entities=[dict(e, mentions=[]) for e in GOLDEN["entities"]])
        h["item"]["title"] = title
        client.xadd(P + "hits", {"id": h["id"], "json": json.dumps(h), "producer": "p", "seq": n})

    w = nw.worker("one").start()
    publish(1, "hit", "First word")
    wait_for("a message", lambda: len(b.server.messages) == 1)
    wait_for("its outcome", lambda: client.xlen(P + "done:p") == 1)
    w.stop()
    w = nw.worker("two").start()
    publish(2, "update", "It is confirmed")
    wait_for("its outcome", lambda: client.xlen(P + "done:p") == 2)
    w.stop()
    (text,) = b.server.messages.values()
    assert "It is confirmed" in text
    assert [r["path"] for r in b.server.got] == ["/chat.postMessage", "/chat.update"]


def test_a_template_of_ones_own_is_used_and_its_mistakes_are_told(nw, bench):
    b = bench("slackbot")
    (nw.etc / "mine.tmpl").write_text("{{#stories}}\n:newspaper: {{title}}\n{{/stories}}\n")
    b.configure(more="template: mine.tmpl")
    b.send()
    assert b.server.got[0]["json"]["text"] == ":newspaper: Test: Example Corp to buy Sample Inc for $2 billion"
    (nw.etc / "mine.tmpl").write_text("one\n {{#stories}}{{titel}}\n")
    p = nw.cli("check", "-c", b.conf, check=False)
    assert p.returncode == 78
    assert "mine.tmpl:2:14: error: a story has no field 'titel'; did you mean 'title'?" in p.stderr
    assert "mine.tmpl:2:2: error: the section 'stories' is not ended" in p.stderr
    b.configure(more="template: none.tmpl")
    p = nw.cli("check", "-c", b.conf, check=False)
    assert p.returncode == 78 and "none.tmpl" in p.stderr and "newswatch.yaml:5:" in p.stderr


def test_credentials_of_systemd_are_read_where_the_service_runs(nw, bench):
    b = bench("slackbot")
    b.server.conf = b.server.conf.replace("token_file: token", "token_file: credential:slack")
    b.configure()
    p = nw.cli("send", "test", "-c", b.conf, "desk", check=False)
    assert p.returncode == 78 and "LoadCredential=slack" in p.stderr
    p = nw.cli("check", "-c", b.conf, check=False)
    assert "cannot be checked here" in p.stderr and "error" not in p.stderr.replace("0 error", "")
    (nw.work / "credentials").mkdir()
    path = nw.work / "credentials/slack"
    path.touch(mode=0o600)
    path.write_text(TOKEN)
    p = nw.cli("send", "test", "-c", b.conf, "desk", env={"CREDENTIALS_DIRECTORY": str(nw.work / "credentials")})
    assert json.loads(p.stdout)["outcome"] == "sent"


def test_keys_of_a_webhook_are_rotated_by_signing_with_both(nw, bench):
    import base64
    import hashlib
    import hmac
    b = bench("webhook")
    keys = [b"a" * 32, b"b" * 32]
    path = nw.etc / "keys"
    path.touch(mode=0o600)
    path.write_text(" ".join("whsec_" + base64.b64encode(k).decode() for k in keys) + "\n")
    b.configure(more="secret_file: keys")
    assert b.send()["outcome"] == "sent"
    (r,) = b.server.got
    h = r["headers"]
    text = f"{h['webhook-id']}.{h['webhook-timestamp']}.".encode() + r["raw"]
    assert h["webhook-signature"].split(" ") == [
        "v1," + base64.b64encode(hmac.new(k, text, hashlib.sha256).digest()).decode() for k in keys]


def test_a_template_makes_json_of_another_form(nw, bench):
    b = bench("webhook")
    b.server.behave = lambda s, r: (204, {}, "")
    (text,) = re.findall(r"```\n(\{\"source.*?)```", (SRC / "doc/channels/webhook.md").read_text(), re.S)
    (nw.etc / "mine.tmpl").write_text(text)
    b.configure(more="template: mine.tmpl")

    def quoted(h, i):
        h["item"]["title"] = 'He said "no" \\ twice'
        h.update(events=[], entities=[dict(e, mentions=[]) for e in h["entities"]])

    assert b.send("--hits", b.hits(2, quoted))["outcome"] == "sent"
    item = {"title": 'He said "no" \\ twice', "link": "https://example.com/a?b=1&c=2", "novelty": 100}
    assert b.server.got[0]["json"] == {"source": "newswatch", "items": [item, item]}
    (nw.etc / "mine.tmpl").write_text('{"title": {{first}}}')
    p = nw.cli("check", "-c", b.conf, check=False)
    assert p.returncode == 78 and "what the template makes of a hit is no JSON: body:1:" in p.stderr


def test_what_cannot_be_sent_is_told(nw, bench):
    b = bench("slackbot")
    p = nw.cli("send", "test", "-c", b.conf, "dekk", check=False)
    assert p.returncode == 78 and "there is no channel 'dekk' in the configuration: desk" in p.stderr
    (nw.etc / "token").unlink()
    p = nw.cli("send", "test", "-c", b.conf, "desk", check=False)
    assert p.returncode == 78 and "newswatch.yaml:5:" in p.stderr
    (nw.work / "hits.jsonl").write_text("{}\n")
    p = nw.cli("send", "test", "-c", b.conf, "--hits", nw.work / "hits.jsonl", "desk", check=False)
    assert p.returncode == 78
    p = nw.cli("send", "tset", "desk", check=False)
    assert p.returncode == 64
