// Whether the receiver still answers: notices by a plain message when it stops, tells which message came before, and ends what is under way.
import { formatDuration } from '../core/duration.js'
import type { Wire } from '../core/wire.js'
import { type Exchange, isAccepted, seen, statusOf } from './exchange.js'
import { createGate } from './gate.js'
import { ReceiverStopped, type Stop, type Trouble } from './stop.js'
import {
  besideOthers,
  isDoubtful,
  isOneOfSeveral,
  isUnanswered,
  namedSuspects,
  provenAmong,
  type Sent,
  suspectsAmong,
} from './suspects.js'

/** Probes of a receiver that stopped, real ms after one another: a supervisor starts one again within a second or two. */
const PROBES_MS = [250, 500, 1000, 1500]

/** A process that is started again takes so many times as much longer as this machine is late, and at most so long, real ms. */
const LATE_STARTS = 3
const LATEST_START_MS = 750

/** A receiver that answers no probe for so long hangs, real ms, even where the provider waits longer. */
const LONGEST_HANG_MS = 15_000

/** Longest wait for what is in flight before the receiver is asked for a sign of life, real ms: one that fails of two at once has not stopped. */
const CALM_MS = 300

/** So long a receiver may be at work on a message whose connection was cut, real ms. */
const CUT_MS = 100

/** How long a fast receiver is left alone with a strange message that it has answered, real ms: it may act afterwards. */
const ACTS_MS = 15

/** Checks whose messages a receiver may have not survived although it has answered: it is asked for a sign of life before those of another. */
export const STRANGE = /^(payload|tolerance|http)\//

/** So many checks may have such a message in flight where the receiver is slow. */
const MOST_RISKY = 4

/** Shortest wait for an answer before the receiver is asked for a sign of life, real ms; and how many usual answers that is. */
const PATIENCE_MS = 3000
const PATIENCE_ANSWERS = 20

const LIMITED =
  'The receiver has answered every valid request with 429, a limit of requests that did not end within seconds, since'

/** So many messages are remembered. */
const REMEMBERED = 200

/** One message about to be sent. */
export interface Outgoing extends Pick<Sent, 'check' | 'what' | 'isRisky' | 'isProven' | 'takesMs'> {
  /** It ends its connection itself. */
  isCut: boolean
  /** It may be accepted, and end the receiver afterwards. */
  mayEndLater: boolean
  transmit(): Promise<Exchange>
}

export interface Liveness {
  /** Sends a message; throws ReceiverStopped once the receiver has stopped. Before `begin` it only sends. */
  send(outgoing: Outgoing): Promise<Exchange>
  /** Begins to watch a receiver that usually answers after so many real ms; of one that is not slow, what it may not survive is beside nothing. */
  begin(usualMs: number, isSlow?: boolean): void
  /** Real ms that the receiver usually takes to answer; 0 before `begin`. */
  usualMs(): number
  /** It takes so long that its messages should go side by side. */
  isSlow(): boolean
  /** Sends a plain message now; resolves when the receiver is known to answer, throws ReceiverStopped otherwise. */
  examine(): Promise<void>
  /** The receiver is known to have stopped. */
  end(stop: Stop): void
  /** Ends a wait for anything else when the receiver stops. */
  orStopped<T>(wait: Promise<T>): Promise<T>
  /** A check is under way; the returned function ends that, and answers the trouble that there was meanwhile. */
  underway(check: string): () => readonly Trouble[]
}

export interface LivenessOptions {
  /** Sends a plain valid request, on a kept connection where no wire is given, and waits so many real ms for the answer. Never rejects. */
  control(timeoutMs: number, wire: Wire | undefined): Promise<Exchange>
  /** The longest wait for an answer, real ms. */
  timeoutMs: number
  monotonic(): number
  alarm(ms: number, fire: () => void): () => void
  /** The most that this machine was late since an instant (monotonic), real ms. */
  lateSince(at: number): number
}

/** Watches nothing yet. */
export function createLiveness({ control, timeoutMs, monotonic, alarm, lateSince }: LivenessOptions): Liveness {
  const began = monotonic()
  const open = new Map<string, number>()
  const troubles: Trouble[] = []
  let messages: Sent[] = []
  let sentInAll = 0
  let lastGoodAt = Number.NEGATIVE_INFINITY
  let watching = false
  let usualMs = 0
  let isSlow = false
  let gate = createGate(1)
  const inFlight = new Set<Promise<unknown>>()
  let trying: Promise<void> | undefined
  let stopped: ReceiverStopped | undefined
  let end: (error: ReceiverStopped) => void = () => {}
  const whenStopped = new Promise<never>((_, reject) => {
    end = reject
  })
  // Nobody may be waiting.
  whenStopped.catch(() => {})

  const patienceMs = () => Math.min(timeoutMs, Math.max(PATIENCE_MS, PATIENCE_ANSWERS * usualMs))
  const pause = (ms: number) => new Promise<void>(resolve => void alarm(ms, resolve))
  const hangMs = Math.min(timeoutMs, LONGEST_HANG_MS)

  /** Waits for what is in flight, so long at most. */
  const calm = async (ms: number) => {
    if (inFlight.size > 0) await Promise.race([Promise.allSettled([...inFlight]), pause(ms)])
  }

  async function asked(ms: number, wire: Wire | undefined): Promise<Exchange> {
    const at = monotonic()
    const exchange = await control(ms, wire)
    if (isAccepted(exchange)) lastGoodAt = Math.max(lastGoodAt, at)
    return exchange
  }

  async function probe(): Promise<Exchange> {
    // A kept connection has a worker, and may hold what was not read of an earlier body; but a receiver that limits its open connections
    // has no place for another while kept ones fill it.
    const [own, kept] = await Promise.all([asked(patienceMs(), {}), asked(patienceMs(), undefined)])
    const isTelling = own.outcome.kind === 'answered' || kept.outcome.kind !== 'answered'
    return isAccepted(kept) || !isTelling ? kept : own
  }

  const stop = (how: Stop) => {
    stopped = new ReceiverStopped(how)
    end(stopped)
  }

  async function tryOut(): Promise<void> {
    const from = monotonic()
    const crowd = inFlight.size
    await calm(CALM_MS)
    let exchange = await probe()
    // It may have gone out on a connection that was just cut.
    if (exchange.outcome.kind === 'reset') exchange = await probe()
    if (isAccepted(exchange)) return
    let last = exchange
    const suspectsNow = () => suspectsAmong(messages, lastGoodAt, check => open.has(check))
    const early = suspectsNow()
    const [first] = early
    const proven = provenAmong(messages, early, lastGoodAt)
    let isPatient = false
    for (const pauseMs of PROBES_MS) {
      if (last.outcome.kind === 'timed_out') {
        // One that hangs is given as long as any message, and the time to do what it has.
        if (isPatient) break
        isPatient = true
        await calm(hangMs)
        last = await asked(hangMs, {})
        if (isAccepted(last) && crowd > 1) return
      } else {
        // A process takes longer to start where the machine is busy.
        await pause(pauseMs + Math.min(LATEST_START_MS, LATE_STARTS * lateSince(from)))
        last = await probe()
      }
      if (isAccepted(last)) {
        troubles.push({ from, to: monotonic(), exchange, check: first?.check, isNumber: proven.length > 0 })
        return
      }
    }
    // Only now: what was under way may have been accepted meanwhile, and its check be over.
    const likely = suspectsNow()
    const [culprit] = likely
    // A process that has ended cannot have taken a message afterwards.
    const isSure = last.outcome.kind === 'refused' && culprit !== undefined && isUnanswered(culprit)
    const suspects = isSure ? [culprit] : likely
    const check = culprit?.check ?? [...open.keys()][0] ?? ''
    const since = formatDuration(Math.round((culprit?.began ?? from) - began))
    const after = culprit === undefined ? check : namedSuspects(suspects)
    const isNumber = proven.length > 0 && statusOf(last) === 0
    const isAny = culprit !== undefined && isOneOfSeveral(messages, culprit, lastGoodAt)
    const beside = isNumber ? '' : besideOthers(messages, culprit, lastGoodAt)
    const why = `The receiver has accepted no valid request since ${after}, ${since} after the start: ${seen(last).replace(/\.$/, '')}${beside}`
    const together = `${proven.length} plain valid ${proven.length === 1 ? 'request' : 'requests at once'}`
    const what = isAny || new Set(suspects.map(one => one.check)).size > 1 ? after : culprit?.what
    stop(
      statusOf(last) === 429
        ? {
            check,
            what: `${sentInAll} messages`,
            why: `${LIMITED} ${since} after the start: ${seen(last)}`,
            exchange: last,
            isLimit: true,
          }
        : isNumber
          ? { check, what: together, why: why.replace(after, together), exchange: last, isNumber }
          : { check, what, why, exchange: last, isAny, beside: `${beside}; that was ${since} after the start` },
    )
  }

  let next: Promise<void> | undefined

  async function examine(): Promise<void> {
    // One that is under way may have been answered before what this one asks about; those that wait for its end share the next.
    next ??= ready().then(() => {
      next = undefined
      trying = tryOut().finally(() => {
        trying = undefined
      })
      return trying
    })
    await next
    if (stopped !== undefined) throw stopped
  }

  /** Of what follows a message no other one is to be blamed. */
  async function askAfter(isStop: (exchange: Exchange) => boolean): Promise<void> {
    if (isStop(await asked(patienceMs(), {}))) await examine()
  }

  /** What the message of another check has done is not to be blamed on that of this one. */
  async function handOver(check: string): Promise<void> {
    const { ended = 0, ...last } = messages.findLast(message => message.isRisky) ?? { check }
    if (last.check !== check && ended > lastGoodAt && STRANGE.test(last.check)) await askAfter(isDoubtful)
  }

  async function ready(): Promise<void> {
    while (trying !== undefined) await trying
    if (stopped !== undefined) throw stopped
  }

  return {
    async send({ check, what, isRisky, isProven, takesMs, isCut, mayEndLater, transmit }) {
      if (!watching) return transmit()
      // What takes long by itself is not waited for.
      const isStrange = isRisky || !(isProven || isSlow)
      const leave = takesMs > 0 && !isRisky ? () => {} : isStrange ? await gate.enter(check) : await gate.pass(check)
      try {
        await ready()
        if (isRisky) await handOver(check)
        const sent: Sent = { check, what, isRisky, isProven, takesMs, began: monotonic() }
        messages.push(sent)
        sentInAll++
        if (messages.length > 2 * REMEMBERED) messages = messages.slice(-REMEMBERED)
        // What the receiver itself is slow with is not waited for twice: meanwhile it must answer a plain request.
        const patience = takesMs + patienceMs()
        const quit = patience < timeoutMs ? alarm(patience, () => void examine().catch(() => {})) : () => {}
        const going = transmit()
        const end = () => void inFlight.delete(going)
        if (takesMs === 0) inFlight.add(going)
        going.then(end, end)
        try {
          const exchange = await Promise.race([going, whenStopped])
          sent.exchange = exchange
          sent.ended = monotonic()
          if (isAccepted(exchange)) {
            lastGoodAt = Math.max(lastGoodAt, sent.began)
            if (mayEndLater && !isSlow)
              await pause(ACTS_MS).then(() => askAfter(({ outcome }) => outcome.kind === 'refused'))
          } else if (takesMs === 0 && isDoubtful(exchange)) {
            // It may still be at work on what was cut.
            if (isCut) await pause(CUT_MS)
            await examine()
          }
          return exchange
        } finally {
          quit()
        }
      } finally {
        leave()
      }
    },
    begin(usual, slow = false) {
      watching = true
      usualMs = usual
      isSlow = slow
      gate = createGate(slow ? MOST_RISKY : 1, !slow)
    },
    usualMs: () => usualMs,
    isSlow: () => isSlow,
    examine: () => (watching ? examine() : Promise.resolve()),
    end: stop,
    orStopped: wait => Promise.race([wait, whenStopped]),
    underway(check) {
      const from = monotonic()
      open.set(check, (open.get(check) ?? 0) + 1)
      return () => {
        const left = (open.get(check) ?? 1) - 1
        if (left > 0) open.set(check, left)
        else open.delete(check)
        return troubles.filter(trouble => trouble.to >= from)
      }
    },
  }
}
