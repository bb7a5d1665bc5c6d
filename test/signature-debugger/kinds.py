"""Prints requests whose signatures are wrong in one known way each, made with the standard library alone, as JSON."""
import base64
import datetime
import hashlib
import hmac
import json
import urllib.parse

TS = 1738784271
VALUE = {
    "type": "FLOW_COMPLETED",
    "id": "67a3be0fb928eb94fbb49e09",
    "timestamp": 1738784271042,
    "flow": {"name": "Alta É", "Zone": "norte", "Éa": 1, "zz": 2, "apple": None, "meta": {}, "url": "https://example.com/a?b=c"},
    "data": {
        "note": "say \"hi\" \\ it's + <b> & 株式会社\u2028end",
        "count": 12345678,
        "ok": True,
        "empty": {},
        "list": [{"z": 3, "a": [2, 1]}, {"y": "b", "x": "a"}, "end"],
    },
}


def js(value):
    """As JSON.stringify writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def ordered(value, **how):
    """Keys sorted at every depth."""
    arrays = how.get("arrays", "walked")
    if isinstance(value, list):
        if arrays == "left":
            return value
        items = [ordered(item, **how) for item in value]
        return sorted(items, key=js) if arrays == "sorted" else items
    if not isinstance(value, dict):
        return value
    keys = sorted(value, key=how.get("key"), reverse=how.get("reverse", False))
    return {key: ordered(value[key], **how) for key in keys}


def php(value, flags=""):
    """As PHP's json_encode writes what json_decode made arrays of; it writes 1.0 as 1."""
    if isinstance(value, dict):
        if not value:
            return "[]"
        return "{" + ",".join(php(key, flags) + ":" + php(inner, flags) for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(php(item, flags) for item in value) + "]"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = json.dumps(value, ensure_ascii="unicode" not in flags)
    return text if "slashes" in flags else text.replace("/", "\\/")


def html(text):
    """As Go's encoding/json escapes."""
    for unit in "<>&\u2028\u2029":
        text = text.replace(unit, "\\u%04x" % ord(unit))
    return text


def gson(text):
    """As Gson escapes."""
    for unit in "<>&='\u2028":
        text = text.replace(unit, "\\u%04x" % ord(unit))
    return text


def java_map(value):
    """As a map's toString() writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(key + "=" + java_map(inner) for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(java_map(item) for item in value) + "]"
    return value if isinstance(value, str) else js(value)


def picked(value, keys):
    """As JSON.stringify(value, keys) writes it."""
    if isinstance(value, list):
        return [picked(item, keys) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: picked(value[key], keys) for key in keys if key in value}


def without_null(value):
    if isinstance(value, list):
        return [without_null(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: without_null(inner) for key, inner in value.items() if inner is not None}


def floats(value):
    if isinstance(value, list):
        return [floats(item) for item in value]
    if isinstance(value, dict):
        return {key: floats(inner) for key, inner in value.items()}
    return float(value) if type(value) is int else value


def raw(text):
    return text if isinstance(text, bytes) else text.encode()


def mac(key, data, hash="sha256"):
    return hmac.new(raw(key), raw(data), hash).digest()


def b64(data):
    return base64.b64encode(raw(data)).decode()


def b64decode(text):
    return base64.b64decode(text + "=" * (-len(text) % 4))


kinds = []
AT = datetime.datetime.fromtimestamp(TS, datetime.timezone.utc)

# --- HMAC-SHA256 in hex over "<timestamp>.<JSON with sorted keys>", the key is text.
SECRET = "9f2c61b4d07e8a35c1f94e6b20d7a8534be19c0f7d62a83e5104c7b9fe2d6a18"
BODY = json.dumps(VALUE, ensure_ascii=False, indent=2) + "\n"
SORTED = js(ordered(VALUE))


def rillis(causes, name, signature=None, payload=None, signed=None, key=SECRET, body=BODY, secret=SECRET, headers=None, ts=None):
    ts = str(TS) if ts is None else ts
    if signature is None:
        if signed is None:
            signed = raw(f"{ts}.") + raw(SORTED if payload is None else payload)
        signature = mac(key, signed).hex()
    if headers is None:
        headers = [["X-Signature", signature], ["X-Timestamp", ts]]
    kinds.append({"provider": "rillis", "name": name, "causes": causes, "secret": secret, "headers": headers, "body": body})


SIGNED = f"{TS}.{SORTED}"
DIGEST = mac(SECRET, SIGNED)
GOOD = DIGEST.hex()
r = rillis
r("raw-body", "raw body", payload=BODY)
r("unsorted-keys", "keys not sorted", payload=js(VALUE))
r("sorted-outside-only", "keys sorted at the top only", payload=js({key: VALUE[key] for key in sorted(VALUE)}))
r("arrays-left", "objects in arrays not sorted", payload=js(ordered(VALUE, arrays="left")))
r("arrays-sorted", "items of arrays sorted", payload=js(ordered(VALUE, arrays="sorted")))
r("case-folded-order", "keys sorted without case", payload=js(ordered(VALUE, key=str.lower)))
r("descending-order", "keys sorted backwards", payload=js(ordered(VALUE, reverse=True)))
r("keys-filtered", "JSON.stringify with a list of keys", payload=js(picked(VALUE, sorted(VALUE))))
r("spaced-json", "json.dumps with spaces", payload=json.dumps(ordered(VALUE), ensure_ascii=False))
r("python-json", "json.dumps by default", payload=json.dumps(VALUE, sort_keys=True))
r("escaped-unicode", "json.dumps with separators, ASCII", payload=json.dumps(VALUE, sort_keys=True, separators=(",", ":")))
r("python-repr", "a Python dict as text", payload=str(ordered(VALUE)))
r("pretty-json", "indent of two", payload=json.dumps(ordered(VALUE), indent=2, ensure_ascii=False))
r("pretty-json-4", "indent of four", payload=json.dumps(ordered(VALUE), indent=4, ensure_ascii=False))
r("php-arrays", "PHP, decoded to arrays, unescaped", payload=php(ordered(VALUE), "slashes unicode"))
r("php-arrays", "PHP, decoded to arrays, default flags", payload=php(ordered(VALUE)))
r("php-arrays", "PHP, decoded to arrays, unescaped slashes", payload=php(ordered(VALUE), "slashes"))
r("php-arrays", "PHP, decoded to arrays, unescaped unicode", payload=php(ordered(VALUE), "unicode"))
r("php-json", "PHP, decoded to objects", payload=php(ordered(VALUE)).replace("[]", "{}"))
r("unsorted-keys + php-arrays", "PHP, decoded to arrays, not sorted", payload=php(VALUE, "slashes unicode"))
r("php-arrays", "PHP, decoded to arrays, both flags, with U+2028", payload=php(ordered(VALUE), "slashes unicode").replace("\u2028", "\\u2028"))
r("php-json", "PHP, pretty, decoded to objects", payload=json.dumps(ordered(VALUE), indent=4).replace("/", "\\/"))
r("php-arrays", "PHP, pretty, decoded to arrays", payload=json.dumps(ordered(VALUE), indent=4).replace("/", "\\/").replace("{}", "[]"))
r("pretty-json", "json.dumps with indent=2", payload=json.dumps(VALUE, sort_keys=True, indent=2))
r("pretty-json-4", "json.dumps with indent=4", payload=json.dumps(VALUE, sort_keys=True, indent=4))
r("spaced-json", "a space after commas only", payload=json.dumps(ordered(VALUE), separators=(", ", ":"), ensure_ascii=False))
r("gson-json", "Gson of a JsonElement", payload=gson(js(ordered(without_null(VALUE)))))
r("java-map", "toString of a Java map", payload=java_map(ordered(VALUE)))
r("database-order + spaced-json", "read back from jsonb", payload=json.dumps(ordered(VALUE, key=lambda key: (len(key.encode()), key.encode())), ensure_ascii=False))
r("key-left-out", "a class without a field", payload=js(ordered({**VALUE, "flow": {key: inner for key, inner in VALUE["flow"].items() if key != "Zone"}})))
r("escaped-slashes", "slashes escaped", payload=SORTED.replace("/", "\\/"))
r("escaped-html", "Go's json.Marshal", payload=html(SORTED))
r("escaped-html + trailing-newline", "Go's Encoder", payload=html(SORTED) + "\n")
ONLY = {"type": "FLOW_COMPLETED", "id": "1", "data": {"b": "a\u2028b", "a": 1}}
r("escaped-line-separators", "only U+2028 escaped", body=js(ONLY), payload=js(ordered(ONLY)).replace("\u2028", "\\u2028"))
r("escaped-line-separators", "only U+2028 escaped beside <", payload=SORTED.replace("\u2028", "\\u2028"))
r("numbers-as-floats", "whole numbers as 1.0", body=js(ONLY), payload=js(floats(ordered(ONLY))))
r("nulls-left-out", "nulls left out", payload=js(ordered(without_null(VALUE))))
r("part-only", "data alone", payload=js(ordered(VALUE["data"])))
r("json-of-text", "the sorted text as JSON again", payload=json.dumps(SORTED, ensure_ascii=False))
r("json-of-text", "the raw text as JSON again", payload=json.dumps(BODY, ensure_ascii=False))
r("trailing-newline", "a newline at the end", payload=SORTED + "\n")
r("bom-added", "a byte order mark", payload="\ufeff" + SORTED)
r("utf-8-twice", "UTF-8 twice", payload=SORTED.encode().decode("latin-1"))
r("utf-16", "body in UTF-16", payload=SORTED.encode("utf-16-le"))
r("signed-string-utf-16", "signed string in UTF-16", signed=SIGNED.encode("utf-16-le"))
r("signed-string-utf-16", "signed string in UTF-16, big endian", signed=SIGNED.encode("utf-16-be"))
r("signed-string-utf-16", "signed string in UTF-16 of Python", signed=SIGNED.encode("utf-16"))
r("signed-string-utf-16", "key and signed string in UTF-16", key=SECRET.encode("utf-16-le"), signed=SIGNED.encode("utf-16-le"))
r("question-marks", "non-ASCII as ?", payload=SORTED.encode("ascii", "replace"))
r("object-object", "[object Object]", payload="[object Object]")
r("object-object", "Array", payload="Array")
r("undefined-body", "undefined", payload="undefined")
r("null-body", "null", payload="null")
r("null-body", "None", payload="None")
r("empty-body", "nothing", payload="")
r("empty-object", "{}", payload="{}")
r("bytes-literal", "bytes as text", payload=str(SORTED.encode()))
r("object-object", "System.Byte[]", payload="System.Byte[]")
r("body-as-numbers", "JSON of a Buffer", payload='{"type":"Buffer","data":[' + ",".join(map(str, SORTED.encode())) + "]}")
r("html-entities", "htmlspecialchars", payload=SORTED.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;").replace("'", "&#039;"))
r("characters-dropped", "non-ASCII left out", payload=SORTED.encode("ascii", "ignore"))
r("raw-body + crlf-newlines", "raw body with CR LF", payload=BODY.replace("\n", "\r\n"))
r("raw-body + trailing-newline-removed", "raw body without its newline", body=js(VALUE) + " \n", payload=js(VALUE) + " ")
r("body-twice", "body twice", payload=SORTED * 2)
r("body-hashed", "SHA-256 of the body", payload=hashlib.sha256(SORTED.encode()).hexdigest())
r("body-in-base64", "base64 of the body", payload=b64(SORTED))
r("body-url-encoded", "body URL-encoded", payload=urllib.parse.quote(SORTED, safe="!'()*-._~"))
r("body-url-encoded", "body as a form", payload=urllib.parse.quote_plus(SORTED, safe="*-._") + "=")
r("timestamp-in-milliseconds", "timestamp in milliseconds", signed=f"{TS}000.{SORTED}")
r("timestamp-as-date", "timestamp as ISO", signed=f"{AT.strftime('%Y-%m-%dT%H:%M:%S.000Z')}.{SORTED}")
r("timestamp-as-date", "timestamp as datetime", signed=f"{AT.isoformat()}.{SORTED}")
r("timestamp-as-date", "timestamp of the Date header", signed=f"{AT.strftime('%a, %d %b %Y %H:%M:%S GMT')}.{SORTED}")
r("timestamp-as-float", "timestamp as float", signed=f"{float(TS)}.{SORTED}")
r("timestamp-of-body", "timestamp of the body", signed=f"{VALUE['timestamp']}.{SORTED}")
r("timestamp-in-local-time", "timestamp in local time", signed=f"{TS - 3 * 3600}.{SORTED}")
r("timestamp-undefined", "timestamp undefined", signed=f"undefined.{SORTED}")
r("timestamp-undefined", "timestamp None", signed=f"None.{SORTED}")
r("timestamp-in-quotes", "timestamp as JSON text", signed=f'"{TS}".{SORTED}')
r("timestamp-of-another-moment", "clock read twice", signed=f"{TS + 1}.{SORTED}")
r("timestamp-left-out", "timestamp left out", signed=SORTED)
r("separator-missing", "dot missing", signed=f"{TS}{SORTED}")
r("timestamp-after-body", "body first", signed=f"{SORTED}.{TS}")
r("timestamp-after-body + separator-missing", "body first, no dot", signed=f"{SORTED}{TS}")
r("label-in-signed-string", "method in front", signed=f"POST.{TS}.{SORTED}")
r("other-separator", "colon for the dot", signed=f"{TS}:{SORTED}")
r("label-in-signed-string", "Slack's form", signed=f"v0:{TS}:{SORTED}")
r("secret-hex-decoded", "key decoded from hex", key=bytes.fromhex(SECRET))
r("secret-base64-decoded", "key decoded from base64", key=b64decode(SECRET))
r("secret-base64-encoded", "key encoded as base64", key=b64(SECRET))
r("secret-with-newline", "key with newline", key=SECRET + "\n")
r("secret-in-quotes", "key in quotes", key=f'"{SECRET}"')
r("secret-in-quotes", "key as bytes literal", key=str(SECRET.encode()))
r("secret-in-quotes + secret-with-newline", "key quoted, with newline", key=f'"{SECRET}"\n')
r("secret-with-space", "key with space", key=SECRET + " ")
r("secret-in-other-case", "key in upper case", key=SECRET.upper())
r("secret-hashed", "key hashed", key=hashlib.sha256(SECRET.encode()).digest())
r("secret-empty", "key empty", key="")
r("secret-undefined", "key undefined", key="undefined")
r("secret-trimmed + secret-hex-decoded", "key trimmed and hex", secret=SECRET + "\n", key=bytes.fromhex(SECRET))
WHK = "whk_" + b64("secret key for the tests")
r("secret-without-prefix", "key without its prefix", secret=WHK, key=WHK[4:])
r("secret-without-prefix + secret-with-newline", "key without its prefix, with newline", secret=WHK, key=WHK[4:] + "\n")
r("key-and-text-swapped", "arguments swapped", signature=mac(SIGNED, SECRET).hex())
r("plain-hash", "plain SHA-256", signature=hashlib.sha256(SIGNED.encode()).hexdigest())
r("hash-of-secret-and-text", "SHA-256 of key and text", signature=hashlib.sha256((SECRET + SIGNED).encode()).hexdigest())
r("sha1", "HMAC-SHA1", signature=mac(SECRET, SIGNED, "sha1").hex())
r("sha512", "HMAC-SHA512", signature=mac(SECRET, SIGNED, "sha512").hex())
r("md5", "HMAC-MD5", signature=mac(SECRET, SIGNED, "md5").hex())
r("digest-of-digest", "SHA-256 of the digest", signature=hashlib.sha256(DIGEST).hexdigest())
r("upper-case-hex", "upper-case hex", signature=GOOD.upper())
r("base64-for-hex", "base64", signature=b64(DIGEST))
URL = next(ts for ts in map(str, range(TS, TS + 100)) if "-" in base64.urlsafe_b64encode(mac(SECRET, f"{ts}.{SORTED}")).decode())
r("base64url", "base64url", ts=URL, signature=base64.urlsafe_b64encode(mac(SECRET, f"{URL}.{SORTED}")).decode())
r("encoded-twice", "base64 of hex", signature=b64(GOOD))
r("hex-with-separators", "BitConverter", signature="-".join("%02X" % byte for byte in DIGEST))
r("hex-without-zeros", "b.toString(16)", ts=str(TS + 7), signature="".join("%x" % byte for byte in mac(SECRET, f"{TS + 7}.{SORTED}")))
r("bytes-as-numbers", "Arrays.toString", signature=str([byte - 256 if byte > 127 else byte for byte in DIGEST]))
r("bytes-literal", "digest as bytes literal", signature=str(GOOD.encode()))
r("prefix-added", "sha256= before it", signature="sha256=" + GOOD)
r("truncated", "cut", signature=GOOD[:40])
r("signature-quoted", "quoted", signature=f'"{GOOD}"')
r("unsorted-keys + timestamp-in-milliseconds", "not sorted, and milliseconds", signed=f"{TS}000.{js(VALUE)}")
r("raw-body + base64-for-hex", "raw body, in base64", signature=b64(mac(SECRET, f"{TS}.{BODY}")))
r("spaced-json + secret-hex-decoded", "spaces, and key from hex", payload=json.dumps(ordered(VALUE), ensure_ascii=False), key=bytes.fromhex(SECRET))
r("timestamp-left-out + raw-body", "raw body alone", signed=BODY)
r("signature-absent", "no signature", headers=[["X-Timestamp", str(TS)]])
r("timestamp-absent", "no timestamp", headers=[["X-Signature", GOOD]])
r("header-timestamp-in-milliseconds", "milliseconds in header and text", ts=f"{TS}000")
r("header-renamed", "signature in another header", headers=[["X-Webhook-Signature", GOOD], ["X-Timestamp", str(TS)]])
r("", "another secret", key="another")
r("", "another body", payload=SORTED.replace("67a3", "67a4"))

# --- Standard Webhooks: base64 over "<id>.<timestamp>.<body>", the key is decoded from base64.
CORE = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WHSEC = "whsec_" + CORE
KEY = base64.b64decode(CORE)
ID = "msg_2mXyZ0aBcDeFgHiJkLmNoPqRsTu"
SENT = json.dumps({"type": "invoice.paid", "timestamp": "2025-02-05T19:37:51.042000Z", "data": {"id": "inv_1", "name": "Zoë / <b>", "score": 1.0, "none": None, "meta": {}}})
PARSED = json.loads(SENT)
AS_JS = js({**PARSED, "data": {**PARSED["data"], "score": 1}})


def standard(causes, name, signature=None, payload=SENT, signed=None, key=KEY, headers=None, tag="v1,", ts=str(TS), body=SENT, secret=WHSEC):
    if signed is None:
        signed = raw(f"{ID}.{ts}.") + raw(payload)
    if signature is None:
        signature = b64(mac(key, signed))
    if headers is None:
        headers = [["webhook-id", ID], ["webhook-timestamp", ts], ["webhook-signature", tag + signature]]
    kinds.append({"provider": "standard", "name": name, "causes": causes, "secret": secret, "headers": headers, "body": body})


s = standard
TEXT = f"{ID}.{TS}.{SENT}"
MAC = mac(KEY, TEXT)
s("reserialised-json", "parsed and written by JavaScript", payload=AS_JS)
s("spaced-json", "parsed and written by Python, not ASCII", payload=json.dumps(PARSED, ensure_ascii=False))
s("escaped-unicode", "parsed and written by Python, compact", payload=json.dumps(PARSED, separators=(",", ":")))
s("php-arrays", "parsed and written by PHP", payload=php(PARSED))
s("escaped-html", "parsed and written by Go", payload=html(AS_JS))
s("canonical-for-raw", "keys sorted", payload=js(ordered(json.loads(AS_JS))))
s("pretty-json", "indented", payload=json.dumps(json.loads(AS_JS), indent=2, ensure_ascii=False))
s("python-repr", "a Python dict as text", payload=str(PARSED))
s("part-only", "data alone", payload=js(json.loads(AS_JS)["data"]))
s("json-of-text", "JSON of the text", payload=json.dumps(SENT))
s("bytes-literal", "bytes as text", payload=str(SENT.encode()))
s("object-object", "[object Object]", payload="[object Object]")
s("empty-body", "empty", payload="")
s("empty-object", "{}", payload="{}")
s("trailing-newline", "newline added", payload=SENT + "\n")
s("bom-added", "byte order mark", payload="\ufeff" + SENT)
s("signed-string-utf-16", "UTF-16", signed=TEXT.encode("utf-16-le"))
s("secret-whole", "whole secret as text", key=WHSEC)
s("secret-without-prefix", "base64 as text", key=CORE)
s("secret-prefix-decoded", "prefix decoded too", key=base64.b64decode("whsec/" + CORE + "=="))
s("secret-prefix-decoded", "prefix decoded too, by PHP", key=base64.b64decode("whsec" + CORE[:31]))
s("secret-whole + secret-with-newline", "whole secret with newline", key=WHSEC + "\n")
s("secret-whole + secret-in-quotes", "whole secret in quotes", key=f'"{WHSEC}"')
s("secret-whole + secret-in-quotes", "whole secret in single quotes", key=f"'{WHSEC}'")
s("secret-without-prefix + secret-with-newline", "base64 text with newline", key=CORE + "\n")
s("secret-without-prefix + secret-in-quotes", "base64 text in quotes", key=f'"{CORE}"')
s("secret-decoded-to-text", "key decoded to text", key=KEY.decode("utf-8", "replace"))
s("secret-decoded-to-hex", "key as hex", key=KEY.hex())
s("secret-hashed", "key hashed", key=hashlib.sha256(WHSEC.encode()).digest())
s("secret-empty", "key empty", key="")
s("secret-undefined", "key undefined", key="undefined")
s("one-separator-missing", "first dot missing", signed=f"{ID}{TS}.{SENT}")
s("one-separator-missing", "second dot missing", signed=f"{ID}.{TS}{SENT}")
s("separator-missing", "both dots missing", signed=f"{ID}{TS}{SENT}")
s("id-left-out", "id left out", signed=f"{TS}.{SENT}")
s("timestamp-left-out", "timestamp left out", signed=f"{ID}.{SENT}")
s("id-and-timestamp-left-out", "body alone", signed=SENT)
s("other-order", "timestamp before id", signed=f"{TS}.{ID}.{SENT}")
s("other-separator", "colons", signed=f"{ID}:{TS}:{SENT}")
s("id-undefined", "id undefined", signed=f"undefined.{TS}.{SENT}")
s("id-of-body", "id of the data", signed=f"{PARSED['data']['id']}.{TS}.{SENT}")
s("id-changed", "id without msg_", signed=f"{ID[4:]}.{TS}.{SENT}")
s("timestamp-in-milliseconds", "milliseconds", signed=f"{ID}.{TS}000.{SENT}")
s("timestamp-as-date", "ISO timestamp", signed=f"{ID}.{AT.isoformat()}.{SENT}")
s("timestamp-of-body", "timestamp of the body", signed=f"{ID}.{PARSED['timestamp']}.{SENT}")
s("timestamp-of-another-moment", "clock read twice", signed=f"{ID}.{TS - 2}.{SENT}")
s("hex-for-base64", "hex", signature=MAC.hex())
s("base64-without-padding", "no padding", signature=b64(MAC).rstrip("="))
s("base64url", "base64url", signature=base64.urlsafe_b64encode(mac(KEY, f"{ID}.{TS}.{SENT}")).decode().rstrip("="))
s("encoded-twice", "base64 of hex", signature=b64(MAC.hex()))
s("bytes-literal", "digest as bytes literal", signature=str(b64(MAC).encode()))
s("url-encoded", "URL-encoded", signature=urllib.parse.quote(b64(MAC), safe=""))
s("sha1", "HMAC-SHA1", signature=b64(mac(KEY, TEXT, "sha1")))
s("sha512", "HMAC-SHA512", signature=b64(mac(KEY, TEXT, "sha512")))
s("plain-hash", "plain SHA-256", signature=b64(hashlib.sha256(TEXT.encode()).digest()))
s("key-and-text-swapped", "arguments swapped", signature=b64(mac(TEXT, KEY)))
s("prefix-missing", "no v1,", tag="")
s("prefix-of-another-scheme", "sha256=", tag="sha256=")
s("prefix-of-another-scheme", "v1a, before an HMAC", tag="v1a,")
s("prefix-of-another-scheme", "v0,", tag="v0,")
s("prefix-of-another-scheme", "v2,", tag="v2,")
s("secret-unquoted", "the secret given in quotes", secret=f'"{WHSEC}"')
s("asymmetric-signature", "v1a", tag="", signature="v1a," + b64(bytes(range(64))))
s("id-absent", "no id", headers=[["webhook-timestamp", str(TS)], ["webhook-signature", "v1," + b64(MAC)]])
s("signature-absent", "no signature", headers=[["webhook-id", ID], ["webhook-timestamp", str(TS)]])
s("header-renamed", "Svix's names", headers=[["svix-id", ID], ["svix-timestamp", str(TS)], ["svix-signature", "v1," + b64(MAC)]])
s("secret-whole + hex-for-base64", "whole secret, in hex", signature=mac(WHSEC, TEXT).hex())
s("secret-without-prefix + id-left-out", "base64 as text, no id", signed=f"{TS}.{SENT}", key=CORE)
s("", "another secret", key="another key of a sender")
s("", "another body", payload=SENT.replace("inv_1", "inv_2"))

print(json.dumps(kinds))
