// Playing deliveries to their end inside this process: on a clock that runs, or on one that is moved to each next due.

import { type Delivery, isSettled } from '../core/delivery.js'
import type { JournalEntry } from '../core/journal.js'
import type { Emulator } from '../emulator/contract.js'
import { shellQuote } from '../report/request-text.js'
import { causeLines } from '../report/signature-text.js'
import type { SignatureRefusal } from '../signature-debugger/explain-refusal.js'
import { answerText, attemptLine, attemptRecord, factsOf } from './attempt-output.js'
import { type Print, plain } from './print.js'

type Completed = Extract<JournalEntry, { kind: 'attempt.completed' }>

/** Why playing ended. */
export type PlayEnd = 'settled' | 'interrupted'

const aborted = (signal: AbortSignal) =>
  new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

/**
 * Resolves once every delivery is settled. A manual clock is moved on to each next due: at once, or with `pace` after the real time
 * that the wait takes at that speed.
 */
export async function playOut(
  emulator: Emulator,
  deliveryIds: readonly string[],
  signal: AbortSignal,
  pace?: number,
): Promise<PlayEnd> {
  const open = () =>
    deliveryIds.flatMap(id => emulator.ledger.delivery(id) ?? []).filter(({ status }) => !isSettled(status))
  const interrupted = aborted(signal)
  if (emulator.clock.kind === 'system') {
    const settled = new Promise<void>(resolve => {
      const look = () => {
        if (open().length > 0) return
        stop()
        resolve()
      }
      const stop = emulator.journal.listen(entry => entry.kind === 'delivery.settled' && look())
      look()
    })
    await Promise.race([settled, interrupted])
    return signal.aborted ? 'interrupted' : 'settled'
  }
  for (;;) {
    await Promise.race([emulator.rest(), interrupted])
    if (signal.aborted) return 'interrupted'
    const owed = open()
    if (owed.length === 0) return 'settled'
    // A delivery in flight has no due time until it comes back.
    const due = Math.min(...owed.flatMap(({ dueAt }) => dueAt ?? []))
    if (!Number.isFinite(due)) continue
    const wait = Math.max(0, due - emulator.clock.now())
    if (pace !== undefined)
      await Promise.race([new Promise<void>(resolve => emulator.clock.alarm(wait / pace, resolve)), interrupted])
    await Promise.race([emulator.advance(wait), interrupted])
  }
}

/** What the receiver made of a good signature, by its answer; undefined where nothing is signed with a secret. */
async function refusalOf(emulator: Emulator, { delivery, attempt }: Completed) {
  const { subscription, body } = emulator.view(delivery.id)
  if (subscription?.secret == null || attempt.answer === null) return undefined
  const [{ explainRefusal }, { provider }, providerSettings] = await Promise.all([
    import('../signature-debugger/explain-refusal.js'),
    emulator.load(delivery.provider),
    emulator.settings(delivery.provider),
  ])
  const question = {
    provider,
    channel: delivery.channel,
    secret: subscription.secret,
    settings: subscription.settings,
    providerSettings,
    headers: attempt.headers,
    body: attempt.bodyBase64 === null ? Buffer.from(body) : Buffer.from(attempt.bodyBase64, 'base64'),
    now: attempt.stampedAt,
  }
  return explainRefusal(question, attempt.answer.body)
}

/** The command that explains what a receiver computed; the secret is read from the environment, for screens are shared. */
function hint({ provider, channel }: Delivery, { headers }: SignatureRefusal): string {
  const given = headers.map(([name, value]) => `--header ${shellQuote(`${name}: ${value}`)}`)
  return `standin explain-signature ${provider} --channel ${channel} --secret "$STANDIN_SECRET" --body body.json ${given.join(' ')}`
}

/**
 * Prints every attempt as it ends, and, the first time a delivery is answered 401 or 403, the string that was signed.
 * `answers` shows what the receiver said when it did not accept. Answers what stops it, resolving when all is printed.
 */
export function printAttempts(
  emulator: Emulator,
  print: Print,
  { answers = true }: { answers?: boolean } = {},
): () => Promise<void> {
  const explained = new Set<string>()
  let lastSaid: string | undefined
  let last: Promise<void> = Promise.resolve()
  let untold = 0
  const explain = async (entry: Completed) => {
    const { signedString, message } = await emulator.explain(entry.attempt)
    print.line(
      signedString === undefined
        ? `  it refused the credentials; nothing is signed here. Headers sent: ${message.headers.map(([name]) => name).join(', ')}`
        : `  it refused the signature; the string that was signed:\n${signedString}`,
    )
    const refusal = signedString === undefined ? undefined : await refusalOf(emulator, entry)
    const computed = refusal?.computed ?? undefined
    if (computed !== undefined) for (const line of causeLines(computed)) print.line(`  ${plain(line)}`)
    else if (refusal !== undefined)
      print.line(
        `  why? Put what your receiver computed in place of the signature, and the body it got in a file:\n  ${plain(hint(entry.delivery, refusal))}`,
      )
    print.record({
      kind: 'refused',
      delivery: entry.delivery.id,
      attempt: entry.attempt.number,
      signedString: signedString ?? null,
      computed,
    })
  }
  const tell = async (entry: Completed) => {
    const { delivery, attempt, at } = entry
    const facts = factsOf(at, delivery, attempt)
    print.line(attemptLine(print, facts))
    const said = answers ? answerText(attempt) : undefined
    if (said !== undefined && said !== lastSaid) print.line(said)
    lastSaid = said
    print.record(attemptRecord(facts))
    const status = attempt.outcome?.status
    if ((status === 401 || status === 403) && !explained.has(delivery.id)) {
      explained.add(delivery.id)
      await explain(entry)
    }
  }
  const stop = emulator.journal.listen(entry => {
    if (entry.kind !== 'attempt.completed') return
    // What is told of an attempt stands together: the next one waits.
    const told = untold++ === 0 ? tell(entry) : last.then(() => tell(entry))
    last = told.finally(() => untold--)
  })
  return async () => {
    stop()
    await last
  }
}
