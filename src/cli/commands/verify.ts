// `standin verify`: judges a receiver by the catalogue of checks, and says how to repeat what failed.
import { EmulatorError } from '../../core/errors.js'
import type { Json } from '../../core/json.js'
import { type Level, levelOf } from '../../verify/check.js'
import type { Verdict } from '../../verify/report.js'
import type { VerifyOptions } from '../../verify/verification.js'
import { defineCommand, EXIT } from '../command.js'
import { checkWritable, readCertificates, writeWhole } from '../files.js'
import { type Print, plain } from '../print.js'
import { providerNamed, providersOf } from '../providers.js'

const COLOURS = { passed: 'green', failed: 'red', 'not judged': 'yellow' } as const

function verdictLine(print: Print, { status, id, level, title, note, durationMs }: Verdict): string {
  const word = print.paint(COLOURS[status], status.padEnd(10))
  const soft = level === 'should' ? ' (should)' : ''
  if (status === 'not judged') return `${word}  ${id}${soft}: ${plain(note ?? '')}`
  const more = note === null ? '' : `; ${plain(note)}`
  return `${word}  ${id}${soft}: ${title} ${print.paint('dim', `(${durationMs} ms${more})`)}`
}

/** What there is to know of a failed check, and what repeats it. */
function failureText(print: Print, verdict: Verdict, details: readonly [string, string][]): string {
  const told = details.map(
    ([name, text]) => `  ${print.paint('bold', `${name}:`)} ${plain(text).replaceAll('\n', '\n    ')}`,
  )
  return [`${print.paint('red', verdict.id)}: ${verdict.title}`, ...told].join('\n')
}

async function list(print: Print, options: Omit<VerifyOptions, 'to'> & { to: string | undefined }): Promise<number> {
  const { planVerification } = await import('../../verify/verification.js')
  const { situation, checks } = await planVerification(options)
  for (const check of checks) {
    const { id, title, expects, why } = check
    const level = levelOf(check, situation)
    print.line(`${id.padEnd(34)} ${level.padEnd(7)} ${expects.padEnd(8)} ${title}`)
    print.record({ kind: 'check', id, level, expects, title, why })
  }
  print.line(`${checks.length} checks; nothing was sent`)
  print.record({ kind: 'summary', checks: checks.length, exitCode: EXIT.done })
  return EXIT.done
}

export const command = defineCommand({
  usage: '<provider>',
  args: { least: 1, most: 1 },
  about: [
    "Judges a running receiver: signatures, duplicates, order, broken payloads and connections, load, the provider's retries.",
    'Give --observe so that what the receiver did can be judged too, not only what it answered.',
    'Exit code 0: all passed; 1: a check failed; 2: what must be judged could not be.',
  ],
  options: [
    'to',
    'secret',
    'setting',
    'channel',
    'only',
    'except',
    'level',
    'observe',
    'list',
    'timeout',
    'report',
    'seed',
    'provider-file',
    'ca',
    'insecure',
  ],
  defaults: { level: 'must' },
  graceful: true,
  examples: ({ provider }) => [
    `verify ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key`,
    `verify ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key --observe http://127.0.0.1:3000/observe`,
    `verify ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key --only signature --level should`,
    `verify ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key --report html=verdict.html`,
    `verify ${provider} --list`,
  ],
  run: async ({ args: [provider = ''], options, print, signal }) => {
    const providers = await providersOf(options['provider-file'])
    providerNamed(providers, provider)
    const { reporterOf } = await import('../../verify/reporters/index.js')
    for (const { file } of options.report) checkWritable(file, '--report')
    const reports = options.report.map(({ format, file }) => ({ file, write: reporterOf(format) }))
    const { to, ca } = options
    const settings: Record<string, Json> = options.setting
    const { settingsFrom } = await import('../settings.js')
    const asked = {
      provider,
      channel: options.channel,
      secret: options.secret,
      settings: settingsFrom(settings),
      only: options.only,
      except: options.except,
      // The table of options lets no other text through.
      level: options.level as Level,
      observe: options.observe,
      timeoutMs: options.timeout,
      seed: options.seed,
      providers,
      ca: readCertificates(ca),
      insecure: options.insecure,
      signal,
    }
    if (options.list) return list(print, { ...asked, to })
    if (to === undefined)
      throw new EmulatorError('Which receiver?', {
        code: 'usage',
        where: 'standin verify',
        hint: 'Say where it is with --to URL.',
      })
    const [{ verify }, { verdictRecord }, { countsText, detailsOf }] = await Promise.all([
      import('../../verify/verification.js'),
      import('../../verify/reporters/json.js'),
      import('../../verify/reporters/details.js'),
    ])
    const onVerdict = (verdict: Verdict) => {
      print.line(verdictLine(print, verdict))
      print.record({ kind: 'verdict', ...verdictRecord(verdict) })
    }
    if (asked.secret === undefined && !Object.keys(asked.settings).length)
      print.note('note: no --secret and no --setting were given: nothing proves to the receiver who sends')
    const { report, shareable } = await verify({ ...asked, to, onVerdict })
    for (const verdict of report.verdicts)
      if (verdict.status === 'failed') print.line(`\n${failureText(print, verdict, detailsOf(verdict))}`)
    for (const { file, write } of reports) writeWhole(file, write(shareable), '--report')
    const { summary, seed } = report
    const code = signal.aborted ? EXIT.interrupted : summary.exitCode
    const colour = code === EXIT.done ? 'green' : code === EXIT.notSo ? 'red' : 'yellow'
    print.line(`\n${print.paint(colour, `${countsText(summary)} (seed ${seed})`)}`)
    if (code === EXIT.notTried)
      print.line('What must be judged could not be, which is no pass: see why above, or leave it out with --except.')
    print.record({ kind: 'summary', provider, to, ...summary, seed, exitCode: code })
    return code
  },
})
