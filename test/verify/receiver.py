"""Receivers for the tests of the checks, standard library only: a right one for each dialect, and others that differ in one way.

`POST /<dialect>/<kind>/<any name>/webhooks` is handled by the class of that kind, with a state of its own for each such path;
`GET /<dialect>/<kind>/<any name>/observe` shows its effects and states. The port is printed once it listens.
"""
import base64
import hashlib
import hmac
import json
import math
import queue
import re
import sys
import threading
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = 'the key of the flow'
WHSEC = 'whsec_A1B2C3D4E5F6G7H8I9J0K1L2M3N4O5P6Q7R8S9T0U1V2W3X4Y5Z6'
BASIC = 'hooks:correct horse battery'
FRESH = 300
LARGEST = 4_000_000

KINDS = {}
# Handlers whose connection is open and has brought no request.
SILENT = set()


def kind(name):
    """Registers a class of receivers by the name in its path."""

    def register(cls):
        KINDS[name] = cls
        return cls

    return register


def js_number(text):
    """A JSON number as JavaScript writes it again."""
    number = float(text)
    if not math.isfinite(number):
        return 'null'
    if number == 0:
        return '0'
    mantissa, exponent = f'{abs(number)!r}'.lower(), 0
    if 'e' in mantissa:
        mantissa, raised = mantissa.split('e')
        exponent = int(raised)
    whole, _, fraction = mantissa.partition('.')
    fraction = '' if fraction == '0' else fraction
    digits = (whole + fraction).lstrip('0')
    point = len(whole) + exponent - (len(whole + fraction) - len(digits))
    digits = digits.rstrip('0')
    count = len(digits)
    sign = '-' if number < 0 else ''
    if count <= point <= 21:
        return sign + digits + '0' * (point - count)
    if 0 < point <= 21:
        return f'{sign}{digits[:point]}.{digits[point:]}'
    if -6 < point <= 0:
        return f'{sign}0.{"0" * -point}{digits}'
    power = f'{point - 1:+d}'
    return f'{sign}{digits}e{power}' if count == 1 else f'{sign}{digits[0]}.{digits[1:]}e{power}'


class Number(str):
    """A JSON number as text."""


def js_text(text):
    return re.sub('[\ud800-\udfff]', lambda found: f'\\u{ord(found[0]):04x}', json.dumps(text, ensure_ascii=False))


def canonical(value):
    """JSON with the keys of every object sorted."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda name: name.encode('utf-16-be', 'surrogatepass'))
        return '{' + ','.join(f'{js_text(key)}:{canonical(value[key])}' for key in keys) + '}'
    if isinstance(value, list):
        return '[' + ','.join(map(canonical, value)) + ']'
    if isinstance(value, Number):
        return js_number(value)
    if isinstance(value, str):
        return js_text(value)
    return {True: 'true', False: 'false', None: 'null'}[value]


def refuse_constant(name):
    raise ValueError(name)


def parsed(text):
    return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=refuse_constant)


def same(given, wanted):
    return hmac.compare_digest(given.encode('utf-8', 'replace'), wanted.encode())


def is_fresh(stamp):
    return re.fullmatch(r'[0-9]{1,11}', stamp) is not None and abs(time.time() - int(stamp)) <= FRESH


def text_of(value):
    return value if isinstance(value, str) and not isinstance(value, Number) else ''


class Visit:
    """One request, and the status, headers and text that it is answered with."""

    def __init__(self, method, headers, body, socket):
        self.method, self.headers, self.body, self.socket = method, headers, body, socket
        self.text = ''
        self.answer_headers = []

    def header(self, name):
        return self.headers.get(name) or ''


class Refused(Exception):
    """Answered with its status."""

    def __init__(self, status, headers=()):
        super().__init__(status)
        self.status, self.headers = status, list(headers)


@kind('right')
class Receiver:
    """A right receiver; a kind overrides what is different."""

    def __init__(self, dialect):
        self.dialect = dialect
        self.lock = threading.RLock()
        self.effects, self.states, self.known = {}, {}, set()
        self.start()

    def start(self):
        pass

    # What proves the sender.

    def stamp(self, visit):
        return visit.header('x-timestamp' if self.dialect == 'rillis' else 'webhook-timestamp')

    def signed(self, visit):
        if self.dialect == 'rillis':
            return f'{self.stamp(visit)}.{canonical(parsed(visit.text))}'
        return f'{visit.header("webhook-id")}.{self.stamp(visit)}.{visit.text}'

    def signature_of(self, text):
        given = text.encode('utf-8', 'surrogatepass')
        if self.dialect == 'rillis':
            return hmac.new(KEY.encode(), given, hashlib.sha256).hexdigest()
        return base64.b64encode(hmac.new(base64.b64decode(WHSEC[6:]), given, hashlib.sha256).digest()).decode()

    def signatures(self, visit):
        if self.dialect == 'rillis':
            return [visit.header('x-signature')]
        return [one[3:] for one in visit.header('webhook-signature').split(' ') if one.startswith('v1,')]

    def trusted(self, visit):
        if self.dialect == 'transaction':
            return True
        if self.dialect == 'unico':
            return same(visit.header('authorization'), f'Basic {base64.b64encode(BASIC.encode()).decode()}')
        if not is_fresh(self.stamp(visit)):
            return False
        wanted = self.signature_of(self.signed(visit))
        return any(same(one, wanted) for one in self.signatures(visit))

    # What an event says.

    def key(self, event):
        if self.dialect == 'transaction':
            return f'{text_of(event.get("external_transaction_id"))}:{text_of(event.get("state"))}'
        return text_of(event.get('processId' if self.dialect == 'unico' else 'id'))

    def news(self, event):
        """Subject, state, and what decides between two states: the greater stands, and the first of equals."""
        if self.dialect == 'unico':
            return text_of(event.get('processId')), text_of(event.get('result')), 0
        if self.dialect == 'transaction':
            state = text_of(event.get('state'))
            return text_of(event.get('external_transaction_id')), state, ['PROGRESS', 'EVALUATION'].index(state) if state in (
                'PROGRESS',
                'EVALUATION',
            ) else 2
        data = event.get('data') if isinstance(event.get('data'), dict) else {}
        ids = ['identity_id', 'onboarding_id', 'flow_instance_id', 'workflow_session_id']
        subject = next((text_of(data.get(name)) for name in ids if text_of(data.get(name))), None)
        if subject is None:
            return None
        return subject, text_of(data.get('status')), self.moment(event)

    def moment(self, event):
        if isinstance(event.get('timestamp'), Number):
            return float(event['timestamp'])
        try:
            return datetime.fromisoformat(text_of(event.get('created_at'))).timestamp() * 1000
        except ValueError:
            return 0

    # What it does.

    def handle(self, visit):
        """Answers a status and a text."""
        if visit.method != 'POST':
            return 405, ''
        if len(visit.body) > LARGEST:
            return 413, ''
        try:
            visit.text = visit.body.decode('utf-8')
            event = self.parse(visit.text)
        except (ValueError, RecursionError):
            return 400, 'no JSON'
        if not isinstance(event, dict):
            return 400, 'no object'
        if not self.trusted(visit):
            self.distrust(event)
            return 401, 'no'
        self.understand(event)
        return self.accept(visit, event)

    def parse(self, text):
        return parsed(text)

    def distrust(self, event):
        """Called for an event whose sender is not trusted, before it is refused."""

    def understand(self, event):
        """Raises for an event that it cannot handle."""

    def accept(self, visit, event):
        self.act(event)
        return 200, 'ok'

    def known_by(self, event):
        """What an event is known by."""
        return self.key(event)

    def act(self, event):
        with self.lock:
            known_by = self.known_by(event)
            if known_by in self.known:
                return
            self.known.add(known_by)
            self.count(self.key(event))
            self.restate(event)

    def count(self, key):
        self.effects[key] = self.effects.get(key, 0) + 1

    def stands(self, old, new):
        return new[1] > old[1]

    def restate(self, event):
        news = self.news(event)
        if news is None:
            return
        subject, *state = news
        if subject not in self.states or self.stands(self.states[subject], state):
            self.states[subject] = state

    # What it reads.

    def go_on(self):
        """Whether a request that expects 100 Continue may send its body."""
        return True

    def reads(self, headers):
        """Whether it reads the body of a request."""
        return True

    def read(self, stream, length):
        return stream.read(length)

    def broken(self, visit):
        """Answers a request whose body did not come whole; None: its connection is closed."""

    def observed(self):
        with self.lock:
            return {'effects': dict(self.effects), 'states': {subject: state[0] for subject, state in self.states.items()}}


# Right receivers that look as if they were not.


class Later(Receiver):
    """Answers first; a worker acts so many seconds later."""

    seconds = 1.0

    def start(self):
        self.queue = queue.Queue()
        threading.Thread(target=self.work, daemon=True).start()

    def accept(self, visit, event):
        self.queue.put((time.monotonic() + self.seconds, event))
        return 200, 'queued'

    def work(self):
        while True:
            due, event = self.queue.get()
            time.sleep(max(0.0, due - time.monotonic()))
            self.act(event)


@kind('a-second-behind')
class SecondBehind(Later):
    pass


@kind('eight-seconds-behind')
class EightSecondsBehind(Later):
    seconds = 8.0


@kind('inbox')
class Inbox(Receiver):
    """Keeps whatever comes, and sorts out later what is no event."""

    def handle(self, visit):
        status, text = super().handle(visit)
        return (200, 'kept') if status == 400 else (status, text)


@kind('conflicts')
class Conflicts(Receiver):
    """Answers 409 to a copy of an event in work."""

    def start(self):
        self.in_work = set()

    def accept(self, visit, event):
        key = self.key(event)
        with self.lock:
            if key in self.in_work:
                return 409, 'in work'
            self.in_work.add(key)
        time.sleep(0.01)
        answer = super().accept(visit, event)
        with self.lock:
            self.in_work.discard(key)
        return answer


@kind('limits-its-rate')
class LimitsItsRate(Receiver):
    """Takes sixty requests at once, and a hundred more a second."""

    def start(self):
        self.free, self.at = 60.0, time.monotonic()

    def handle(self, visit):
        with self.lock:
            now = time.monotonic()
            self.free, self.at = min(60.0, self.free + (now - self.at) * 100), now
            if self.free < 1:
                raise Refused(429, [('retry-after', '1')])
            self.free -= 1
        return super().handle(visit)


@kind('knows-signatures-too')
class KnowsSignaturesToo(Receiver):
    """Refuses a signature that it has seen."""

    def start(self):
        self.seen = set()

    def accept(self, visit, event):
        signature = self.signatures(visit)[0]
        with self.lock:
            if signature in self.seen:
                return 401, 'seen'
            self.seen.add(signature)
        return super().accept(visit, event)


@kind('hands-over-short-bodies')
class HandsOverShortBodies(Receiver):
    """As a WSGI server does: the application gets what came of a body, and checks it."""

    def broken(self, visit):
        return self.handle(visit)


@kind('dead-letters')
class DeadLetters(HandsOverShortBodies):
    """Keeps what its sender vouches for, whatever it is and however much came of it."""

    def handle(self, visit):
        status, text = super().handle(visit)
        return (200, 'kept') if status == 400 else (status, text)


@kind('rejection-wins')
class RejectionWins(Receiver):
    """Of two decisions the careful one: no time tells which came later."""

    def stands(self, old, new):
        return new[1] > old[1] or new[0] == 'REJECTED'


# Signatures and credentials that are compared carelessly.


class ByHeader(Receiver):
    """Trusts a fresh request by its header and the right signature."""

    def trusted(self, visit):
        header = visit.header('x-signature' if self.dialect == 'rillis' else 'webhook-signature')
        return is_fresh(self.stamp(visit)) and self.matches(header, self.signature_of(self.signed(visit)))


@kind('any-tag')
class AnyTag(ByHeader):
    def matches(self, header, wanted):
        return any(same(re.sub(r'^[a-z0-9]+[=,]', '', one), wanted) for one in header.split(' '))


@kind('substring')
class Substring(ByHeader):
    def matches(self, header, wanted):
        return wanted in header


@kind('first-characters')
class FirstCharacters(ByHeader):
    def matches(self, header, wanted):
        return header.removeprefix('v1,')[:20] == wanted[:20]


@kind('any-case')
class AnyCase(ByHeader):
    def matches(self, header, wanted):
        return any(one.lower() == f'v1,{wanted}'.lower() for one in header.split(' '))


@kind('known-versions-only')
class KnownVersionsOnly(Receiver):
    def trusted(self, visit):
        return all(one.startswith('v1,') for one in visit.header('webhook-signature').split(' ')) and super().trusted(visit)


@kind('strips')
class Strips(Receiver):
    """Strips the body before it checks the signature."""

    def signed(self, visit):
        return f'{visit.header("webhook-id")}.{self.stamp(visit)}.{visit.text.strip()}'


@kind('any-newline')
class AnyNewline(Receiver):
    """Takes all line ends for the same."""

    def trusted(self, visit):
        text = visit.text
        lines = text.replace('\r\n', '\n')
        for visit.text in (text, lines, lines.replace('\n', '\r\n')):
            if super().trusted(visit):
                return True
        return False


@kind('writes-as-go')
class WritesAsGo(Receiver):
    def signed(self, visit):
        text = super().signed(visit)
        return re.sub('[<>&\u2028\u2029]', lambda found: f'\\u{ord(found[0]):04x}', text)


@kind('nothing-from-the-future')
class NothingFromTheFuture(Receiver):
    def trusted(self, visit):
        return super().trusted(visit) and int(self.stamp(visit)) <= time.time()


class ByCredentials(Receiver):
    """Trusts a request by user and password; without a colon there is no password."""

    def trusted(self, visit):
        scheme, _, encoded = visit.header('authorization').partition(' ')
        try:
            user, colon, password = base64.b64decode(encoded).decode().partition(':')
        except ValueError:
            return False
        return scheme == 'Basic' and self.known_user(user, password if colon else None, *BASIC.split(':'))


@kind('password-beginning')
class PasswordBeginning(ByCredentials):
    def known_user(self, user, password, right_user, right_password):
        return user == right_user and bool(password) and right_password.startswith(password)


@kind('numbers-as-python')
class NumbersAsPython(Receiver):
    def signed(self, visit):
        written = json.dumps(json.loads(visit.text), sort_keys=True, separators=(',', ':'), ensure_ascii=False)
        return f'{self.stamp(visit)}.{written}'


@kind('knows-right-signatures')
class KnowsRightSignatures(Receiver):
    """Does not compute a signature again that was right once."""

    def start(self):
        self.right = set()

    def trusted(self, visit):
        headers = self.stamp(visit), visit.header('x-signature')
        if headers not in self.right and not super().trusted(visit):
            return False
        self.right.add(headers)
        return True


@kind('compares-text')
class ComparesText(ByHeader):
    """compare_digest raises for text beyond ASCII."""

    def matches(self, header, wanted):
        return hmac.compare_digest(header, wanted)


@kind('any-scheme-any-case')
class AnySchemeAnyCase(ByCredentials):
    def trusted(self, visit):
        encoded = visit.header('authorization').partition(' ')[2]
        try:
            return base64.b64decode(encoded).decode().lower() == BASIC.lower()
        except ValueError:
            return False


@kind('header-beginning')
class HeaderBeginning(Receiver):
    def trusted(self, visit):
        return visit.header('authorization').startswith(f'Basic {base64.b64encode(BASIC.encode()).decode()}')


@kind('password-any-case')
class PasswordAnyCase(ByCredentials):
    def known_user(self, user, password, right_user, right_password):
        return user == right_user and (password or '').lower() == right_password


@kind('password-only')
class PasswordOnly(ByCredentials):
    def known_user(self, user, password, right_user, right_password):
        return password == right_password


@kind('user-alone')
class UserAlone(ByCredentials):
    def known_user(self, user, password, right_user, right_password):
        return user == right_user and password in (None, right_password)


class WithMore(Receiver):
    """Trusts what it should, and more."""

    def trusted(self, visit):
        return super().trusted(visit) or self.trusts_too(visit)


@kind('empty-key-too')
class EmptyKeyToo(WithMore):
    def trusts_too(self, visit):
        made = hmac.new(b'', self.signed(visit).encode(), hashlib.sha256)
        wanted = made.hexdigest() if self.dialect == 'rillis' else base64.b64encode(made.digest()).decode()
        return any(same(one, wanted) for one in self.signatures(visit))


@kind('ignores-bad-bytes')
class IgnoresBadBytes(Receiver):
    def handle(self, visit):
        visit.body = visit.body.decode('utf-8', 'ignore').encode()
        return super().handle(visit)


@kind('strips-signatures')
class StripsSignatures(Receiver):
    def signatures(self, visit):
        return [one.strip('",;') for one in super().signatures(visit)]


@kind('strips-the-header')
class StripsTheHeader(ByHeader):
    def matches(self, header, wanted):
        return any(same(one.strip('",;'), f'v1,{wanted}') for one in header.split(' '))


@kind('decodes-signatures')
class DecodesSignatures(ByHeader):
    """Right, as a library of Standard Webhooks does it: characters that are not of base64 are passed over."""

    def matches(self, header, wanted):
        for one in header.split(' '):
            parts = one.split(',')
            if len(parts) == 2 and parts[0] == 'v1':
                try:
                    if base64.b64decode(parts[1]) == base64.b64decode(wanted):
                        return True
                except ValueError:
                    pass
        return False


@kind('reads-the-beginning')
class ReadsTheBeginning(ByHeader):
    """Takes the digits at the beginning for the timestamp."""

    def trusted(self, visit):
        digits = re.match(r'[0-9]+', self.stamp(visit))
        return bool(digits) and is_fresh(digits[0]) and self.signature_of(self.signed(visit)) in self.signatures(visit)


@kind('any-number')
class AnyNumber(Receiver):
    def trusted(self, visit):
        try:
            fresh = abs(time.time() - float(self.stamp(visit))) <= FRESH
        except ValueError:
            return False
        return fresh and self.signature_of(self.signed(visit)) in self.signatures(visit)


@kind('trims-password')
class TrimsPassword(ByCredentials):
    def known_user(self, user, password, right_user, right_password):
        return user == right_user and (password or '').strip() == right_password


@kind('any-header')
class AnyHeader(Receiver):
    def trusted(self, visit):
        return f'Basic {base64.b64encode(BASIC.encode()).decode()}' in visit.headers.values()


# Effects, duplicates and order.


@kind('forgets-after-seconds')
class ForgetsAfterSeconds(Receiver):
    def start(self):
        self.at = {}

    def known_by(self, event):
        key, now = self.key(event), time.monotonic()
        if now - self.at.get(key, now) > 4:
            del self.at[key]
        return key, self.at.setdefault(key, now)


@kind('knows-subjects-and-statuses')
class KnowsSubjectsAndStatuses(Receiver):
    def known_by(self, event):
        news = self.news(event)
        return news[:2] if news else self.key(event)


@kind('knows-states')
class KnowsStates(Receiver):
    def known_by(self, event):
        return event.get('state')


@kind('by-the-second')
class ByTheSecond(Receiver):
    def stands(self, old, new):
        return new[1] // 1000 >= old[1] // 1000


@kind('refuses-unknown-subjects')
class RefusesUnknownSubjects(Receiver):
    def start(self):
        self.subjects = set()

    def understand(self, event):
        news = self.news(event)
        if event.get('event_type') == 'onboarding.created':
            self.subjects.add(news[0])
        if news and news[0] not in self.subjects:
            raise Refused(404)


@kind('knows-its-results')
class KnowsItsResults(Receiver):
    def understand(self, event):
        if event.get('result') not in (None, 'ok', 'invalid_identity', 'expired'):
            raise Refused(422)


@kind('three-bytes-a-character')
class ThreeBytesACharacter(Receiver):
    def understand(self, event):
        if any(ord(one) > 0xFFFF for one in json.dumps(event, ensure_ascii=False)):
            raise ValueError('Incorrect string value')


@kind('acts-on-refused')
class ActsOnRefused(Receiver):
    def distrust(self, event):
        self.act(event)


@kind('poisoned-by-refused')
class PoisonedByRefused(Receiver):
    """Knows an event before it trusts its sender."""

    def distrust(self, event):
        self.known.add(self.key(event))


class Queued(Receiver):
    """A worker acts on one event after the other; the queue has room for forty."""

    def start(self):
        self.queue = queue.Queue(40)
        threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        while True:
            event = self.queue.get()
            time.sleep(0.01)
            self.act(event)

    def accept(self, visit, event):
        try:
            self.queue.put_nowait(event)
        except queue.Full:
            return self.full(event)
        return 200, 'queued'


@kind('refuses-when-full')
class RefusesWhenFull(Queued):
    def full(self, event):
        return 503, 'full'


@kind('drops-when-full')
class DropsWhenFull(Queued):
    def full(self, event):
        return 200, 'dropped'


@kind('forgets-when-full')
class ForgetsWhenFull(Queued):
    """Refuses, but knows the event afterwards."""

    def full(self, event):
        self.known.add(self.key(event))
        return 503, 'full'


@kind('doubles-when-full')
class DoublesWhenFull(Queued):
    """Acts although it refuses, and acts again on the retry."""

    def full(self, event):
        self.count(self.key(event))
        return 503, 'full'


@kind('refuses-a-retry-once')
class RefusesARetryOnce(Receiver):
    """Answers 503 to an event that is old, the first time; right in the end."""

    def start(self):
        self.refused = set()

    def accept(self, visit, event):
        key = self.key(event)
        if time.time() - self.moment(event) / 1000 < 600 or key in self.refused:
            return super().accept(visit, event)
        self.refused.add(key)
        return self.refuse(event)

    def refuse(self, event):
        return 503, 'later'


@kind('forgets-a-retry')
class ForgetsARetry(RefusesARetryOnce):
    def refuse(self, event):
        self.known.add(self.key(event))
        return 503, 'later'


@kind('doubles-a-retry')
class DoublesARetry(RefusesARetryOnce):
    def refuse(self, event):
        self.count(self.key(event))
        return 503, 'later'


@kind('swallows-old-events')
class SwallowsOldEvents(Receiver):
    def accept(self, visit, event):
        is_old = time.time() - self.moment(event) / 1000 > 3600
        return (200, 'ok') if is_old else super().accept(visit, event)


@kind('knows-payloads')
class KnowsPayloads(Receiver):
    def known_by(self, event):
        return canonical(event)


@kind('knows-subjects')
class KnowsSubjects(Receiver):
    def known_by(self, event):
        news = self.news(event)
        return self.key(event) if news is None else news[0]


@kind('remembers-thirty')
class RemembersThirty(Receiver):
    def start(self):
        self.newest = []

    def act(self, event):
        with self.lock:
            super().act(event)
            self.newest = [*self.newest, self.known_by(event)][-30:]
            self.known = set(self.newest)


@kind('looks-first')
class LooksFirst(Receiver):
    """Looks whether it knows an event, and acts a moment later."""

    def act(self, event):
        key = self.key(event)
        if key in self.known:
            return
        time.sleep(0.005)
        self.known.add(key)
        with self.lock:
            self.count(key)
            self.restate(event)


@kind('restates')
class Restates(Receiver):
    """Puts a known event down as the state again."""

    def act(self, event):
        with self.lock:
            is_known = self.known_by(event) in self.known
            super().act(event)
            if is_known and self.news(event) is not None:
                subject, *state = self.news(event)
                self.states[subject] = state


@kind('lets-edits-through')
class LetsEditsThrough(Receiver):
    def stands(self, old, new):
        return new[1] > old[1] or new[0] == 'UPDATED'


@kind('first-final-stands')
class FirstFinalStands(Receiver):
    def restate(self, event):
        subject = (self.news(event) or [None])[0]
        if subject in self.states and self.states[subject][0] in ('expired', 'completed'):
            return
        super().restate(event)


@kind('knows-types-and-subjects')
class KnowsTypesAndSubjects(Receiver):
    def known_by(self, event):
        news = self.news(event)
        return self.key(event) if news is None else (event.get('event_type'), news[0])


@kind('last-message-wins')
class LastMessageWins(Receiver):
    def stands(self, old, new):
        return True


@kind('one-state-for-all')
class OneStateForAll(Receiver):
    def restate(self, event):
        super().restate(event)
        news = self.news(event)
        if news is not None:
            self.states = {subject: list(news[1:]) for subject in self.states}


@kind('keeps-states-by-user')
class KeepsStatesByUser(Receiver):
    """A subject shows what its user's state was at its last event."""
    def news(self, event):
        news, data = super().news(event), event.get('data')
        return news if news is None else (text_of(data.get('user_id')), *news[1:])

    def restate(self, event):
        super().restate(event)
        subject, user = super().news(event), self.news(event)
        if subject is not None:
            self.states[subject[0]] = self.states[user[0]]


# JSON and connections that are legal, and hostile.


@kind('no-null')
class NoNull(Receiver):
    def understand(self, event):
        if '\\u0000' in json.dumps(event):
            raise RuntimeError('a text cannot contain NUL')


@kind('encodes-again')
class EncodesAgain(Receiver):
    def understand(self, event):
        json.dumps(event, ensure_ascii=False).encode()


@kind('recurses')
class Recurses(Receiver):
    def parse(self, text):
        try:
            return super().parse(text)
        except RecursionError as error:
            raise MemoryError('too deep') from error


@kind('takes-lists')
class TakesLists(Receiver):
    def parse(self, text):
        value = super().parse(text)
        return value[0] if isinstance(value, list) and value else value


@kind('exact-header-names')
class ExactHeaderNames(Receiver):
    def trusted(self, visit):
        return 'Authorization' in dict(visit.headers.items()) and super().trusted(visit)


@kind('acts-on-half')
class ActsOnHalf(Receiver):
    def broken(self, visit):
        text = visit.body.decode('utf-8', 'ignore')
        if self.trusted(visit) and '"processId"' in text:
            self.act(dict(re.findall(r'"(\w+)":\s*"([^"]*)"', text)))
        return None


@kind('loses-workers')
class LosesWorkers(Receiver):
    def start(self):
        self.workers = 16

    def broken(self, visit):
        with self.lock:
            self.workers -= 1
        return None

    def accept(self, visit, event):
        return super().accept(visit, event) if self.workers > 0 else (503, 'no worker')


@kind('waits-for-the-silent')
class WaitsForTheSilent(Receiver):
    def accept(self, visit, event):
        while len(SILENT) > 8:
            time.sleep(0.02)
        return super().accept(visit, event)


@kind('refuses-expect')
class RefusesExpect(Receiver):
    def go_on(self):
        return False


@kind('reads-once')
class ReadsOnce(Receiver):
    """Takes the first part of a body for the whole."""

    def read(self, stream, length):
        return stream.read1(length)

    def broken(self, visit):
        return 400, 'no JSON'


@kind('ends-after-bad-json')
class EndsAfterBadJson(Receiver):
    """Answers 400 to what is no JSON, and nothing afterwards."""

    over = False

    def handle(self, visit):
        if self.over:
            visit.socket.shutdown(2)
        answer = super().handle(visit)
        self.over = self.over or answer == (400, 'no JSON')
        return answer


@kind('leaves-bodies')
class LeavesBodies(Receiver):
    """Refuses what carries no signature without reading its body, and keeps the connection."""

    def reads(self, headers):
        return 'webhook-signature' in headers


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def setup(self):
        super().setup()
        SILENT.add(self)

    def parse_request(self):
        SILENT.discard(self)
        return super().parse_request()

    def finish(self):
        SILENT.discard(self)
        super().finish()

    def handle_expect_100(self):
        receiver = self.receiver()
        if receiver is None or receiver.go_on():
            return super().handle_expect_100()
        self.send_error(417)
        return False

    def receiver(self):
        *place, _ = self.path.strip('/').split('/')
        if len(place) < 2 or place[1] not in KINDS:
            return None
        with self.server.lock:
            known = self.server.receivers.get(tuple(place))
            if known is None:
                known = self.server.receivers[tuple(place)] = KINDS[place[1]](place[0])
        return known

    def whole_body(self, receiver):
        """The body, or None where it is not whole; `part` is what came then."""
        self.part = b''
        if 'chunked' in self.headers.get('transfer-encoding', '').lower():
            parts = []
            while True:
                size = int(self.rfile.readline().split(b';')[0].strip() or b'-1', 16)
                if size < 0:
                    return None
                part = self.rfile.read(size)
                if len(part) < size or self.rfile.readline() == b'':
                    return None
                if size == 0:
                    return b''.join(parts)
                parts.append(part)
        length = int(self.headers.get('content-length', '0'))
        self.part = receiver.read(self.rfile, length)
        return self.part if len(self.part) == length else None

    def respond(self, status, text, headers=(), kind='text/plain'):
        body = text.encode()
        self.send_response(status)
        for name, value in [('content-type', kind), ('content-length', str(len(body))), *headers]:
            self.send_header(name, value)
        self._headers_buffer.append(b'\r\n' + body)
        self.flush_headers()

    def any_method(self):
        receiver = self.receiver()
        if receiver is None:
            return self.respond(404, 'no such receiver')
        if self.path.endswith('/observe'):
            return self.respond(200, json.dumps(receiver.observed()), kind='application/json')
        if not receiver.reads(self.headers):
            return self.respond(401, '')
        try:
            body = self.whole_body(receiver)
        except (ValueError, OSError):
            body = None
        if body is None:
            self.close_connection = True
            answer = receiver.broken(Visit(self.command, self.headers, self.part, self.connection))
            return None if answer is None else self.respond(*answer)
        visit = Visit(self.command, self.headers, body, self.connection)
        try:
            status, text = receiver.handle(visit)
        except Refused as refused:
            status, text = refused.status, ''
            visit.answer_headers += refused.headers
        except Exception:
            status, text = 500, 'error'
        return self.respond(status, text, visit.answer_headers)

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = any_method


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Handler)
        self.lock, self.receivers = threading.Lock(), {}

    def handle_error(self, request, client_address):
        """A connection that breaks is no news."""


if __name__ == '__main__':
    server = Server()
    # Ends with the process that started it.
    threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    print(server.server_address[1], flush=True)
    server.serve_forever()
