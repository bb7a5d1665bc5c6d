// The life of a delivery in words, oldest first: what the timeline draws.
import { Fragment } from 'preact'
import type { AttemptInLife, DeliveryLife, DeliveryWait } from '../../api/delivery-life.js'
import { formatDuration } from '../../core/duration.js'
import { hrefOf, setQuery } from '../address.js'
import { Badge } from '../components/badge.js'
import { Countdown } from '../components/countdown.js'
import { OutcomeBadge } from '../components/outcome.js'
import { PlainText } from '../components/plain-text.js'
import { tookText } from '../components/sizes.js'
import { Time } from '../components/time.js'
import { useKeys } from '../keys.js'

const CAUSES: Readonly<Record<DeliveryWait['cause'], string>> = {
  first: 'for the first attempt',
  schedule: 'by the retry schedule',
  fault: 'held back by a fault',
  queue: 'for its turn',
  restart: 'after a restart',
  failure: 'after an error on this side',
}

const BY_HAND: Readonly<Record<AttemptInLife['cause'], string>> = {
  scheduled: '',
  resend: ', resent by hand',
  replay: ', the first request replayed by hand',
}

/** What an attempt met besides its outcome. */
function AttemptNotes({ attempt }: { attempt: AttemptInLife }) {
  const { firedFaults, retryAfter, outcome } = attempt
  return (
    <>
      {firedFaults.map(({ name, about }) => (
        <p key={name}>
          <Badge tone="waiting">{`fault ${name}`}</Badge> {about}
        </p>
      ))}
      {outcome?.detail && (
        <p>
          <PlainText text={outcome.detail} />
        </p>
      )}
      {retryAfter !== null && (
        <p>
          The response asked for Retry-After: <PlainText text={retryAfter} />. The setting retryAfterUpTo says how far
          the schedule follows it.
        </p>
      )}
      {!attempt.counted && outcome !== null && attempt.cause === 'scheduled' && <p>The schedule does not count it.</p>}
    </>
  )
}

function WaitRow({ wait, isOpen }: { wait: DeliveryWait; isOpen: boolean }) {
  const length = Date.parse(wait.to) - Date.parse(wait.from)
  return (
    <li class="life-wait">
      <span class={`wait-sample ${wait.cause}`} aria-hidden="true" />
      <span>
        {isOpen ? 'Waits' : 'Waited'} {formatDuration(length)} {CAUSES[wait.cause]}: <PlainText text={wait.reason} />
      </span>
    </li>
  )
}

/**
 * Everything that happened, and what comes next; `selected` is the number of the attempt that is shown below. `leftOut` attempts
 * before those of `life` are not listed until `onAll` is called.
 */
export function LifeList({
  life,
  selected,
  leftOut,
  onAll,
}: {
  life: DeliveryLife
  selected: number | undefined
  leftOut: number
  onAll: () => void
}) {
  const today = Date.parse(life.now)
  const step = (by: number) => {
    const at = life.attempts.findIndex(({ number }) => number === selected)
    const other = life.attempts[at + by]
    if (other) setQuery({ attempt: String(other.number) })
  }
  useKeys({
    j: { label: 'Next attempt', run: () => step(1) },
    k: { label: 'Previous attempt', run: () => step(-1) },
  })
  return (
    <ol class="life">
      {leftOut === 0 ? (
        <li>
          <Time at={life.createdAt} today={today} /> The event happened.
        </li>
      ) : (
        <li>
          {leftOut} earlier {leftOut === 1 ? 'attempt is' : 'attempts are'} not shown.{' '}
          <button type="button" onClick={onAll}>
            Show all
          </button>
        </li>
      )}
      {life.attempts.map(attempt => (
        <Fragment key={attempt.number}>
          {life.waits
            .filter(({ before }) => before === attempt.number)
            .map(wait => (
              <WaitRow key={`${wait.before} ${wait.cause}`} wait={wait} isOpen={false} />
            ))}
          <li>
            <Time at={attempt.startedAt} today={today} />{' '}
            <a
              href={hrefOf('deliveries', { ids: [life.id], query: { attempt: String(attempt.number) } })}
              aria-current={attempt.number === selected ? 'true' : undefined}
            >
              Attempt {attempt.number}
            </a>
            {BY_HAND[attempt.cause]} <OutcomeBadge attempt={attempt} />{' '}
            {attempt.durationMs !== null && <span class="quiet-text">in {tookText(attempt.durationMs)}</span>}
            <AttemptNotes attempt={attempt} />
          </li>
        </Fragment>
      ))}
      {life.next && (
        <>
          {life.waits
            .filter(({ before }) => before === life.next?.number)
            .map(wait => (
              <WaitRow key={`${wait.before} ${wait.cause}`} wait={wait} isOpen />
            ))}
          <li>
            <Time at={life.next.dueAt} today={today} /> Attempt {life.next.number} is next,{' '}
            <Countdown at={life.next.dueAt} />.
          </li>
        </>
      )}
      {life.settledAt !== null && (
        <li>
          <Time at={life.settledAt} today={today} />{' '}
          {life.status === 'delivered' ? 'Delivered.' : `It is ${life.status}`}
          {life.status !== 'delivered' && (life.dueReason ? <>: {<PlainText text={life.dueReason} />}</> : '.')}
        </li>
      )}
    </ol>
  )
}
