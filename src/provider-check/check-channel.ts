// Checks of how a channel sends: secret, body, signature, accepted statuses and schedule.
import type { Issue } from '../core/errors.js'
import { timetable } from '../core/retry.js'
import { stream } from '../core/seed.js'
import type { Subscription } from '../core/subscription.js'
import type { LoadedChannel } from '../provider/catalog.js'
import type { ChannelBehaviour, Settings } from '../provider/channel.js'
import type { Sample } from './check-event-types.js'
import { planShape, shapeIssues, signedShape } from './provider-shape.js'

const NOW = Date.UTC(2026, 0, 15, 9)
/** Attempts after which a schedule counts as endless. */
const ENDLESS = 200

type Report = (path: string, message: string) => void

function secretOf({ secret }: ChannelBehaviour, settings: Settings, report: Report): string | null {
  if (secret.use === 'none' || secret.use === 'given') return null
  const made = secret.make(stream(1, 'secret'), settings)
  if (typeof made !== 'string' || made === '') report('secret.make()', 'must return a string')
  else {
    const problem = secret.problem?.(made, settings)
    if (problem !== undefined) report('secret.make()', `makes a secret that secret.problem() rejects: ${problem}`)
    if (secret.make(stream(1, 'secret'), settings) !== made)
      report('secret.make()', 'must take all randomness from the stream it is given')
  }
  const overlap = secret.overlapMs(settings)
  if (typeof overlap !== 'number' || !(overlap >= 0))
    report('secret.overlapMs()', 'must return milliseconds, 0 or more')
  return made
}

async function signature(
  behaviour: ChannelBehaviour,
  settings: Settings,
  { type, payload }: Sample,
  report: Report,
): Promise<void> {
  const secret = secretOf(behaviour, settings, report)
  const subscription: Subscription = {
    id: 'sub_1',
    provider: '',
    channel: '',
    url: 'http://127.0.0.1/',
    eventTypes: ['*'],
    active: true,
    secret,
    previousSecret: null,
    settings: {},
    notes: {},
    account: null,
    createdAt: NOW,
    updatedAt: NOW,
  }
  const event = {
    id: 'ev_1',
    provider: '',
    channel: '',
    type,
    variant: null,
    subject: null,
    account: null,
    payload,
    createdAt: NOW,
  }
  const value = behaviour.wrap?.(payload, { subscription, settings, event }) ?? payload
  const body = behaviour.encode?.(value, settings) ?? JSON.stringify(value)
  if (typeof body !== 'string') {
    report('encode()', 'must return a string')
    return
  }
  const { headers = [] } = behaviour.request?.(settings, '0.0.0') ?? {}
  for (const issue of shapeIssues(signedShape, { headers }, 'request()')) report(issue.path, issue.message)
  const signed = await behaviour.sign({
    body,
    value,
    secret,
    previousSecret: null,
    settings,
    at: NOW,
    event,
    subscription,
    attempt: 1,
    call: async () => ({ outcome: { kind: 'refused' }, headers: [], body: '' }),
    memory: new Map(),
    now: NOW,
  })
  const wrong = shapeIssues(signedShape, signed, 'sign()')
  for (const issue of wrong) report(issue.path, issue.message)
  if (wrong.length > 0 || signed.failed !== undefined || secret === null || !behaviour.traits.signs) return
  const sent = new Set(signed.headers.map(([name]) => name.toLowerCase()))
  for (const header of behaviour.traits.signatureHeaders)
    if (!sent.has(header)) report('sign()', `does not set ${header}, which traits.signatureHeaders names`)
}

function schedule(behaviour: ChannelBehaviour, report: Report): void {
  const plan = behaviour.retry(behaviour.settings.parse({}))
  const wrong = shapeIssues(planShape, plan, 'retry()')
  for (const issue of wrong) report(issue.path, issue.message)
  if (wrong.length > 0) return
  const accepted = Array.from({ length: 100 }, (_, i) => 200 + i).filter(status => plan.accepts(status))
  if (accepted.length === 0) report('retry().accepts()', 'accepts no status from 200 to 299')
  for (const status of [302, 400, 500, 503])
    if (plan.accepts(status)) report('retry().accepts()', `must not accept ${status}`)
  const delays = timetable(plan.policy, ENDLESS)
  if (delays.some(delay => typeof delay !== 'number' || !(delay >= 0))) {
    report('retry().policy()', 'must return afterMs in milliseconds, 0 or more')
    return
  }
  const back = delays.findIndex((delay, i) => delay < (delays[i - 1] ?? 0))
  if (back > 0)
    report('retry().policy()', `decreases: ${delays[back - 1]} ms before attempt ${back + 1}, then ${delays[back]} ms`)
  const endless = behaviour.retry(behaviour.settings.parse({ maxAttempts: 'unlimited' }))
  if (timetable(endless.policy, ENDLESS).length < ENDLESS)
    report('retry().policy()', 'must never end where maxAttempts is "unlimited"')
  const once = behaviour.retry(behaviour.settings.parse({ maxAttempts: 1 }))
  if (timetable(once.policy, 1).length > 0)
    report('retry().policy()', 'must stop after one attempt where maxAttempts is 1')
}

/** What is wrong with how a channel sends; the signature is checked where there is a payload. */
export async function checkChannel({ name, behaviour }: LoadedChannel, sample: Sample | undefined): Promise<Issue[]> {
  const issues: Issue[] = []
  const report: Report = (path, message) => issues.push({ path: `channels.${name}.${path}`, message })
  const guarded = async (path: string, check: () => void | Promise<void>) => {
    try {
      await check()
    } catch (error) {
      report(path, `failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  if (sample) await guarded('sign()', () => signature(behaviour, behaviour.settings.parse({}), sample, report))
  await guarded('retry()', () => schedule(behaviour, report))
  return issues
}
