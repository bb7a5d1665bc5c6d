// The emulator's clock: what time it is, what is due next, and on a manual clock the ways to move it.
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { Clock as ClockReading, Counts } from '../../api/clock.js'
import { hrefOf } from '../address.js'
import { get, send } from '../api.js'
import { Countdown } from '../components/countdown.js'
import { ErrorNote } from '../components/error-note.js'
import { Time } from '../components/time.js'
import { useAction } from '../components/use-action.js'
import { Field } from '../form/field.js'
import { messagesAt, placedProblems } from '../form/problems.js'
import { now } from '../state/clock.js'
import { liveOf } from '../state/live.js'

/** Durations that have a button. */
const STEPS = ['1m', '10m', '1h', '1d'] as const

/** The clock with what is due next, which every delivery may change. */
const liveClock = () =>
  liveOf<ClockReading>(
    abort => get('/clock', {}, abort),
    ({ kind }) =>
      ['event.triggered', 'attempt.started', 'attempt.completed', 'delivery.settled', 'clock.moved'].includes(kind) ||
      kind === 'subject.moved',
  )

function CountsNote({ counts }: { counts: Counts }) {
  const { delivered, waiting, exhausted, cancelled, attempts } = counts
  return (
    <p role="status">
      At rest at <Time at={counts.now} today={now.value} />: {attempts} {attempts === 1 ? 'attempt' : 'attempts'} in
      all; {delivered} delivered, {waiting} waiting, {exhausted} exhausted, {cancelled} cancelled.
    </p>
  )
}

/** Buttons and a field that move a manual clock. */
function Moves({ nextDue, onMoved }: { nextDue: string | null; onMoved: () => void }) {
  const by = useSignal('1m')
  const counts = useSignal<Counts | undefined>(undefined)
  const { isBusy, error, run } = useAction()
  const move = (path: string, body: () => unknown) =>
    run(async () => {
      counts.value = undefined
      counts.value = await send<Counts>('POST', path, body())
      onMoved()
    })
  const advance = (duration: string) => move('/clock/advance', () => ({ by: duration }))
  const toNext = () =>
    run(async () => {
      counts.value = undefined
      // The clock may have been moved, or something delivered, since it was shown.
      const { now, nextDue } = await get<ClockReading>('/clock')
      const ms = nextDue === null ? 0 : Math.max(0, Date.parse(nextDue) - Date.parse(now))
      counts.value = await send<Counts>('POST', '/clock/advance', { by: ms })
      onMoved()
    })
  const messages = messagesAt(placedProblems(error), 'by')
  return (
    <section class="panel stack" aria-labelledby="clock-moves">
      <h2 id="clock-moves">Move it</h2>
      <form
        class="row top-aligned"
        onSubmit={event => {
          event.preventDefault()
          advance(by.value.trim())
        }}
      >
        <Field label="Advance by" help="A duration such as 90s, 5m, 2h, 1d, or milliseconds." messages={messages}>
          {props => (
            <input
              {...props}
              value={by.value}
              required
              autocomplete="off"
              onInput={event => {
                by.value = event.currentTarget.value
              }}
            />
          )}
        </Field>
        <button type="submit" class="primary under-label" disabled={isBusy}>
          Advance
        </button>
      </form>
      <div class="row">
        {STEPS.map(step => (
          <button key={step} type="button" disabled={isBusy} onClick={() => advance(step)}>
            + {step}
          </button>
        ))}
        <button type="button" disabled={isBusy || nextDue === null} onClick={toNext}>
          To the next due
        </button>
        <button type="button" disabled={isBusy || nextDue === null} onClick={() => move('/clock/drain', () => ({}))}>
          To the end
        </button>
        {isBusy && <span role="status">Moving …</span>}
      </div>
      <p class="quiet-text">
        The clock stops at every due delivery and timer on the way. To the end: until nothing is due any more.
      </p>
      {messages.length === 0 && <ErrorNote error={error} />}
      {counts.value && <CountsNote counts={counts.value} />}
    </section>
  )
}

/** The view of the clock. */
export default function Clock() {
  const { value, failure, follow, again } = useMemo(liveClock, [])
  useEffect(follow, [follow])
  const clock = value.value
  if (clock === undefined) return <ErrorNote error={failure.value} />
  return (
    <div class="stack">
      <ErrorNote error={failure.value} />
      <dl class="facts">
        <div>
          <dt>Now</dt>
          <dd>
            <Time at={new Date(now.value).toISOString()} />
          </dd>
        </div>
        <div>
          <dt>Kind</dt>
          <dd>{clock.kind}</dd>
        </div>
        <div>
          <dt>Speed</dt>
          <dd>{clock.kind === 'manual' ? 'moves by request only' : `${clock.speed} × real time`}</dd>
        </div>
        <div>
          <dt>Next due</dt>
          <dd>
            {clock.nextDue === null ? (
              'nothing'
            ) : (
              <>
                <Time at={clock.nextDue} today={now.value} /> <Countdown at={clock.nextDue} />
              </>
            )}
          </dd>
        </div>
      </dl>
      {clock.kind === 'manual' ? (
        <Moves nextDue={clock.nextDue} onMoved={again} />
      ) : (
        <section class="panel stack" aria-labelledby="clock-moves">
          <h2 id="clock-moves">It cannot be moved</h2>
          <p>
            This clock runs by itself, so there are no buttons to move it. Start the server with{' '}
            <code>standin serve --clock manual</code>, or use a space that was made with{' '}
            <code>{'{"clock":"manual"}'}</code>.
          </p>
        </section>
      )}
      <p>
        What is owed now: <a href={hrefOf('inbox', { query: { status: 'waiting' } })}>deliveries that wait</a>.
      </p>
    </div>
  )
}
