// What can be done with a delivery by hand; why something cannot be done stands beside it, and so does an error.
import type { Attempt } from '../../api/attempt.js'
import type { DeliveryLife } from '../../api/delivery-life.js'
import { setQuery } from '../address.js'
import { segment, send } from '../api.js'
import { ErrorNote } from '../components/error-note.js'
import { useAction } from '../components/use-action.js'
import { useKeys } from '../keys.js'
import { now } from '../state/clock.js'

/** Buttons of a delivery; `onDone` is called when one has had its effect. */
export function DeliveryActions({ life, onDone }: { life: DeliveryLife; onDone: () => void }) {
  const { isBusy, error, run } = useAction()
  const { resend, replay, cancel } = life.actions
  const path = `/deliveries/${segment(life.id)}`
  const attempt = (original: boolean) =>
    run(async () => {
      const { number } = await send<Attempt>('POST', `${path}/resend`, original ? { original } : {})
      setQuery({ attempt: String(number) })
      onDone()
    })
  useKeys({
    r: {
      label: 'Resend',
      run: () => {
        if (resend === null) attempt(false)
      },
    },
  })
  const reasons = [...new Set([resend, replay, cancel])].filter(reason => reason !== null)
  const { next } = life
  return (
    <section class="stack" aria-label="Actions">
      <div class="row">
        <button type="button" class="primary" disabled={isBusy || resend !== null} onClick={() => attempt(false)}>
          Resend
        </button>
        <button
          type="button"
          disabled={isBusy || replay !== null}
          title="Sends the first attempt's bytes and signature again"
          onClick={() => attempt(true)}
        >
          Replay the original
        </button>
        <button
          type="button"
          class="danger"
          disabled={isBusy || cancel !== null}
          onClick={() =>
            run(async () => {
              await send('POST', `${path}/cancel`)
              onDone()
            })
          }
        >
          Cancel
        </button>
        {life.clock === 'manual' && next && (
          <button
            type="button"
            disabled={isBusy}
            onClick={() =>
              run(async () => {
                await send('POST', '/clock/advance', { by: Math.max(0, Date.parse(next.dueAt) - now.peek()) })
                onDone()
              })
            }
          >
            Move the clock to attempt {next.number}
          </button>
        )}
        {isBusy && <span role="status">Under way …</span>}
      </div>
      {reasons.length > 0 && <p class="quiet-text">{reasons.join(' ')}</p>}
      <ErrorNote error={error} />
    </section>
  )
}
