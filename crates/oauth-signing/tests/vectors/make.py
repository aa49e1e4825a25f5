#!/usr/bin/env python3
"""Makes vectors.jsonl: requests with the signatures that Python's oauthlib gives them.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install oauthlib
    /tmp/venv/bin/python make.py > vectors.jsonl

The seed is fixed, so that a second run writes the same file. The whole of oauthlib's client is used: it takes
the parameters apart from the query or the form body by itself, and it writes the Authorization header.
"""

import json
import random
import sys
from urllib.parse import quote, unquote

from oauthlib.oauth1 import Client

COUNT = 400
PIECES = [
    " ", "  ", "+", "%", "%20", "%2B", "~", "!", "*", "'", "(", ")", "&", "=", "?", "/", "#", ";", ":", "@", "$",
    ",", "[", "]", "{", "}", "|", "\\", "^", "`", '"', "<", ">", "-", ".", "_", "\t", "\n", "\r\n", "\x7f", "\u00a0",
    "é", "ß", "Ж", "日本", "ש", "ع", "e\u0301", "\u200d", "\ufeff", "😀", "👩‍🚀", "\U0010fffd", "a", "b", "Z", "0", "9",
]
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
NAMES = ["method", "format", "nojsoncallback", "user_id", "extras", "text", "oauth", "oauth-x", "oautha", "a", "A", "a1",
         "a.b", "a-b", "a_b", "a~b", "p", "z", "~", "0", "tags"]
ADDRESSES = [
    "https://api.flickr.com/services/rest/",
    "https://api.flickr.com/services/rest",
    "https://www.flickr.com/services/oauth/request_token",
    "https://www.flickr.com/services/oauth/access_token",
    "http://127.0.0.1:4080/services/rest/",
    "http://localhost:80/services/rest/",
    "https://API.Flickr.COM:443/services/rest/",
    "https://api.flickr.com/a%20b/~c/d-e_f.g",
]
CALLBACKS = ["oob", "http://localhost:6414/", "https://localhost:3000/callback/flickr?state=a b&x=%41+c", "http://[::1]:80/é"]


def text(dice):
    kind = dice.randrange(8)
    if kind == 0:
        return ""
    if kind == 1:
        return "".join(dice.choice(PLAIN) for _ in range(dice.randrange(1, 40)))
    return "".join(dice.choice(PIECES) for _ in range(dice.randrange(1, 12)))


def parameters(dice):
    names = [dice.choice(NAMES) for _ in range(dice.randrange(0, 9))]
    pairs = [(name, text(dice)) for name in names]
    if pairs and dice.randrange(3) == 0:
        repeated = dice.choice(pairs)[0]
        pairs += [(repeated, value) for value in dice.choice([["", "a"], ["é", "z", "{"], ["=", "A", "a", "%"], ["x", "x"]])]
    dice.shuffle(pairs)
    return pairs


def hexadecimal(dice, digits):
    return "".join(dice.choice("0123456789abcdef") for _ in range(digits))


def request(dice, number):
    made = {
        "method": ["GET", "POST"][number % 2],
        "url": dice.choice(ADDRESSES),
        "parameters": parameters(dice),
        "key": hexadecimal(dice, 32),
        "secret": hexadecimal(dice, 16),
        "token": None,
        "token_secret": None,
        "callback": None,
        "verifier": None,
        "nonce": "".join(dice.choice(PLAIN) for _ in range(dice.randrange(1, 33))),
        "timestamp": dice.randrange(1, 4_000_000_000),
    }
    step = number // 2 % 4
    if step == 0:
        made["callback"] = dice.choice(CALLBACKS)
    if step == 1:
        made["verifier"] = dice.choice(["123-456-789", "907-555-012", hexadecimal(dice, 16)])
    if step in (1, 2):
        made["token"] = dice.choice(["7215763%010d-%s" % (dice.randrange(10**10), hexadecimal(dice, 16)), text(dice) or "t"])
        made["token_secret"] = dice.choice([hexadecimal(dice, 16), text(dice) or "s"])
    return made


def signature(made):
    form = "&".join(quote(name, safe="~") + "=" + quote(value, safe="~") for name, value in made["parameters"])
    client = Client(
        made["key"], made["secret"], made["token"], made["token_secret"], made["callback"],
        verifier=made["verifier"], nonce=made["nonce"], timestamp=str(made["timestamp"]),
    )
    if made["method"] == "GET":
        _, headers, _ = client.sign(made["url"] + ("?" + form if form else ""), "GET")
    else:
        form_type = {"Content-Type": "application/x-www-form-urlencoded"}
        _, headers, _ = client.sign(made["url"], "POST", body=form, headers=form_type)
    return unquote(headers["Authorization"].split('oauth_signature="')[1].split('"')[0])


def main():
    dice = random.Random("flickr-backup")
    for number in range(COUNT):
        made = request(dice, number)
        made["signature"] = signature(made)
        sys.stdout.write(json.dumps(made, ensure_ascii=True) + "\n")


main()
