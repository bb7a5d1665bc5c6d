// Requests as text: a shell sends exactly the bytes of the printed curl command.
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock/system.js'
import type { Message } from '../../src/core/message.js'
import { createTransport } from '../../src/delivery/transport.js'
import { curlText, httpText, requestRecord, shellQuote } from '../../src/report/request-text.js'
import { runProcess } from '../support/process.js'
import { testReceiver } from '../support/receiver.js'

/** Runs a text as a person would who pastes it into a shell. */
async function paste(text: string, shell = 'sh'): Promise<string> {
  const { code, stdout, stderr } = await runProcess(shell, [], { input: text })
  if (code !== 0) throw new Error(stderr)
  return stdout
}

const message = (url: string, body: Message['body'], headers: Message['headers'] = []): Message => ({
  method: 'POST',
  url,
  headers: [['content-type', 'application/json'], ...headers],
  body,
})

it.each([
  ['quotes of all kinds', `{"a":"it's \\"so\\" \`now\`"}`],
  ['what a shell would expand', '{"a":"$(id) $HOME !! * ~ \\\\ %s %% #"}'],
  ['what curl would read a file for', '@/etc/hosts'],
  ['line ends, also at the end', 'one\ntwo\r\nthree\n'],
  ['accents, emoji and line separators', '{"a":"áé ✓ 😀 e\u0301 \u2028"}'],
  ['tabs and control characters', 'a\tb\u0000c\u001b[31md\u007fe\u0085'],
  ['bytes that are no UTF-8', Buffer.from([0, 255, 254, 37, 39, 92, 10, 128])],
  ['nothing', ''],
  ['more than one argument can hold', `{"a":"${"it's long ".repeat(30_000)}"}`],
])('curl sends a body with %s byte for byte', async (_what, body) => {
  const { requests, url } = await testReceiver()
  await paste(curlText(message(`${url}?a=1&b=[2]`, body)))
  expect(requests).toHaveLength(1)
  expect(requests[0]?.bytes.equals(Buffer.from(body))).toBe(true)
  expect(requests[0]).toMatchObject({ method: 'POST', path: '/webhooks?a=1&b=[2]' })
})

it.each([
  ['blanks', '/a b?c=d e', '/webhooks/a%20b?c=d%20e'],
  ['letters beyond ASCII', '/á?q=✓', '/webhooks/%C3%A1?q=%E2%9C%93'],
  ['quotes and brackets', `/"<>{}\`?q="<>'`, '/webhooks/%22%3C%3E%7B%7D%60?q=%22%3C%3E%27'],
  ['a tab, a backslash and dots', '/x\t\\./../y', '/webhooks/y'],
  ['what is escaped already', '/a%20b%2F', '/webhooks/a%20b%2F'],
  ['a fragment', '/a#b c', '/webhooks/a'],
])('a request and its curl escape %s in a URL alike', async (_what, end, path) => {
  const { requests, url } = await testReceiver()
  const sent = message(`${url}${end}`, '{}')
  const transport = createTransport({ clock: systemClock() })
  onTestFinished(() => transport.close())
  expect((await transport.send(sent, { timeoutMs: 60_000 })).outcome).toMatchObject({ status: 200 })
  await paste(curlText(sent))
  expect(requests.map(request => request.path)).toEqual([path, path])
  // The same URL in each of the three ways to print it.
  const { origin } = new URL(url)
  expect(requestRecord(sent, undefined)).toMatchObject({ url: origin + path })
  expect(httpText(sent).toString()).toContain(`POST ${path} HTTP/1.1`)
})

it('curl sends the headers of the message and none of its own', async () => {
  const { requests, url } = await testReceiver()
  await paste(
    curlText(
      message(url, '{}', [
        ['X-Quote', `it's "$(id)"`],
        ['X-Empty', ''],
        ['X-Equal', 'sha256=ab;c'],
      ]),
    ),
  )
  const [request] = requests
  const lines = request?.rawHeaders.flatMap((name, i, all) => (i % 2 === 0 ? [`${name}: ${all[i + 1]}`] : []))
  expect(lines?.filter(line => !/^(host|content-length):/i.test(line))).toEqual([
    'content-type: application/json',
    `X-Quote: it's "$(id)"`,
    'X-Empty: ',
    'X-Equal: sha256=ab;c',
  ])
})

it('a quoted text is one word to the shell, whatever it contains', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).filter(text => !text.includes('\u0000')),
      text => {
        expect(execFileSync('sh', ['-c', `printf '%s' ${shellQuote(text)}`]).toString('utf8')).toBe(text)
      },
    ),
    { numRuns: 60 },
  )
})

it('http shows request line, headers and body as sent', () => {
  const text = httpText(message('http://h.test:81/a?b=1', '{"ü":1}', [['X-A', '1']])).toString('utf8')
  expect(text).toBe(
    'POST /a?b=1 HTTP/1.1\r\nhost: h.test:81\r\ncontent-type: application/json\r\nX-A: 1\r\ncontent-length: 8\r\n\r\n{"ü":1}',
  )
})

it('a record has text as text and other bytes as base64', () => {
  expect(requestRecord(message('http://h.test/', 'a'), 's')).toMatchObject({ body: 'a', signedString: 's' })
  expect(requestRecord(message('http://h.test/', Buffer.from([255])), undefined)).toMatchObject({ bodyBase64: '/w==' })
})
