"""Verifies one Rillis signature with nothing but Python's standard library, written from the provider's description of the scheme.

Reads JSON {"key", "timestamp", "signature", "body"} on standard input, `body` being the text of a request's body (or its parsed
value). Exit status 0: the signature is right; 1: it is not, and standard error says what was expected.
"""

import hashlib
import hmac
import json
import re
import sys

ARRAY_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")


def order(name):
    """Integer-like names first, by number, as a JavaScript object keeps them; then by UTF-16 code unit."""
    if ARRAY_INDEX.fullmatch(name) and int(name) < 2**32 - 1:
        return (0, int(name), b"")
    return (1, 0, name.encode("utf-16-be", "surrogatepass"))


def number(value):
    """A number as JavaScript prints it: every number is a double there."""
    value = float(value)
    if value == 0:
        return "0"
    digits, exponent = f"{abs(value):.17e}", 0
    for precision in range(17):
        digits = f"{abs(value):.{precision}e}"
        if float(digits) == abs(value):
            break
    mantissa, power = digits.split("e")
    figures, exponent = mantissa.replace(".", "").rstrip("0") or "0", int(power) + 1
    if len(figures) <= exponent <= 21:
        text = figures + "0" * (exponent - len(figures))
    elif 0 < exponent <= 21:
        text = f"{figures[:exponent]}.{figures[exponent:]}"
    elif -6 < exponent <= 0:
        text = f"0.{'0' * -exponent}{figures}"
    else:
        point = f".{figures[1:]}" if len(figures) > 1 else ""
        text = f"{figures[0]}{point}e{exponent - 1:+d}"
    return ("-" if value < 0 else "") + text


def canonical(value):
    """JSON with names sorted at every depth and no whitespace."""
    if isinstance(value, dict):
        members = (f"{json.dumps(name, ensure_ascii=False)}:{canonical(value[name])}" for name in sorted(value, key=order))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(element) for element in value) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return json.dumps(value, ensure_ascii=False)


def main():
    given = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    body = given["body"]
    value = json.loads(body) if isinstance(body, str) else body
    signed = f"{given['timestamp']}.{canonical(value)}"
    expected = hmac.new(given["key"].encode("utf-8"), signed.encode("utf-8"), hashlib.sha256).hexdigest()
    if hmac.compare_digest(expected.encode("ascii"), given["signature"].encode("utf-8")):
        return 0
    print(f"expected {expected} over {signed}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
