// `standin explain-signature`: diagnoses a signature mismatch.
import { systemClock } from '../../clock/system.js'
import { EmulatorError } from '../../core/errors.js'
import { findProvider } from '../../provider/catalog.js'
import { oneLine } from '../../report/signature-text.js'
import { explainSignature, type SignatureExplanation } from '../../signature-debugger/explain-signature.js'
import { defineCommand, EXIT } from '../command.js'
import { readBytes } from '../files.js'
import { columns, type Print, plain } from '../print.js'
import { providersOf } from '../providers.js'
import { settingsFrom } from '../settings.js'

function parsedHeader(text: string): [name: string, value: string] {
  const found = /^\s*([^\s:]+)\s*:(.*)$/s.exec(text)
  if (found !== null) return [found[1] ?? '', (found[2] ?? '').trim()]
  throw new EmulatorError(`"${text}" is not a header.`, {
    code: 'usage',
    where: '--header',
    hint: "Write it as --header 'name: value'.",
  })
}

function printed(print: Print, explanation: SignatureExplanation): void {
  const { verdict, summary, provider, channel, steps, causes, alternatives, notes } = explanation
  const isValid = verdict === 'valid'
  print.line(`${print.paint(isValid ? 'green' : 'red', verdict)}  ${provider}/${channel}: ${plain(summary)}`)
  for (const { fix } of causes) print.line(`  fix: ${plain(fix)}`)
  for (const other of alternatives)
    print.line(`  equally likely: ${plain(other.map(({ sentence }) => sentence).join(' '))}`)
  print.line()
  print.line('How it is computed:')
  const rows = steps.map(({ name, about, bytes, value }, i) => [
    `  ${i + 1}. ${name}`,
    `${bytes} bytes`,
    `${plain(oneLine(about))}\n     ${plain(oneLine(value))}`,
  ])
  for (const row of columns(rows)) print.line(row)
  print.line()
  for (const [i, [name, value]] of explanation.expected.entries()) {
    const received = explanation.received[i]?.[1] ?? null
    print.line(`expected  ${name}: ${plain(value)}`)
    if (received !== value) print.line(`received  ${name}${received === null ? ' is missing' : `: ${plain(received)}`}`)
  }
  for (const note of notes) print.note(`note: ${plain(note)}`)
}

export const command = defineCommand({
  usage: '<provider>',
  args: { min: 1, max: 1 },
  about: [
    'Diagnose a signature mismatch: recomputes the signature of a request step by step and names the likely causes. It tries each known mistake, and every two of them together.',
    'Give the request as it was received. To find a mistake in your receiver, give what it computed instead of the signature.',
    'Exit codes: 0 the signature is valid, 1 it is invalid, 2 could not run.',
  ],
  options: ['secret', 'body', 'header', 'channel', 'setting', 'provider-file'],
  examples: ({ provider }) => [
    `explain-signature ${provider} --secret test_key --body body.json --header 'x-signature: 5f2b…' --header 'x-timestamp: 1738784271'`,
    `explain-signature ${provider} --secret test_key --body body.json --header 'x-signature: 5f2b…' --json`,
  ],
  run: async ({ args: [name = ''], options, print }) => {
    const { secret, body } = options
    if (secret === undefined || body === undefined)
      throw new EmulatorError(`--${secret === undefined ? 'secret' : 'body'} is missing.`, {
        code: 'usage',
        where: 'standin explain-signature',
        hint: "Give the secret and a file with the body exactly as received: --secret S --body FILE --header 'name: value'.",
      })
    const headers = options.header.map(parsedHeader)
    const provider = findProvider(await providersOf(options['provider-file']), name)
    const explanation = await explainSignature({
      provider,
      channel: options.channel,
      secret,
      settings: settingsFrom(options.setting),
      headers,
      body: readBytes(body, '--body'),
      now: systemClock().wall(),
    })
    printed(print, explanation)
    const { expected, received } = explanation
    const named = (all: readonly [string, string | null][]) => all.map(([name, value]) => ({ name, value }))
    print.record({ kind: 'explanation', ...explanation, expected: named(expected), received: named(received) })
    return explanation.verdict === 'valid' ? EXIT.success : EXIT.failed
  },
})
