// The engine that sends: joins lanes, courier, waker and books into what an emulator asks of it.
import type { Clock } from '../core/clock.js'
import type { Attempt, Delivery } from '../core/delivery.js'
import { EmulatorError } from '../core/errors.js'
import type { Journal } from '../core/journal.js'
import type { Ledger } from '../core/ledger.js'
import type { Mutate } from '../core/mutation.js'
import type { Prepare, Prepared } from '../core/prepared.js'
import type { RetryPlan } from '../core/retry.js'
import { createAttempts } from './attempt.js'
import { createBooks } from './books.js'
import { createCourier } from './courier.js'
import { createHands } from './hands.js'
import { createLanes } from './lanes.js'
import { createResends } from './resend.js'
import { createRetryingWrite, type ReportError } from './retrying-write.js'
import type { Transport } from './transport.js'
import { createWaker } from './waker.js'

export interface DeliveryEngineOptions {
  ledger: Ledger
  clock: Clock
  journal: Pick<Journal, 'record'>
  transport: Transport
  prepare: Prepare
  /** What signatures are stamped with, ms: wall time or the emulator's. */
  stamp: () => number
  /** Hears what should not happen (the ledger fails to write, a provider fails to prepare). The delivery stays owed. */
  reportError: ReportError
  /** Faults: changes attempts. */
  mutate?: Mutate | undefined
  /** Told after the commit. `wish` is what the plan wants done with the subscription. */
  onExhausted?: ((delivery: Delivery, wish: NonNullable<RetryPlan['onExhausted']>) => void) | undefined
}

/** Sends what the ledger owes. It can be started again after a stop. */
export interface DeliveryEngine {
  /** Takes up what an earlier owner left, and sends from now on. Answers how many attempts it had cut. */
  start(): Promise<{ interrupted: number }>
  /** Something may be due now. With the subscriptions named, only their lanes look; without, the ledger is asked whose. */
  poke(subscriptionIds?: readonly string[]): void
  /**
   * One more attempt now, by hand, beside the schedule: accepted, it delivers; refused, it leaves the delivery as it was. `replay`
   * sends the first attempt's message again byte for byte. Throws `not_found`, or `conflict` when it cannot be made.
   */
  attemptNow(deliveryId: string, options: { cause: 'resend' | 'replay' }): Promise<Attempt>
  /** One attempt that nothing is remembered of; its delivery id is empty. */
  sendOnce(prepared: Prepared): Promise<Attempt>
  /** Cancels a delivery that is owed, after an attempt in flight has ended. Throws `not_found`, or `conflict` when it is settled. */
  cancel(deliveryId: string): Promise<Delivery>
  /** Resolves when nothing is in flight and nothing is due at the clock's now; at once when the engine is not running. */
  rest(): Promise<void>
  /** Deliveries in hand. */
  inFlight(): number
  /** Takes no more, lets attempts in flight end for at most so many real ms, cuts the rest as interrupted. All stay owed. */
  stop(graceMs: number): Promise<void>
}

/** After a failure nobody expected the ledger is asked again, emulator ms. */
const LOOK_AGAIN_MS = 5000

/** What was cut gets this long to be written down, real ms. */
const CUT_MS = 1000

/** An engine at rest; nothing happens before `start`. */
export function createDeliveryEngine(options: DeliveryEngineOptions): DeliveryEngine {
  const { ledger, clock, journal, transport, prepare, stamp, reportError, mutate, onExhausted } = options
  let running = false
  let stopped = false
  let looking = false
  let starting: Promise<{ interrupted: number }> | undefined
  let once = 0
  let waitingForQuiet: (() => void)[] = []

  const write = createRetryingWrite(ledger, clock, reportError)
  const books = createBooks(write, journal, clock)
  const attempt = createAttempts({ clock, transport, stamp, mutate })
  const plainAttempt = createAttempts({ clock, transport, stamp })
  const hands = createHands(stirred)
  const waker = createWaker(clock, look)
  const carry = createCourier({
    clock,
    prepare,
    attempt,
    books,
    reportError,
    waiting: until => {
      if (running) waker.by(until)
    },
    exhausted: (delivery, wish) => onExhausted?.(delivery, wish),
  })
  const lanes = createLanes({
    claim: books.claim,
    release: giveBack,
    changed: () => {
      arm()
      stirred()
    },
    failed: () => {
      if (running) waker.by(clock.now() + LOOK_AGAIN_MS)
      stirred()
    },
    carry: (claimed, told) =>
      hands.hold(claimed.id, async (hand, waited) => {
        const delivery = waited ? ledger.delivery(claimed.id) : claimed
        if (delivery?.status !== 'attempting') return
        await carry(delivery, { ...told, mayGoOn: () => running && !hand.wanted })
      }),
  })
  const resends = createResends({ ledger, clock, prepare, attempt, books, hands, withdraw: lanes.withdraw, giveBack })

  /** A failure to give back was reported; the rows are taken up at the next start. */
  function giveBack(ids: readonly string[]): void {
    if (ids.length > 0) books.release(ids).then(look, stirred)
  }

  /** Asks the ledger whose deliveries are due; once a turn, however often it is asked for. */
  function look(): void {
    if (!running) stirred()
    if (looking || !running) return
    looking = true
    setImmediate(() => {
      looking = false
      if (running) lookNow()
      stirred()
    })
  }

  function lookNow(): void {
    try {
      for (const id of ledger.dueSubscriptions(clock.now())) lanes.pull(id)
      arm()
    } catch (error) {
      reportError(error, 'asking the ledger what is due')
      waker.by(clock.now() + LOOK_AGAIN_MS)
    }
  }

  function arm(): void {
    if (!running) return
    const next = ledger.nextDelivery(lanes.selfDriven())
    if (next !== undefined) waker.by(next)
  }

  const quiet = () => !looking && once === 0 && hands.held() === 0 && lanes.idle()

  /** Something ended: whoever waits for quiet may have it now. */
  function stirred(): void {
    if (waitingForQuiet.length === 0 || !quiet()) return
    const told = waitingForQuiet
    waitingForQuiet = []
    for (const tell of told) tell()
  }

  function untilQuiet(): Promise<void> {
    return quiet() ? Promise.resolve() : new Promise(resolve => void waitingForQuiet.push(resolve))
  }

  /** Resolves true when it became quiet within so many real ms. */
  function quietWithin(ms: number): Promise<boolean> {
    return new Promise(resolve => {
      const callOff = clock.alarm(ms, () => resolve(false))
      void untilQuiet().then(() => {
        callOff()
        resolve(true)
      })
    })
  }

  async function begin(): Promise<{ interrupted: number }> {
    write.resume()
    const interrupted = await write('recovering', rows => rows.recover(clock.now()))
    running = true
    stopped = false
    lanes.resume()
    look()
    return { interrupted }
  }

  return {
    start() {
      starting ??= begin().catch(error => {
        starting = undefined
        throw error
      })
      return starting
    },
    poke(subscriptionIds) {
      if (subscriptionIds === undefined) look()
      else if (running) for (const id of subscriptionIds) lanes.pull(id)
    },
    async attemptNow(deliveryId, { cause }) {
      refuseWhenStopped()
      return resends.attemptNow(deliveryId, cause)
    },
    async sendOnce(prepared) {
      refuseWhenStopped()
      once++
      try {
        return await sentOnce(prepared)
      } finally {
        once--
        stirred()
      }
    },
    cancel: deliveryId => resends.cancel(deliveryId),
    async rest() {
      for (;;) {
        await ledger.settled()
        await untilQuiet()
        if (!running) return
        const next = ledger.nextDelivery()
        if (next === undefined || next > clock.now()) return
        look()
      }
    },
    inFlight: () => hands.held() + once,
    async stop(graceMs) {
      await starting?.catch(() => {})
      running = false
      stopped = true
      waker.stop()
      giveBack(lanes.stop())
      if (!(await quietWithin(graceMs))) {
        transport.interrupt()
        await quietWithin(CUT_MS)
      }
      write.halt()
      await ledger.settled()
      starting = undefined
    },
  }

  function refuseWhenStopped(): void {
    if (stopped) throw new EmulatorError('Nothing more is sent: the emulator has stopped.', { code: 'conflict' })
  }

  async function sentOnce(prepared: Prepared): Promise<Attempt> {
    const at = clock.now()
    const delivery: Delivery = {
      id: '',
      eventId: '',
      subscriptionId: '',
      provider: '',
      channel: '',
      type: '',
      status: 'attempting',
      attempts: 0,
      counted: 0,
      dueAt: at,
      dueReason: 'sent once',
      body: prepared.body,
      createdAt: at,
      settledAt: null,
    }
    const nowhere = { started: async () => {}, ended: async () => {} }
    const ended = await plainAttempt({ delivery, prepared, number: 1, cause: 'scheduled' }, nowhere)
    if ('attempt' in ended) return ended.attempt
    throw new EmulatorError('The attempt was put off.', { code: 'conflict' })
  }
}
