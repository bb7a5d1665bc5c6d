// Deliveries of an emulator in this process: run until they are settled, and printed attempt by attempt.
import { type Delivery, isSettled } from '../core/delivery.js'
import type { JournalEntry } from '../core/journal.js'
import type { Emulator } from '../emulator/contract.js'
import { shellQuote } from '../report/request-text.js'
import { causeLines } from '../report/signature-text.js'
import type { SignatureRejection } from '../signature-debugger/explain-rejection.js'
import { attemptTexts, localAttempt, responseText } from './attempt-output.js'
import { type Print, plain } from './print.js'

type Completed = Extract<JournalEntry, { kind: 'attempt.completed' }>

const abortOf = (signal: AbortSignal) =>
  new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

/**
 * Resolves with true once every delivery is settled, with false if `signal` is aborted. A manual clock is moved to each next due time:
 * at once, or with `speed` after the real time that the wait takes at that speed.
 */
export async function runUntilSettled(
  emulator: Emulator,
  deliveryIds: readonly string[],
  signal: AbortSignal,
  speed?: number,
): Promise<boolean> {
  const unsettled = () =>
    deliveryIds.flatMap(id => emulator.ledger.delivery(id) ?? []).filter(({ status }) => !isSettled(status))
  const abort = abortOf(signal)
  if (emulator.clock.kind === 'system') {
    const settled = new Promise<void>(resolve => {
      const check = () => {
        if (unsettled().length > 0) return
        stop()
        resolve()
      }
      const stop = emulator.journal.listen(entry => entry.kind === 'delivery.settled' && check())
      check()
    })
    await Promise.race([settled, abort])
    return !signal.aborted
  }
  for (;;) {
    await Promise.race([emulator.rest(), abort])
    if (signal.aborted) return false
    const remaining = unsettled()
    if (remaining.length === 0) return true
    // A delivery in flight has no due time until its attempt ends.
    const due = Math.min(...remaining.flatMap(({ dueAt }) => dueAt ?? []))
    if (!Number.isFinite(due)) continue
    const wait = Math.max(0, due - emulator.clock.now())
    if (speed !== undefined)
      await Promise.race([new Promise<void>(resolve => emulator.clock.alarm(wait / speed, resolve)), abort])
    await Promise.race([emulator.advance(wait), abort])
  }
}

/** Why the receiver refused a valid signature, from its response; undefined if nothing is signed with a secret. */
async function rejectionOf(emulator: Emulator, { delivery, attempt }: Completed) {
  const { subscription, body } = emulator.view(delivery.id)
  if (subscription?.secret == null || attempt.answer === null) return undefined
  const [{ explainRejection }, { provider }, providerSettings] = await Promise.all([
    import('../signature-debugger/explain-rejection.js'),
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
  return explainRejection(question, attempt.answer.body)
}

/** The command that explains what a receiver computed; the secret comes from the environment, since screens are shared. */
function explainCommand({ provider, channel }: Delivery, { headers }: SignatureRejection): string {
  const given = headers.map(([name, value]) => `--header ${shellQuote(`${name}: ${value}`)}`)
  return `standin explain-signature ${provider} --channel ${channel} --secret "$STANDIN_SECRET" --body body.json ${given.join(' ')}`
}

/**
 * Prints every attempt when it ends, and the string that was signed when a delivery is first answered 401 or 403. `responses` prints the
 * body of responses that are not accepted. Returns a function that stops it and resolves when everything is printed.
 */
export function printAttempts(
  emulator: Emulator,
  print: Print,
  { responses = true }: { responses?: boolean } = {},
): () => Promise<void> {
  const explained = new Set<string>()
  const text = attemptTexts(print)
  let lastResponse: string | undefined
  let last: Promise<void> = Promise.resolve()
  const failures: unknown[] = []
  let unprinted = 0
  const explain = async (entry: Completed) => {
    const { signedString, message } = await emulator.explain(entry.attempt)
    print.line(
      signedString === undefined
        ? `  the request carries credentials and no signature; headers sent: ${message.headers.map(([name]) => name).join(', ')}`
        : `  if the receiver rejected the signature, this is the string that was signed:\n${signedString}`,
    )
    const rejection = signedString === undefined ? undefined : await rejectionOf(emulator, entry)
    const computed = rejection?.computed ?? undefined
    if (computed !== undefined) for (const line of causeLines(computed)) print.line(`  ${plain(line)}`)
    else if (rejection !== undefined)
      print.line(
        `  hint: to find out why, save the request body to a file and pass the signature your receiver computed:\n  ${plain(explainCommand(entry.delivery, rejection))}`,
      )
    print.record({
      kind: 'refused',
      delivery: entry.delivery.id,
      attempt: entry.attempt.number,
      signedString: signedString ?? null,
      computed,
    })
  }
  const printAttempt = async (entry: Completed) => {
    const { delivery, attempt, at } = entry
    const line = localAttempt(at, delivery, attempt)
    print.line(text(line))
    const response = responses ? responseText(attempt) : undefined
    if (response !== undefined && response !== lastResponse) print.line(response)
    lastResponse = response
    print.record(line)
    const status = attempt.outcome?.status
    if ((status === 401 || status === 403) && !explained.has(delivery.id)) {
      explained.add(delivery.id)
      await explain(entry)
    }
  }
  const stop = emulator.journal.listen(entry => {
    if (entry.kind !== 'attempt.completed') return
    // The lines of one attempt stay together: the next attempt waits.
    const printed = unprinted++ === 0 ? printAttempt(entry) : last.then(() => printAttempt(entry))
    last = printed
      .catch((error: unknown) => void failures.push(error))
      .finally(() => {
        unprinted--
      })
  })
  return async () => {
    stop()
    await last
    if (failures.length > 0) throw failures[0]
  }
}
