// `standin watch`: shows what a running server does, as it happens.
import type { JournalEntry } from '../../api/journal-entry.js'
import { type Client, createClient } from '../../client/client.js'
import { attemptTexts, serverAttempt } from '../attempt-output.js'
import { defineCommand, EXIT } from '../command.js'
import { checkFilter } from '../listing.js'
import { clockTime, type Print, plain } from '../print.js'

/** An entry in words; undefined if other entries say the same. */
function entryText(print: Print, entry: JournalEntry, attempt: ReturnType<typeof attemptTexts>): string | undefined {
  const timed = (text: string) => `${print.paint('dim', clockTime(entry.at))}  ${text}`
  switch (entry.kind) {
    case 'attempt.completed':
      return attempt(serverAttempt(entry.at, entry.delivery, entry.attempt))
    case 'event.triggered': {
      const { type, id, subject } = entry.event
      const about = subject === null ? '' : `, subject ${plain(subject)}`
      const notes = entry.warnings?.map(warning => `\n  note: ${plain(warning)}`).join('') ?? ''
      return timed(`${print.paint('bold', plain(type))}  triggered as ${plain(id)}${about}${notes}`)
    }
    case 'delivery.settled':
      return entry.delivery.status === 'cancelled' ? timed(`${plain(entry.delivery.id)} cancelled`) : undefined
    case 'subject.moved':
      return timed(plain(`${entry.subject.kind} ${entry.subject.id} is now ${entry.subject.state}`))
    case 'subscription.changed':
      return timed(plain(`subscription ${entry.subscriptionId} ${entry.change}`))
    case 'call.received':
      return timed(plain(`${entry.provider} API: ${entry.method} ${entry.path} → ${entry.status}`))
    case 'fault.fired':
      return timed(plain(`fault ${entry.fault} on ${entry.deliveryId}, attempt ${entry.attempt}`))
    case 'clock.moved':
      return timed(`clock moved to ${plain(entry.to)}`)
    case 'verification.started':
      return timed(plain(`verification ${entry.verification.id} of ${entry.verification.to} started`))
    case 'verification.judged':
      return timed(plain(`${entry.verificationId}: ${entry.check} ${entry.status}`))
    case 'verification.ended': {
      const { id, status, passed, failed, notJudged } = entry.verification
      return timed(plain(`verification ${id} ${status}: ${passed} passed, ${failed} failed, ${notJudged} not judged`))
    }
    case 'run.started':
      return timed(plain(`run ${entry.run.id} of "${entry.run.scenario}" started`))
    case 'step.ended': {
      const { name, text, line, status, seen } = entry.step
      const more = status === 'passed' || seen === null ? '' : `: ${seen}`
      return timed(plain(`${entry.runId}, line ${line}: ${name ?? text} ${status}${more}`))
    }
    case 'run.ended':
      return timed(plain(`run ${entry.run.id} ${entry.run.status}: ${entry.run.reason}`))
    case 'internal-error':
      return entry.hint === undefined
        ? timed(plain(`internal error (please report it) while ${entry.doing}: ${entry.message}`))
        : timed(`${plain(`error while ${entry.doing}: ${entry.message}`)}\n  hint: ${plain(entry.hint)}`)
    case 'reset':
      return timed('everything was reset')
    default:
      return undefined
  }
}

/** What is watched; undefined: everything. */
interface Filter {
  provider: string | undefined
  type: string | undefined
  subscription: string | undefined
  status: string | undefined
}

/** True where an entry has every value that the filter asks for; what is of no event or delivery has none. */
function fits(entry: JournalEntry, filter: Filter): boolean {
  const of: Partial<Record<keyof Filter, string>> =
    'delivery' in entry
      ? { ...entry.delivery, subscription: entry.delivery.subscriptionId }
      : entry.kind === 'event.triggered'
        ? { provider: entry.event.provider, type: entry.event.type }
        : entry.kind === 'subscription.changed'
          ? { subscription: entry.subscriptionId }
          : entry.kind === 'call.received'
            ? { provider: entry.provider }
            : {}
  return (['provider', 'type', 'subscription', 'status'] as const).every(
    name => filter[name] === undefined || filter[name] === of[name],
  )
}

/** Prints what an attempt sent and got. */
async function printBodies(client: Client, print: Print, id: string, number: number): Promise<void> {
  const { request, response } = await client.attempt(id, number)
  const shown = (mark: string, body: string) => {
    // A line end at the end of a body begins no further line.
    for (const line of body.replace(/\r?\n$/, '').split('\n')) print.line(`    ${mark} ${plain(line)}`)
  }
  shown('>', request.body)
  if (response !== null && response.body !== '') shown('<', response.body)
  const { body, bodyBase64 } = request
  print.record({
    kind: 'bodies',
    delivery: id,
    attempt: number,
    request: { body, bodyBase64 },
    response: response && { status: response.status, body: response.body },
  })
}

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: [
    'Show what a running server does as it happens, until you interrupt it or the server stops.',
    'With a filter only what has such a provider, type, subscription or status.',
  ],
  options: ['server', 'token', 'provider', 'type', 'subscription', 'status', 'bodies'],
  own: { provider: { kind: 'text', value: 'P', help: 'only this provider' } },
  graceful: true,
  examples: ({ provider }) => [
    'watch',
    `watch --provider ${provider} --status exhausted`,
    'watch --bodies',
    'watch --server http://127.0.0.1:4010/spaces/worker-3',
    'watch --json',
  ],
  run: async ({ options, print, signal }) => {
    const client = createClient(options)
    await checkFilter(client, options)
    const attempt = attemptTexts(print)
    return new Promise<number>((resolve, reject) => {
      const show = async (entry: JournalEntry) => {
        print.record(entry)
        const text = entryText(print, entry, attempt)
        if (text !== undefined) print.line(text)
        if (options.bodies && entry.kind === 'attempt.completed')
          // A reset may have deleted it meanwhile, and a server may be gone: the stream says so.
          await printBodies(client, print, entry.delivery.id, entry.attempt.number).catch(error =>
            print.note(`note: no bodies: ${error instanceof Error ? error.message : String(error)}`),
          )
      }
      let shown = Promise.resolve()
      const onEntry = (entry: JournalEntry) => {
        if (!fits(entry, options)) return
        // The bodies stand below their attempt: the next entry waits for them.
        if (options.bodies) shown = shown.then(() => show(entry))
        else void show(entry)
      }
      const onEnd = (error?: Error) =>
        void shown.then(() => {
          print.note(error === undefined ? 'the server stopped' : error.message)
          resolve(error === undefined ? EXIT.success : EXIT.couldNotRun)
        })
      const following = client.journal(onEntry, onEnd).then(stop => {
        const end = (code: number) => {
          stop()
          resolve(code)
        }
        print.note(`watching ${client.server}`)
        print.onClosed(() => end(EXIT.success))
        signal.addEventListener('abort', () => end(EXIT.interrupted), { once: true })
        if (signal.aborted) end(EXIT.interrupted)
      })
      following.catch(reject)
    })
  },
})
