// The engine that sends: joins lanes, courier, waker and recorder into what an emulator asks of it.
import type { Clock } from '../core/clock.js'
import type { Attempt, Delivery } from '../core/delivery.js'
import { EmulatorError } from '../core/errors.js'
import type { EventToSend } from '../core/event.js'
import type { Journal } from '../core/journal.js'
import type { Ledger } from '../core/ledger.js'
import type { Mutate } from '../core/mutation.js'
import type { Prepare, Prepared } from '../core/prepared.js'
import type { RetryPlan } from '../core/retry.js'
import { createAttempts, unrecordedDelivery } from './attempt.js'
import { createCourier } from './courier.js'
import { createLanes, type LaneCallbacks } from './lanes.js'
import { createLocks } from './locks.js'
import { createRecorder } from './recorder.js'
import { createResends } from './resend.js'
import { createRetryingWrite, type ReportError } from './retrying-write.js'
import { type Transport, unsent } from './transport.js'
import { createWaker } from './waker.js'

/** What an engine depends on. */
export interface DeliveryEngineOptions {
  ledger: Ledger
  clock: Clock
  journal: Pick<Journal, 'record'>
  transport: Transport
  prepare: Prepare
  /** The timestamp for signatures, ms: wall time or the emulator's. */
  signatureTime: () => number
  /** Called when the ledger fails to write or a provider fails to prepare. The delivery stays owed. */
  reportError: ReportError
  /** Faults: changes attempts. */
  mutate?: Mutate | undefined
  /** Called after the commit; `action` is what the retry plan does with the subscription. */
  onExhausted?: ((delivery: Delivery, action: NonNullable<RetryPlan['onExhausted']>) => void) | undefined
}

/** Sends what the ledger owes. It can be started again after a stop. */
export interface DeliveryEngine {
  /** Resumes what an earlier owner of the ledger left, and sends from now on. Resolves with the number of interrupted attempts. */
  start(): Promise<{ interrupted: number }>
  /** Something may be due now, for the subscriptions named; without names the ledger is asked for which. */
  poke(subscriptionIds?: readonly string[]): void
  /**
   * Whether a delivery that is about to be stored, due now, is to be stored as `attempting`: it is then carried without a claim and
   * without being read back. After that either `stored` is called for it, or `giveBack`.
   */
  reserve(subscriptionId: string): boolean
  giveBack(subscriptionId: string): void
  /** A delivery that is due now is stored, with its event where it is `attempting`. */
  stored(delivery: Delivery, event: EventToSend | undefined): void
  /**
   * One more attempt now, beside the schedule. An accepted one delivers; any other leaves the delivery as it was. `replay` sends the
   * first attempt's message again byte for byte. Throws `not_found`, or `conflict` when it cannot be made.
   */
  attemptNow(deliveryId: string, options: { cause: 'resend' | 'replay' }): Promise<Attempt>
  /** One attempt that is not recorded; its delivery id is empty. `started` is called when it is about to leave. */
  sendOnce(prepared: Prepared, started?: () => void): Promise<Attempt>
  /** Cancels an owed delivery, once its attempt in flight has ended. Throws `not_found`, or `conflict` when it is settled. */
  cancel(deliveryId: string): Promise<Delivery>
  /** Resolves when nothing is in flight and nothing is due at the clock's now; at once when the engine is not running. */
  rest(): Promise<void>
  /** Starts no more attempts, waits at most `graceMs` (real) for those in flight and interrupts the rest. Nothing owed is lost. */
  stop(graceMs: number): Promise<void>
}

/** How long after a failure the ledger is asked again what is due, emulator ms. */
const CHECK_AGAIN_MS = 5000

/** Before every instant. */
const NEVER = Number.MIN_SAFE_INTEGER

/** Of how many deliveries nobody knows. */
const UNKNOWN = Number.POSITIVE_INFINITY

/** How long interrupted attempts may take to be recorded, real ms. */
const INTERRUPTED_MS = 1000

const NOT_SENT = unsent({ kind: 'interrupted', detail: 'Standin stopped; nothing was sent.' })

/** An engine that is not running; nothing happens before `start`. */
export function createDeliveryEngine(options: DeliveryEngineOptions): DeliveryEngine {
  const { ledger, clock, journal, transport, prepare, signatureTime, reportError, mutate, onExhausted } = options
  let running = false
  let stopped = false
  let cut = false
  let checking = false
  /** Every waiting delivery that is due by then, emulator ms, is in a lane that will claim it. */
  let checkedUpTo = NEVER
  let starting: Promise<{ interrupted: number }> | undefined
  let sendingOnce = 0
  let idleWaiters: (() => void)[] = []

  const write = createRetryingWrite(ledger, clock, reportError)
  const recorder = createRecorder(write, journal, clock)
  /** An attempt that was begun before the stop, and would be sent after the interruption, is not. */
  const send: Transport['send'] = (message, how) => (cut ? Promise.resolve(NOT_SENT) : transport.send(message, how))
  const attempt = createAttempts({ clock, transport: { send }, signatureTime, mutate })
  const plainAttempt = createAttempts({ clock, transport: { send }, signatureTime })
  const locks = createLocks(notifyIdle)
  const waker = createWaker(clock, checkSoon)
  const parts = { clock, prepare, attempt, recorder }
  const carry = createCourier({
    ...parts,
    reportError,
    mayStart: () => running,
    waiting: until => {
      checkedUpTo = Math.min(checkedUpTo, until - 1)
      if (running) waker.wakeBy(until)
    },
    exhausted: (delivery, action) => onExhausted?.(delivery, action),
  })
  const lanes = createLanes({
    claim: recorder.claim,
    release,
    claimedAll: () => askLedger(armWaker),
    idle: notifyIdle,
    failed: () => {
      checkedUpTo = NEVER
      if (running) waker.wakeBy(clock.now() + CHECK_AGAIN_MS)
      notifyIdle()
    },
    carry: (claimed, lane) =>
      locks.hold(claimed.delivery.id, (lock, waited) => {
        const mayContinue = () => running && !lock.contended
        return waited ? carryAgain(claimed.delivery.id, lane, mayContinue) : carry(claimed, lane, mayContinue)
      }),
  })
  const resends = createResends({ ...parts, ledger, locks, refuseWhenStopped, withdraw: lanes.withdraw, release })

  /** Carries a delivery that somebody else held when it was to be carried. */
  async function carryAgain(id: string, lane: LaneCallbacks, mayContinue: () => boolean): Promise<void> {
    try {
      const delivery = ledger.delivery(id)
      if (delivery?.status === 'attempting') await carry({ delivery, event: undefined }, lane, mayContinue)
    } catch (error) {
      reportError(error, `carrying delivery ${id}`)
    }
  }

  /** A failure to release was reported; the deliveries are resumed at the next start. */
  function release(ids: readonly string[]): void {
    if (ids.length > 0) recorder.release(ids).then(checkDue, notifyIdle)
  }

  /** Asks the ledger which subscriptions have something due, whatever it was asked before. */
  function checkDue(): void {
    checkedUpTo = NEVER
    checkSoon()
  }

  /** Asks the ledger for which subscriptions something has become due; once a turn, however often it is called. */
  function checkSoon(): void {
    if (!running) notifyIdle()
    if (checking || !running) return
    checking = true
    setImmediate(() => {
      checking = false
      if (running) askLedger(checkNow)
      notifyIdle()
    })
  }

  function checkNow(): void {
    const now = clock.now()
    for (const id of ledger.dueSubscriptions(now, checkedUpTo)) lanes.pull(id, UNKNOWN)
    checkedUpTo = now
    armWaker()
  }

  /** A check that is about to be made does it too. */
  function armWaker(): void {
    if (!running || checking) return
    const next = ledger.nextDelivery(checkedUpTo)
    if (next !== undefined) waker.wakeBy(next)
  }

  /** Reads from the ledger; when that fails it is reported, and the ledger is asked again later. */
  function askLedger(ask: () => void): void {
    try {
      ask()
    } catch (error) {
      reportError(error, 'asking the ledger what is due')
      waker.wakeBy(clock.now() + CHECK_AGAIN_MS)
    }
  }

  const isIdle = () => !checking && sendingOnce === 0 && locks.held() === 0 && lanes.isIdle()

  /** Something ended: the engine may be idle now. */
  function notifyIdle(): void {
    if (idleWaiters.length === 0 || !isIdle()) return
    const waiters = idleWaiters
    idleWaiters = []
    for (const resolve of waiters) resolve()
  }

  function untilIdle(): Promise<void> {
    return isIdle() ? Promise.resolve() : new Promise(resolve => void idleWaiters.push(resolve))
  }

  /** Resolves with whether the engine became idle within so many real ms. */
  function isIdleWithin(ms: number): Promise<boolean> {
    return new Promise(resolve => {
      const cancelAlarm = clock.alarm(ms, () => resolve(false))
      void untilIdle().then(() => {
        cancelAlarm()
        resolve(true)
      })
    })
  }

  async function begin(): Promise<{ interrupted: number }> {
    write.resume()
    const interrupted = await write('recovering', rows => rows.recover(clock.now()))
    running = true
    stopped = false
    cut = false
    lanes.resume()
    checkDue()
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
      if (subscriptionIds === undefined) checkDue()
      else if (running) for (const id of subscriptionIds) lanes.pull(id, UNKNOWN)
    },
    // Not while others may be due that are in no lane yet.
    reserve: subscriptionId =>
      running && checkedUpTo > NEVER && !checking && !waker.wakesBy(clock.now()) && lanes.reserve(subscriptionId),
    giveBack: lanes.giveBack,
    stored(delivery, event) {
      if (delivery.status === 'attempting') lanes.handOver({ delivery, event })
      else if (running) lanes.pull(delivery.subscriptionId, 1)
    },
    async attemptNow(deliveryId, { cause }) {
      refuseWhenStopped()
      return resends.attemptNow(deliveryId, cause)
    },
    async sendOnce(prepared, started) {
      refuseWhenStopped()
      sendingOnce++
      try {
        return await attemptUnrecorded(prepared, started)
      } finally {
        sendingOnce--
        notifyIdle()
      }
    },
    cancel: deliveryId => resends.cancel(deliveryId),
    async rest() {
      for (;;) {
        await ledger.settled()
        await untilIdle()
        if (!running) return
        const next = ledger.nextDelivery()
        if (next === undefined || next > clock.now()) return
        checkDue()
      }
    },
    async stop(graceMs) {
      await starting?.catch(() => {})
      running = false
      stopped = true
      waker.stop()
      release(lanes.stop())
      if (!(await isIdleWithin(graceMs))) {
        cut = true
        transport.interrupt()
        await isIdleWithin(INTERRUPTED_MS)
      }
      write.halt()
      await ledger.settled()
      starting = undefined
    },
  }

  function refuseWhenStopped(): void {
    if (stopped) throw new EmulatorError('The emulator has stopped; nothing more is sent.', { code: 'conflict' })
  }

  async function attemptUnrecorded(prepared: Prepared, started = () => {}): Promise<Attempt> {
    const delivery = unrecordedDelivery(prepared.body, clock.now())
    const noLog = { started: async () => started(), ended: async () => {} }
    const result = await plainAttempt({ delivery, prepared, number: 1, cause: 'scheduled' }, noLog)
    if ('attempt' in result) return result.attempt
    throw new Error('Only a fault can postpone an attempt.')
  }
}
