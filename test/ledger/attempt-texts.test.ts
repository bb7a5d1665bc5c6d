// The texts of attempts are JSON, whatever was written before them.
import { expect, it } from 'vitest'
import type { Headers } from '../../src/core/message.js'
import type { Answer, Outcome } from '../../src/core/outcome.js'
import { createAttemptTexts } from '../../src/ledger/attempt-texts.js'

it('every text is what JSON.stringify writes, also after one that is nearly the same', () => {
  const texts = createAttemptTexts()
  const shared: Headers[number] = ['content-type', 'application/json']
  const lists: Headers[] = [
    [],
    [shared, ['x-signature', 'a"b\\c']],
    [shared, ['x-signature', 'tab\tñ\ud800']],
    [['x"y', '1'], shared],
    [shared],
    [shared, ['x-signature', 'plain'], ['x-signature', 'plain']],
  ]
  for (const headers of [...lists, ...lists]) expect(texts.headers(headers)).toBe(JSON.stringify(headers))
  const outcomes: Outcome[] = [
    { kind: 'answered', status: 200 },
    { kind: 'answered', status: 503, detail: 'Sent once more: 200.' },
    { kind: 'reset', code: 'ECONNRESET', detail: '"quoted"' },
  ]
  for (const outcome of outcomes) expect(texts.outcome(outcome)).toBe(JSON.stringify(outcome))
  const headers: Answer['headers'] = [['content-length', '2']]
  const answers: Answer[] = [
    { status: 200, headers, body: 'ok', bodyBytes: 2 },
    { status: 200, headers, body: 'ok', bodyBytes: 2 },
    { status: 201, headers, body: 'ok', bodyBytes: 2 },
    { status: 201, headers, body: 'no', bodyBytes: 2 },
    { status: 201, headers, body: 'no', bodyBytes: 3 },
    { status: 201, headers, body: 'no', bodyBytes: 3, bodyBase64: 'bm8=' },
    { status: 201, headers: [['content-length', '"2"']], body: 'no', bodyBytes: 3 },
  ]
  for (const answer of answers) expect(texts.answer(answer)).toBe(JSON.stringify(answer))
})
