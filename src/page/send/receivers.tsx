// Which subscriptions an event is sent to: those that ask for it, or those that are chosen.
import type { Subscription } from '../../api/subscription.js'
import { hrefOf } from '../address.js'
import { PlainText } from '../components/plain-text.js'

/** A checkbox for each subscription; none is checked: all that ask for the type. */
export function Receivers({
  subscriptions,
  only,
  onOnly,
}: {
  subscriptions: readonly Subscription[]
  only: readonly string[]
  onOnly: (only: string[]) => void
}) {
  if (subscriptions.length === 0)
    return (
      <p>
        Nobody is subscribed: the event is stored, and sent to nobody.{' '}
        <a href={hrefOf('subscriptions')}>Make a subscription</a>.
      </p>
    )
  return (
    <fieldset class="nested stack">
      <legend>Only to (none checked: to all that ask for the type)</legend>
      {subscriptions.map(({ id, url, active }) => (
        <label key={id} class="inline">
          <input
            type="checkbox"
            checked={only.includes(id)}
            onChange={event => onOnly(event.currentTarget.checked ? [...only, id] : only.filter(other => other !== id))}
          />
          <span>
            {id} <PlainText text={url} /> {!active && '(inactive)'}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
