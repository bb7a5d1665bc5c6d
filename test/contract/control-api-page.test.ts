// docs/control-api.md: every route of the control API with a curl command and its answer, made by asking a real server.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { isJsonObject, type Json } from '../../src/core/json.js'
import { startReceiver } from '../../src/testing/index.js'
import { startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { ROOT } from '../support/markdown.js'
import { runProcess } from '../support/process.js'

const SERVER = 'http://127.0.0.1:4010'
const RECEIVER = 'http://127.0.0.1:3000'
const JSON_TYPE = "-H 'content-type: application/json'"
const SUBSCRIPTION = '{"provider":"rillis","url":"http://127.0.0.1:3000/webhooks","secret":"test_key"}'
const SCENARIO = `version: 1
name: one event
steps:
  - trigger: { provider: rillis, type: FLOW_COMPLETED }
`

/** A call: the part of curl after the URL's server, and what is said of it besides the route's summary. */
type Call = [operation: string, path: string, options?: string]

const post = (body: string) => `${JSON_TYPE} -d '${body}'`
const PATCH = `-X PATCH ${JSON_TYPE} -d`

/** Lines of an answer that is no JSON. */
const SHOWN_LINES = 12

/** In the order in which they are made: each finds what those before it have left. `{id}` of the page is replaced by what they made. */
const CALLS: readonly (readonly [section: string, about: string, calls: readonly Call[]])[] = [
  [
    'Server',
    'Where the server listens beyond loopback every call needs `-H "authorization: Bearer $STANDIN_TOKEN"`.',
    [
      ['getHealth', '/_standin/health'],
      ['getMetrics', '/_standin/metrics'],
      ['getOpenApi', '/_standin/openapi.json'],
    ],
  ],
  [
    'Providers',
    'What can be sent, and the settings of each provider. A setting is changed for all of its subscriptions; `null` gives the default back.',
    [
      ['listProviders', '/_standin/providers'],
      ['getProvider', '/_standin/providers/rillis'],
      ['getSamplePayload', "'/_standin/providers/rillis/sample?type=FLOW_COMPLETED'"],
      ['changeProviderSettings', '/_standin/providers/rillis/settings', `${PATCH} '{"maxAttempts":4}'`],
      ['getProviderSettings', '/_standin/providers/rillis/settings'],
    ],
  ],
  [
    'Subscriptions',
    'A receiver, the event types it wants, and its secret.',
    [
      ['createSubscription', '/_standin/subscriptions', post(SUBSCRIPTION)],
      ['listSubscriptions', "'/_standin/subscriptions?provider=rillis'"],
      ['getSubscription', '/_standin/subscriptions/{subscription}'],
      ['updateSubscription', '/_standin/subscriptions/{subscription}', `${PATCH} '{"eventTypes":["*"]}'`],
      ['testSubscription', '/_standin/subscriptions/{testable}/test', '-X POST'],
      ['rotateSecret', '/_standin/subscriptions/{subscription}/rotate-secret', post('{"secret":"next_key"}')],
    ],
  ],
  [
    'Events and deliveries',
    'An event is stored with its deliveries before the answer. `Idempotency-Key` in a header does what `id` in the body does.',
    [
      ['triggerEvent', '/_standin/events', post('{"provider":"rillis","type":"FLOW_COMPLETED","subject":"acme"}')],
      ['listEvents', "'/_standin/events?type=FLOW_COMPLETED'"],
      ['getEvent', '/_standin/events/{event}'],
      ['listDeliveries', "'/_standin/deliveries?status=waiting&limit=5'"],
      ['getDelivery', '/_standin/deliveries/{delivery}'],
      ['getDeliveryLife', '/_standin/deliveries/{delivery}/life'],
      ['getAttempt', '/_standin/deliveries/{delivery}/attempts/1'],
      ['getAttemptText', "'/_standin/deliveries/{delivery}/attempts/1/text?as=curl'"],
      ['resendDelivery', '/_standin/deliveries/{delivery}/resend', '-X POST'],
      ['waitForDelivery', "'/_standin/deliveries/{delivery}/wait?until=settled&timeout=1s'"],
      ['expectOutcome', '/_standin/expect', post('{"type":"FLOW_COMPLETED","outcome":"delivered","timeout":"5s"}')],
      ['explainSignature', '/_standin/explain-signature', post('{"delivery":"{delivery}"}')],
      ['cancelDelivery', '/_standin/deliveries/{second}/cancel', '-X POST'],
      ['deleteSubscription', '/_standin/subscriptions/{closed}', '-X DELETE'],
    ],
  ],
  [
    'Subjects',
    'What events are about, with a state of its own. A move may cause events, as it would at the provider. A fact that only some event types show, such as a company, is in `data` once one of them has happened.',
    [
      ['listSubjects', '/_standin/subjects'],
      ['getSubject', '/_standin/subjects/{subject}'],
      ['moveSubject', '/_standin/subjects/{subject}/moves', post('{"to":"{state}"}')],
    ],
  ],
  [
    'Clock',
    'With `serve --clock manual` time stands still until it is moved; each answer comes once nothing is in flight or due.',
    [
      ['getClock', '/_standin/clock'],
      ['advanceClock', '/_standin/clock/advance', post('{"by":"5s"}')],
      ['drainClock', '/_standin/clock/drain', post('{"upTo":"1d"}')],
    ],
  ],
  [
    'Faults',
    'Deliberate misbehaviour of the sender; [faults.md](faults.md) has every kind.',
    [
      ['addFault', '/_standin/faults', post('{"kind":"duplicate","copies":2,"next":1}')],
      ['listFaults', '/_standin/faults'],
      ['removeFault', '/_standin/faults/{fault}', '-X DELETE'],
      ['clearFaults', '/_standin/faults', '-X DELETE'],
    ],
  ],
  [
    'Scenarios and runs',
    'Files of the folder that `serve --scenarios` names, and runs of them or of a scenario in the body ([scenarios.md](scenarios.md)).',
    [
      ['listScenarios', '/_standin/scenarios'],
      ['getScenario', '/_standin/scenarios/one-event.yaml'],
      ['runScenario', '/_standin/scenarios/one-event.yaml/runs', '-X POST'],
      ['startRun', '/_standin/runs', "-H 'content-type: application/yaml' --data-binary @one-event.yaml"],
      ['listRuns', '/_standin/runs'],
      ['getRun', '/_standin/runs/{run}'],
      ['reportRun', "'/_standin/runs/{run}/report?format=junit'"],
      ['cancelRun', '/_standin/runs/{waiting}/cancel', '-X POST'],
      ['getRecording', "'/_standin/recording?format=yaml'"],
    ],
  ],
  [
    'Verifications',
    'A verdict for each requirement on a receiver ([verify.md](verify.md)).',
    [
      [
        'verifyReceiver',
        '/_standin/verifications',
        post(
          '{"provider":"rillis","to":"http://127.0.0.1:3000/webhooks","secret":"test_key","only":["delivery/accepts"],"seed":7}',
        ),
      ],
      ['listVerifications', '/_standin/verifications'],
      ['getVerification', '/_standin/verifications/{verification}'],
      ['reportVerification', "'/_standin/verifications/{verification}/report?format=markdown'"],
      ['compareVerifications', '/_standin/verifications/{later}/comparison'],
      ['cancelVerification', '/_standin/verifications/{running}/cancel', '-X POST'],
      ['deleteVerification', '/_standin/verifications/{verification}', '-X DELETE'],
    ],
  ],
  [
    'Journal',
    'What happens, as it happens; `?since=` and `Last-Event-ID` go on where a reader stopped.',
    [['followJournal', "'/_standin/journal?since=0'", '--max-time 1']],
  ],
  [
    'Spaces',
    'An emulator of its own for each test worker or person, below `/spaces/NAME` with all the routes above.',
    [
      ['makeSpace', '/spaces/worker-1', '-X PUT'],
      ['listSpaces', '/spaces'],
      ['dropSpace', '/spaces/worker-1', '-X DELETE'],
    ],
  ],
  ['Start over', '', [['reset', '/_standin/reset', '-X POST']]],
]

/** An answer as it is shown: long texts, long lists and what is deep are cut, marked with an ellipsis. */
function shown(value: Json, depth = 0): Json {
  if (typeof value === 'string') return value.length > 90 ? `${value.slice(0, 80)}…` : value
  if (Array.isArray(value)) {
    if (value.length > 0 && depth > 2) return ['…']
    return [...value.slice(0, 1).map(item => shown(item, depth + 1)), ...(value.length > 1 ? ['…'] : [])]
  }
  if (!isJsonObject(value)) return value
  if (depth > 2) return '…'
  const entries = Object.entries(value)
  const kept = entries.slice(0, 14).map(([name, inner]) => [name, shown(inner, depth + 1)])
  return Object.fromEntries([...kept, ...(entries.length > 14 ? [['…', '…']] : [])])
}

it('docs/control-api.md has every route with its answer', { timeout: 120_000 }, async ({ onTestFinished }) => {
  const receiver = await startReceiver({ answers: [500, 200] })
  onTestFinished(() => receiver.stop())
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'scenarios'))
  writeFileSync(join(folder, 'scenarios/one-event.yaml'), SCENARIO)
  writeFileSync(join(folder, 'one-event.yaml'), SCENARIO)
  const serve = ['serve', '--ledger', ':memory:', '--clock', 'manual', '--stamp', 'clock', '--seed', '7']
  const more = ['--start', '2026-01-15T09:00:00Z', '--scenarios', 'scenarios']
  const running = startCli([...serve, ...more, '--port', '0', '--json'], { cwd: folder })
  const { url } = await running.record(({ kind }) => kind === 'listening')
  const server = String(url)
  const origin = new URL(receiver.url).origin
  const ask = async (path: string, options = ''): Promise<{ text: string; code: number | null }> => {
    const command = `curl -s ${SERVER}${path}${options === '' ? '' : ` ${options}`}`.replace(`${SERVER}'`, `'${SERVER}`)
    const text = command.replaceAll(SERVER, server).replaceAll(RECEIVER, origin)
    const env = { ...process.env, PATH: `${inject('built')}/bin:${process.env.PATH}` }
    const { code, stdout } = await runProcess('sh', ['-c', text], { cwd: folder, env })
    return {
      code,
      text: stdout
        .replaceAll(server, SERVER)
        .replaceAll(origin, RECEIVER)
        .replaceAll(new URL(server).host, '127.0.0.1:4010'),
    }
  }
  /** The first lines of a stream, which has no end. */
  const firstLines = async (path: string): Promise<{ text: string; code: number | null }> => {
    const { body } = await fetch(`${server}${path.replaceAll("'", '')}`)
    let text = ''
    for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece
      if (text.split('\n').length > SHOWN_LINES) break
    }
    return { code: 0, text }
  }
  /** Until nothing is in flight: what a call shows of a delivery does not depend on how fast its receiver answers. */
  const rest = () => ask('/_standin/clock/advance', post('{"by":0}'))
  const first = async (path: string): Promise<string> => JSON.parse((await ask(path)).text).items[0].id
  /** What stands in braces in a path or body is made, or looked up, when it is first needed. */
  const named: Record<string, string> = {}
  const makers: Record<string, () => Promise<string>> = {
    subscription: () => first('/_standin/subscriptions'),
    testable: async () => {
      const body = `{"provider":"kycgenie","url":"${RECEIVER}/webhooks"}`
      return JSON.parse((await ask('/_standin/subscriptions', post(body))).text).id
    },
    event: () => first('/_standin/events'),
    delivery: () => first('/_standin/deliveries'),
    // Nothing listens there, so that what it is sent is still owed.
    closed: async () => {
      const body = post('{"provider":"rillis","url":"http://127.0.0.1:9/webhooks"}')
      return JSON.parse((await ask('/_standin/subscriptions', body)).text).id
    },
    second: async () => {
      const body = `{"provider":"rillis","type":"FLOW_COMPLETED","only":["${await filled('{closed}')}"]}`
      const { text } = await ask('/_standin/events', post(body))
      await rest()
      return JSON.parse(text).deliveries[0].id
    },
    subject: async () => {
      const { text } = await ask('/_standin/events', post('{"provider":"kycgenie","type":"onboarding.created"}'))
      await rest()
      return JSON.parse(text).event.subject
    },
    state: async () => JSON.parse((await ask(`/_standin/subjects/${named.subject}`)).text).moves[0],
    fault: () => first('/_standin/faults'),
    run: () => first('/_standin/runs'),
    waiting: async () => {
      const silent = await startReceiver({ answers: ['timeout'] })
      onTestFinished(() => silent.stop())
      const scenario = `version: 1
name: waits for an answer
subscriptions: [{ name: silent, provider: rillis, url: "${silent.url}" }]
steps: [{ name: done, trigger: rillis/FLOW_COMPLETED }, { expect: { step: done, outcome: delivered } }]`
      writeFileSync(join(folder, 'silent.yaml'), scenario)
      const { text } = await ask('/_standin/runs', "-H 'content-type: application/yaml' --data-binary @silent.yaml")
      // Its first step is over, and the second waits.
      await silent.next()
      return JSON.parse(text).id ?? Promise.reject(new Error(text))
    },
    verification: () => first('/_standin/verifications'),
    later: async () => {
      const body = `{"provider":"rillis","to":"${RECEIVER}/webhooks","secret":"test_key","only":["delivery/accepts"],"seed":7}`
      await ask('/_standin/verifications', post(body))
      return first('/_standin/verifications')
    },
    running: async () => {
      const body = `{"provider":"rillis","to":"${RECEIVER}/webhooks","secret":"test_key","seed":8}`
      return JSON.parse((await ask("'/_standin/verifications?wait=false'", post(body))).text).id
    },
  }
  async function filled(text: string): Promise<string> {
    for (const [, name = ''] of text.matchAll(/\{(\w+)\}/g))
      named[name] ??= await (makers[name]?.() ?? Promise.reject(new Error(`nothing makes {${name}}`)))
    return text.replace(/\{(\w+)\}/g, (_, name) => named[name] ?? '')
  }
  const document = JSON.parse((await ask('/_standin/openapi.json')).text)
  const routes = new Map<string, { method: string; path: string; summary: string }>()
  for (const [path, methods] of Object.entries<Record<string, { operationId?: string; summary: string }>>(
    document.paths,
  ))
    if (/^\/(_standin|spaces)/.test(path))
      for (const [method, { operationId, summary }] of Object.entries(methods))
        if (operationId !== undefined) routes.set(operationId, { method: method.toUpperCase(), path, summary })

  const parts = [
    '# The control API',
    `Every route of a running server with a curl command and its answer, made with
\`standin serve --clock manual --stamp clock --seed 7 --start 2026-01-15T09:00:00Z --scenarios scenarios\`
and a receiver that fails once. Long texts and lists are cut (…). \`/_standin/openapi.json\` has all schemas; errors are problem documents
(RFC 9457) with \`detail\`, \`where\` and \`hint\`. Lists take \`limit\` and \`before\`, and answer \`next\`. This page is generated by the test that makes the calls.`,
  ]
  for (const [section, about, calls] of CALLS) {
    parts.push(`## ${section}`)
    if (about !== '') parts.push(about)
    for (const [operation, path, options] of calls) {
      const route = routes.get(operation)
      if (route === undefined) throw new Error(`There is no operation ${operation}.`)
      const [askedPath, askedOptions] = [await filled(path), await filled(options ?? '')]
      const isStream = operation === 'followJournal'
      const { text, code } = await (isStream ? firstLines(askedPath) : ask(askedPath, askedOptions))
      if (operation === 'triggerEvent' || operation === 'moveSubject') await rest()
      expect(code, `${operation}: ${text}`).toBe(0)
      const command = `curl -s ${SERVER}${askedPath}${askedOptions === '' ? '' : ` ${askedOptions}`}`.replace(
        `${SERVER}'`,
        `'${SERVER}`,
      )
      parts.push(
        `### ${route.method} ${route.path}`,
        `${route.summary}`,
        `\`\`\`text\n${command} …\n\`\`\``.replace(' …\n', '\n'),
      )
      if (text === '') parts.push('Answers 204, without a body.')
      else if (text.startsWith('{'))
        parts.push(`\`\`\`json\n${JSON.stringify(shown(JSON.parse(text)), null, 2)}\n\`\`\``)
      else parts.push(`\`\`\`text\n${text.split('\n').slice(0, SHOWN_LINES).join('\n')}\n…\n\`\`\``)
      routes.delete(operation)
      // One run after the other: they share the clock.
      if (operation === 'runScenario' || operation === 'startRun')
        while (JSON.parse((await ask('/_standin/runs')).text).items[0].status === 'running')
          await ask('/_standin/clock')
    }
  }
  expect([...routes.keys()], 'routes without a call').toEqual([])
  const page = `${parts.join('\n\n')}\n`
  const file = join(ROOT, 'docs/control-api.md')
  const known = existsSync(file) ? readFileSync(file, 'utf8') : ''
  // Times, signatures and durations differ from run to run, and whether they have decimals; everything else must be as the page says.
  const shape = (text: string) => text.replace(/[0-9a-f]{16,}|\d+(?:\.\d+)*(?: m?s\b)?/g, '#')
  await expect(shape(known) === shape(page) ? known : page).toMatchFileSnapshot(file)
})
