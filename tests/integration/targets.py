"""One scripted server for each kind of target: it takes what its documentation says it takes, answers as that says, and
misbehaves when a test asks for it.
"""
import email.utils
import http.server
import json
import re
import socket
import struct
import threading
import time

TOKEN = "sekret-t0ken-value"


class Refused(Exception):
    """What the real one would answer: status and body."""


def want(condition, status, body):
    if not condition:
        raise Refused(status, body)


def slack_hook(s, r):
    want(r["method"] == "POST" and r["path"] == f"/services/T0/B0/{TOKEN}", 404, "no_service")
    want(isinstance(r["json"].get("text"), str) and r["json"]["text"], 400, "no_text")
    return 200, {}, "ok"


def slack_bot(s, r):
    j = r["json"]
    if r["headers"].get("authorization") != f"Bearer {TOKEN}":
        return 200, {}, {"ok": False, "error": "invalid_auth"}
    if r["path"] == "/chat.update":
        if j["ts"] not in s.messages or j["channel"] != "C024BE91L":
            return 200, {}, {"ok": False, "error": "message_not_found"}
        s.messages[j["ts"]] = j["text"]
        return 200, {}, {"ok": True, "channel": j["channel"], "ts": j["ts"], "text": j["text"]}
    want(r["path"] == "/chat.postMessage" and j["channel"] == "C1", 200, {"ok": False, "error": "channel_not_found"})
    ts = f"1503435956.{len(s.messages):06d}"
    s.messages[ts] = j["text"]
    return 200, {}, {"ok": True, "channel": "C024BE91L", "ts": ts}


def mattermost(s, r):
    want(r["path"] == f"/hooks/{TOKEN}" and len(r["json"]["text"]) <= 16383, 400, {"id": "web.incoming_webhook.parse"})
    return 200, {}, "ok"


def rocketchat(s, r):
    want(r["path"] == f"/hooks/{TOKEN}", 404, {"success": False})
    return 200, {}, {"success": True}


def discord(s, r):
    j = r["json"]
    m = re.fullmatch(rf"/api/webhooks/1/{TOKEN}(?:/messages/(\d+))?(\?wait=true)?", r["path"])
    want(m, 404, {"message": "Unknown Webhook", "code": 10015})
    want(len(j["content"]) <= 2000 and j["allowed_mentions"] == {"parse": []}, 400, {"code": 50035})
    if m[1]:
        want(r["method"] == "PATCH" and m[1] in s.messages, 404, {"message": "Unknown Message", "code": 10008})
        s.messages[m[1]] = j["content"]
        return 200, {}, {"id": m[1]}
    want(r["method"] == "POST" and m[2], 405, "")
    number = str(1000 + len(s.messages))
    s.messages[number] = j["content"]
    return 200, {}, {"id": number, "content": j["content"]}


def telegram(s, r):
    j = r["json"]
    want(r["path"].startswith(f"/bot{TOKEN}/"), 404, {"ok": False, "error_code": 404, "description": "Not Found"})
    want(j["chat_id"] == "@desk" and j["parse_mode"] == "HTML", 400,
         {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"})
    want(0 < len(j["text"].encode("utf-16-le")) // 2 <= 4096, 400, {"ok": False, "description": "message is too long"})
    want(not re.search(r"<(?!/?(b|i|a|blockquote)\b)", j["text"]), 400, {"ok": False, "description": "can't parse entities"})
    if r["path"].endswith("/editMessageText"):
        number = j["message_id"]
        want(number in s.messages, 400, {"ok": False, "error_code": 400,
                                         "description": "Bad Request: message to edit not found"})
        want(s.messages[number] != j["text"], 400, {"ok": False, "description": "Bad Request: message is not modified"})
    else:
        want(r["path"].endswith("/sendMessage"), 404, {"ok": False, "description": "Not Found"})
        number = 7 + len(s.messages)
    s.messages[number] = j["text"]
    return 200, {}, {"ok": True, "result": {"message_id": number, "chat": {"id": -100}, "text": j["text"]}}


def teams(s, r):
    (a,) = r["json"]["attachments"]
    card = a["content"]
    want(r["path"] == f"/workflows/{TOKEN}", 401, {"error": {"code": "DirectApiAuthorizationRequired"}})
    want(a["contentType"] == "application/vnd.microsoft.card.adaptive" and card["type"] == "AdaptiveCard", 400, "")
    want(len(r["raw"]) <= 28 * 1024, 413, "")
    want(all(b["type"] == "TextBlock" for b in card["body"]), 400, "")
    return 202, {}, ""


def matrix(s, r):
    m = re.fullmatch(r"/_matrix/client/v3/rooms/%21r%3Ae/send/m.room.message/(msg_[0-9a-f]{32})", r["path"])
    want(m and r["method"] == "PUT", 404, {"errcode": "M_UNRECOGNIZED"})
    want(r["headers"].get("authorization") == f"Bearer {TOKEN}", 401,
         {"errcode": "M_UNKNOWN_TOKEN", "error": "Unknown token"})
    j = r["json"]
    want(j["msgtype"] == "m.text" and j["body"] and len(r["raw"]) < 65536, 400, {"errcode": "M_BAD_JSON"})
    if "m.relates_to" in j:
        event = j["m.relates_to"]["event_id"]
        want(j["m.relates_to"]["rel_type"] == "m.replace" and event in s.messages, 400, {"errcode": "M_UNKNOWN"})
        s.messages[event] = j["m.new_content"]["body"]
    event = f"$event{len(s.messages)}"
    s.messages[event] = j["body"]
    return 200, {}, {"event_id": event}


def ntfy(s, r):
    j = r["json"]
    want(r["headers"].get("authorization") == f"Bearer {TOKEN}", 403, {"code": 40301, "http": 403, "error": "forbidden"})
    want(r["path"] == "/" and j["topic"] == "news" and len(j["message"].encode()) <= 4096, 400, {"error": "bad"})
    number = f"id{len(s.messages)}"
    s.messages[j.get("sequence_id", number)] = j["message"]
    return 200, {}, {"id": number, "time": 1, "event": "message", "topic": j["topic"], "message": j["message"]}


def gotify(s, r):
    want(r["headers"].get("x-gotify-key") == TOKEN, 401,
         {"error": "Unauthorized", "errorCode": 401, "errorDescription": "you need to provide a valid access token"})
    want(r["path"] == "/message" and r["json"]["message"], 400, {"error": "Bad Request"})
    return 200, {}, {"id": 25, "appid": 1}


def pushover(s, r):
    j = r["json"]
    want(r["path"] == "/1/messages.json" and j["token"] == TOKEN, 400,
         {"token": "invalid", "errors": ["application token is invalid"], "status": 0})
    want(len(j["message"]) <= 1024 and len(j["title"]) <= 250 and len(j.get("url", "")) <= 512, 400, {"status": 0})
    return 200, {}, {"status": 1, "request": "647d2300"}


def pagerduty(s, r):
    j = r["json"]
    want(r["path"] == "/v2/enqueue" and j["routing_key"] == TOKEN, 400,
         {"status": "invalid event", "message": "Event object is invalid", "errors": ["'routing_key' is invalid"]})
    want(j["event_action"] == "trigger" and len(j["dedup_key"]) <= 255 and len(j["payload"]["summary"]) <= 1024
         and j["payload"]["severity"] in ("critical", "error", "warning", "info"), 400, {"status": "invalid event"})
    return 202, {}, {"status": "success", "message": "Event processed", "dedup_key": j["dedup_key"]}


def webhook(s, r):
    want(r["headers"].get("webhook-id", "").startswith("msg_") and r["json"]["type"] == "newswatch.hits", 400, "")
    return 204, {}, ""


# What each is, and how a channel names it; $URL is the server, token is a file with TOKEN.
KINDS = {
    "slack": (slack_hook, "type: slack, url_file: url", f"/services/T0/B0/{TOKEN}"),
    "slackbot": (slack_bot, "type: slack, token_file: token, room: C1, api_url: '$URL'", ""),
    "mattermost": (mattermost, "type: mattermost, url_file: url", f"/hooks/{TOKEN}"),
    "rocketchat": (rocketchat, "type: rocketchat, url_file: url", f"/hooks/{TOKEN}"),
    "discord": (discord, "type: discord, url_file: url", f"/api/webhooks/1/{TOKEN}"),
    "telegram": (telegram, "type: telegram, token_file: token, chat: '@desk', api_url: '$URL'", ""),
    "teams": (teams, "type: teams, url_file: url", f"/workflows/{TOKEN}"),
    "matrix": (matrix, "type: matrix, homeserver: '$URL', room: '!r:e', token_file: token", ""),
    "ntfy": (ntfy, "type: ntfy, url: '$URL', topic: news, token_file: token", ""),
    "gotify": (gotify, "type: gotify, url: '$URL', token_file: token", ""),
    "pushover": (pushover, "type: pushover, token_file: token, user_file: token, api_url: '$URL'", ""),
    "pagerduty": (pagerduty, "type: pagerduty, key_file: token, api_url: '$URL'", ""),
    "webhook": (webhook, "type: webhook, url_file: url", f"/hook/{TOKEN}"),
}
EDITING = ["slackbot", "discord", "telegram", "matrix", "ntfy"]

RESET, SLOW, NONSENSE, CUT = "reset after the request", "no answer", "no HTTP", "ends within the body"


class Server:
    """Answers by its kind, or what `script` says: a list of answers, each for one request."""

    def __init__(self, kind):
        self.behave, self.conf, self.path = KINDS[kind]
        self.got, self.messages, self.script = [], {}, []
        self.lock, self.awake = threading.Lock(), threading.Event()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                server.handle(self)

            do_PUT = do_PATCH = do_GET = do_POST

            def log_message(self, *args):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))

    def handle(self, h):
        raw = h.rfile.read(int(h.headers.get("Content-Length", 0)))
        r = {"method": h.command, "path": h.path, "raw": raw, "headers": {k.lower(): v for k, v in h.headers.items()}}
        with self.lock:
            r["json"] = json.loads(raw)
            self.got.append(r)
            try:
                answer = self.script.pop(0) if self.script else self.behave(self, r)
            except Refused as e:
                answer = (e.args[0], {}, e.args[1])
            except (KeyError, ValueError, TypeError) as e:
                answer = (500, {}, f"{type(e).__name__}: {e}")
        self.answer(h, answer)

    def answer(self, h, answer):
        if answer == RESET:
            h.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            h.close_connection = True
            h.connection.close()
            return
        if answer == CUT:
            h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            h.close_connection = True
            return
        if answer == SLOW:
            self.awake.wait(10)
            return
        if answer == NONSENSE:
            h.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
            h.close_connection = True
            return
        status, headers, body = answer
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
        h.send_response_only(status)
        h.send_header("Date", email.utils.formatdate(time.time(), usegmt=True))
        for k, v in headers.items():
            h.send_header(k, v)
        h.send_header("Content-Length", str(len(body)))
        h.end_headers()
        h.wfile.write(body)

    def start(self):
        self.thread.start()
        return self

    def stop(self):
        self.awake.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()
