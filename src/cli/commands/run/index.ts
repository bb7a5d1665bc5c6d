// `standin run`: runs scenarios and reports whether their expectations were met.

import type { RunResult } from '../../../api/run.js'
import { environmentVariables, type OptionName, onGitHubActions } from '../../../config.js'
import { EmulatorError } from '../../../core/errors.js'
import type { EmulatorOptions } from '../../../emulator/contract.js'
import { summaryOf } from '../../../scenario/reporters/json.js'
import type { Scenario } from '../../../scenario/scenario.js'
import { defineCommand, EXIT, noteUseless } from '../../command.js'
import { CERTIFICATES, checkWritable, tlsOptions, writeWhole } from '../../files.js'
import { counted, type Print, plain } from '../../print.js'
import { providersOf } from '../../providers.js'
import { settingsByProvider, untilSuccessOf } from '../../settings.js'

/** Options that a run on a server cannot have. */
const NOT_ON_SERVER = ['explain', 'page'] as const

/** Options that have no effect on a server, which has its own. */
const WITHOUT_EFFECT = [
  'seed',
  'start',
  'speed',
  'until-success',
  'max-attempts',
  'port',
  'setting',
  ...CERTIFICATES,
] as const

/** Options that do not change what would be sent. */
const WITHOUT_EFFECT_ON_EXPLAIN = ['wait-for-receiver', 'port', 'page', 'report'] as const

/** Throws `usage` for options that exclude --server, and tells those without effect. */
function checkForServer(given: ReadonlySet<OptionName>, print: Print): void {
  for (const name of NOT_ON_SERVER)
    if (given.has(name))
      throw new EmulatorError(`--${name} and --server cannot be combined.`, {
        code: 'usage',
        where: 'standin run',
        hint: 'Omit one of them.',
      })
  noteUseless({ given, print }, WITHOUT_EFFECT, 'on a running server')
}

export const command = defineCommand({
  usage: '<file or folder>…',
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  about: [
    'Run scenarios, each in an emulator of its own. Waits are skipped unless --speed is a number.',
    'Prints seed and start; run with the same --seed and --start to get the same bodies. Signatures are the same with clock.stamp: clock.',
    '--server runs them on a running server, one after the other: without --to its subscriptions get the events, and its clock is used.',
    '--page serves the page while one scenario runs; on a terminal it stays until Ctrl-C, which then leaves the exit code as it is.',
    'Exit codes: 0 all expectations met, 1 an expectation failed, 2 could not run.',
  ],
  options: [
    'to',
    'server',
    'token',
    'secret',
    'var',
    'seed',
    'start',
    'speed',
    'tag',
    'wait-for-receiver',
    'explain',
    'report',
    'until-success',
    'max-attempts',
    'port',
    'page',
    'setting',
    'provider-file',
    ...CERTIFICATES,
  ],
  own: {
    secret: {
      kind: 'text',
      value: 'S',
      help: "your receiver's secret, for subscriptions that have none of their own; STANDIN_SECRET keeps it out of the process list",
    },
    server: {
      kind: 'url',
      value: 'URL',
      example: 'http://127.0.0.1:4010',
      help: 'run on this server; only from the command line, not from the environment',
    },
  },
  defaults: { speed: 'max', 'max-attempts': 100 },
  graceful: true,
  examples: ({ provider }) => [
    `run scenarios/${provider} --to http://127.0.0.1:3000/webhooks`,
    'run story.yaml --to http://127.0.0.1:3000/webhooks --secret test_key --report junit=report.xml',
    'run story.yaml --to http://127.0.0.1:3000/webhooks --var key=test_key',
    'run story.yaml --to http://127.0.0.1:3000/webhooks --page',
    'run story.yaml --server http://127.0.0.1:4010 --report junit=report.xml',
    'run story.yaml --explain',
    'run story.yaml --to http://127.0.0.1:3000 --seed 7 --start 2026-01-15T09:00:00Z --json',
    'run scenarios --tag smoke --to http://127.0.0.1:3000 --wait-for-receiver 30s',
  ],
  run: async ({ args, options, given, print, signal }) => {
    const { to, speed } = options
    const onServer = given.has('server')
    if (onServer) checkForServer(given, print)
    else noteUseless({ given, print }, ['token'], 'without --server')
    if (!onServer && given.has('max-attempts') && !(options['until-success'] && speed === 'max'))
      print.note('note: --max-attempts has an effect only with --until-success and --speed max')
    const providers = await providersOf(options['provider-file'])
    const { checkFormats, reportTexts } = await import('./reports.js')
    checkFormats(options.report)
    for (const { file } of options.report) checkWritable(file, '--report')
    const tls = tlsOptions(options)
    const [{ loadChecked, OPTION_WORDS, variablesOf }, { formatProblem, scenarioError }] = await Promise.all([
      import('../../scenarios.js'),
      import('../../../scenario/problems.js'),
    ])
    const { scenarios, problems } = await loadChecked(args, providers, options.tag)
    const report = async (results: readonly RunResult[]) => {
      for (const { file, text } of reportTexts(options.report, results, problems)) writeWhole(file, text, '--report')
      if (!onGitHubActions()) return
      const { annotations } = await import('../../../scenario/reporters/annotations.js')
      for (const line of annotations(results, problems)) print.note(line)
    }
    if (problems.length > 0 && (scenarios.length === 0 || options.explain || options.page)) {
      await report([])
      throw scenarioError(problems)
    }
    for (const problem of problems) {
      print.note(`${print.paint('red', 'invalid')}  ${plain(formatProblem(problem))}`)
      print.record({ kind: 'problem', ...problem })
    }
    const invalid = new Set(problems.map(({ file }) => file)).size
    if (scenarios.length === 0)
      throw new EmulatorError(`No scenario has the tag ${options.tag.join(' or ')}.`, {
        code: 'usage',
        where: '--tag',
        hint: 'Omit --tag to run all scenarios.',
      })
    if (options.page && scenarios.length > 1)
      throw new EmulatorError(`--page shows one scenario, and these are ${scenarios.length}.`, {
        code: 'usage',
        where: '--page',
        hint: `Name one file, such as ${scenarios[0]?.file}.`,
      })
    if (options['wait-for-receiver'] !== undefined && !options.explain) {
      if (to === undefined)
        throw new EmulatorError('--wait-for-receiver needs a receiver.', {
          code: 'usage',
          where: '--wait-for-receiver',
          hint: 'Set its URL with --to URL.',
        })
      const { waitForReceiver } = await import('../../../client/wait.js')
      await waitForReceiver(to, options['wait-for-receiver'])
    }
    const emulatorOf = ({ definition }: Scenario): EmulatorOptions => ({
      providers,
      ledger: ':memory:',
      seed: options.seed ?? definition.seed,
      start: options.start ?? (definition.clock?.start === undefined ? undefined : Date.parse(definition.clock.start)),
      stamp: definition.clock?.stamp,
      ...(speed === 'max' ? { clock: 'manual' } : { clock: 'system', speed }),
      untilSuccess: untilSuccessOf(options),
      settings: settingsByProvider(options.setting),
      ...tls,
    })
    const env = environmentVariables()
    const varsOf = variablesOf(scenarios, options.var, env, options.secret)
    const runOptionsOf = (scenario: Scenario) => ({
      to,
      vars: varsOf(scenario),
      secret: options.secret,
      env,
      signal,
      words: OPTION_WORDS,
    })
    if (options.explain) {
      noteUseless({ given, print }, WITHOUT_EFFECT_ON_EXPLAIN, 'with --explain: nothing is sent')
      const { printTimetable } = await import('./print-timetable.js')
      let requests = 0
      for (const scenario of scenarios)
        requests += await printTimetable(scenario, emulatorOf(scenario), runOptionsOf(scenario), print)
      print.line(`${counted(requests, 'request')} would be sent`)
      print.record({ kind: 'summary', scenarios: scenarios.length, planned: requests, exitCode: EXIT.success })
      return EXIT.success
    }
    const { runOne } = await import('./run-one.js')
    const finish = async (results: readonly RunResult[]): Promise<number> => {
      await report(results)
      const count = (status: string) => results.filter(result => result.status === status).length
      const failedSteps = results.flatMap(({ steps }) => steps).filter(({ status }) => status === 'failed').length
      const unanswered = count('failed') === 0 && failedSteps > 0 ? ` (${counted(failedSteps, 'failed step')})` : ''
      const code = signal.aborted ? EXIT.interrupted : invalid > 0 ? EXIT.couldNotRun : summaryOf(results).exitCode
      print.line(
        `${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run${unanswered}${invalid > 0 ? `, ${counted(invalid, 'invalid file')}` : ''}${signal.aborted ? ', interrupted' : ''}`,
      )
      print.record({
        kind: 'summary',
        scenarios: results.length,
        passed: count('passed'),
        failed: count('failed'),
        notRun: count('not run'),
        runs: results.map(({ scenario, file, status, seed, start }) => ({ scenario, file, status, seed, start })),
        exitCode: code,
      })
      return code
    }
    const playing = (scenario: Scenario) => ({
      scenario,
      emulator: emulatorOf(scenario),
      run: runOptionsOf(scenario),
      port: options.port,
      print,
    })
    const [first] = scenarios
    if (options.page && first !== undefined) {
      let code: number = EXIT.couldNotRun
      const { keepPage } = await import('../../api-server.js')
      await runOne({
        ...playing(first),
        withPage: async (result, url) => {
          code = await finish([result])
          await keepPage(url, print, signal)
        },
      })
      return code
    }
    const results: RunResult[] = []
    const play = onServer ? await serverPlayer() : (scenario: Scenario) => runOne(playing(scenario))
    async function serverPlayer() {
      const [{ createClient }, { runOnServer }] = [
        await import('../../../client/client.js'),
        await import('./run-on-server.js'),
      ]
      const client = createClient(options)
      return (scenario: Scenario) => runOnServer({ client, scenario, ...runOptionsOf(scenario), print })
    }
    for (const scenario of scenarios) {
      if (signal.aborted) break
      results.push(await play(scenario))
    }
    return finish(results)
  },
})
