// `standin verify`: runs the checks against a receiver and prints a verdict for each, with how to repeat those that failed.
import { formatDuration } from '../../core/duration.js'
import { EmulatorError } from '../../core/errors.js'
import type { Json } from '../../core/json.js'
import { findProvider } from '../../provider/catalog.js'
import type { Detail } from '../../report/details.js'
import { type Level, levelOf, requirementOf } from '../../verify/check.js'
import type { Verdict } from '../../verify/report.js'
import type { NotJudgedGroup } from '../../verify/reporters/details.js'
import type { VerifyOptions } from '../../verify/verification.js'
import { defineCommand, EXIT, noteUseless } from '../command.js'
import { compareReports, readReport } from '../compared-reports.js'
import { CERTIFICATES, checkWritable, tlsOptions, writeWhole } from '../files.js'
import { counted, type Print, plain } from '../print.js'
import { providersOf } from '../providers.js'

/** A verification that takes longer says so, ms. */
const LONG_MS = 60_000

const COLOURS = { passed: 'green', failed: 'red', 'not judged': 'yellow' } as const

/** A line for a check that was judged. */
function verdictLine(print: Print, { status, id, title, note, durationMs }: Verdict): string {
  const word = print.paint(COLOURS[status], status.padEnd(10))
  const more = note === null ? '' : `; ${plain(note)}`
  return `${word}  ${id}: ${title} ${print.paint('dim', `(${durationMs} ms${more})`)}`
}

/** Checks that were not judged for one reason, which is said once. */
function notJudgedText(print: Print, { because, why, verdicts }: NotJudgedGroup): string {
  const word = print.paint(COLOURS['not judged'], 'not judged')
  const shown = verdicts.map(({ id, level }) => `${id} (${level})`)
  if (because === null && shown.length === 1) return `${word}  ${shown[0]}: ${plain(why)}`
  const reason = because === null ? plain(why) : `because ${because} failed`
  return `${word}  ${counted(shown.length, 'check')}: ${reason}\n            ${shown.join(', ')}`
}

/** The details of a failed check, with how to repeat it. */
function failureText(print: Print, verdict: Verdict, details: readonly Detail[]): string {
  const lines = details.map(({ name, text, block }) =>
    // A script is pasted: what is put before its lines would be pasted too.
    block === 'sh' && text.includes('\n') && name === 'script'
      ? `  ${print.paint('bold', `${name}:`)}\n${plain(text)}`
      : `  ${print.paint('bold', `${name}:`)} ${plain(text).replaceAll('\n', '\n    ')}`,
  )
  return [`${print.paint('red', verdict.id)}: ${verdict.title}`, ...lines].join('\n')
}

async function list(print: Print, options: Omit<VerifyOptions, 'to'> & { to: string | undefined }): Promise<number> {
  const { planVerification } = await import('../../verify/verification.js')
  const { situation, checks } = await planVerification(options)
  for (const check of checks) {
    const { id, expects, why } = check
    const level = levelOf(check, situation)
    const title = requirementOf(check, situation)
    print.line(`${id.padEnd(34)} ${expects.padEnd(8)} ${title}`)
    print.record({ kind: 'check', id, level, expects, title, why })
  }
  print.line(`${counted(checks.length, 'check')}; nothing was sent`)
  print.record({ kind: 'summary', checks: checks.length, exitCode: EXIT.success })
  return EXIT.success
}

/** Options that do not change which checks there are. */
const WITHOUT_EFFECT_ON_LIST = [
  'timeout',
  'settle',
  'report',
  'evidence',
  'baseline',
  'seed',
  ...CERTIFICATES,
  'allow-target',
] as const

export const command = defineCommand({
  usage: '<provider>',
  args: { min: 1, max: 1 },
  about: [
    "Check a running receiver: signatures, duplicates, order, malformed payloads, broken connections, load, the provider's retries.",
    'With --observe it checks what the receiver did too, not only what it answered.',
    'Exit codes: 0 all checks passed, 1 a check failed, 2 a required check could not be judged.',
    'With --baseline: 0 no worse than before, 1 a check fails that did not fail before, 2 a required check is no longer judged.',
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
    'settle',
    'report',
    'evidence',
    'baseline',
    'seed',
    'provider-file',
    ...CERTIFICATES,
    'allow-target',
  ],
  defaults: { level: 'must' },
  graceful: true,
  examples: ({ provider }) => [
    `verify ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key`,
    `verify ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key --observe http://127.0.0.1:3000/observe`,
    `verify ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key --only signature --level should`,
    `verify ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key --report html=verdict.html`,
    `verify ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key --baseline old.json`,
    `verify ${provider} --list`,
  ],
  run: async ({ args: [provider = ''], options, given, print, signal }) => {
    const providers = await providersOf(options['provider-file'])
    findProvider(providers, provider)
    const { reporterOf } = await import('../../verify/reporters/index.js')
    for (const { file } of options.report) checkWritable(file, '--report')
    const reports = options.report.map(({ format, file }) => ({ file, write: reporterOf(format) }))
    const { to } = options
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
      settleMs: options.settle,
      seed: options.seed,
      evidence: options.evidence,
      ...(options['allow-target'].length > 0 && { allowTargets: options['allow-target'] }),
      providers,
      ...tlsOptions(options),
      signal,
    }
    if (options.list) {
      noteUseless({ given, print }, WITHOUT_EFFECT_ON_LIST, 'with --list: nothing is sent')
      return list(print, { ...asked, to })
    }
    if (to === undefined)
      throw new EmulatorError('The URL of the receiver is missing.', {
        code: 'usage',
        where: 'standin verify',
        hint: 'Give it with --to URL.',
      })
    const baseline = options.baseline === undefined ? undefined : await readReport(options.baseline, '--baseline')
    const [{ verify }, { verdictRecord }, { countsText, detailsOf, followersOf, notJudgedGroups, waitsText }] =
      await Promise.all([
        import('../../verify/verification.js'),
        import('../../verify/reporters/json.js'),
        import('../../verify/reporters/details.js'),
      ])
    let isBare = asked.secret === undefined && !Object.keys(asked.settings).length
    // Said with the first result: what is refused before anything is sent is refused alone.
    const noteBare = () => {
      if (isBare)
        print.note('note: without --secret and --setting the requests carry neither a signature nor credentials')
      isBare = false
    }
    const onShareable = (verdict: Verdict) => {
      noteBare()
      if (verdict.status !== 'not judged') print.line(verdictLine(print, verdict))
      print.record({ kind: 'verdict', ...verdictRecord(verdict) })
    }
    let isSaid = false
    const progress = {
      onProgress: ({ done, total, leftMs }: { done: number; total: number; leftMs: number }) => {
        // Rounded: it is an estimate. The line is shown on a terminal only.
        const left = leftMs < 1000 ? 'a second' : formatDuration(Math.ceil(leftMs / 1000) * 1000)
        if (done < total) print.progress(`${done} of ${total} checks, about ${left} left`)
        if (leftMs <= LONG_MS || isSaid) return
        print.note(`note: the receiver takes its time: this takes about ${left}, and less with --level must or --only`)
        isSaid = true
      },
    }
    const { ca, cert, key, pfx, insecure, 'provider-file': providerFiles } = options
    const repeatWith = { ca, cert, key, pfx, insecure, providerFiles }
    const { shareable } = await verify({ ...asked, to, onShareable, repeatWith, ...progress })
    const groups = notJudgedGroups(shareable.verdicts)
    for (const group of groups) print.line(notJudgedText(print, group))
    for (const verdict of shareable.verdicts)
      if (verdict.status === 'failed')
        print.line(`\n${failureText(print, verdict, detailsOf(verdict, followersOf(groups, verdict.id)))}`)
    for (const { file, write } of reports) writeWhole(file, write(shareable), '--report')
    const { summary, seed, conclusion } = shareable
    const waited = waitsText(shareable)
    const own = signal.aborted ? EXIT.interrupted : summary.exitCode
    const colour = own === EXIT.success ? 'green' : own === EXIT.failed ? 'red' : 'yellow'
    print.line(`\n${print.paint(colour, `${countsText(summary)} (seed ${seed})`)}`)
    if (waited !== undefined) print.line(waited)
    if (own === EXIT.success || own === EXIT.failed) print.line(plain(conclusion))
    if (own === EXIT.couldNotRun)
      print.line('A required check could not be judged: see the reason above, or exclude the check with --except.')
    const compared = baseline && (await compareReports(print, baseline, shareable))
    const code = own === EXIT.interrupted ? own : (compared ?? own)
    print.record({
      kind: 'summary',
      provider,
      to: shareable.to,
      ...summary,
      waits: shareable.waits,
      seed,
      exitCode: code,
    })
    return code
  },
})
