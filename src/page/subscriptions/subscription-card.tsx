// One subscription as a dashboard shows it: where to, what for, whether it is active; changed, rotated, tried and deleted from here.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Provider } from '../../api/provider.js'
import type { RotatedSecret, Subscription, TestCall } from '../../api/subscription.js'
import { hrefOf } from '../address.js'
import { segment, send } from '../api.js'
import { Badge } from '../components/badge.js'
import { Dialog } from '../components/dialog.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import { Time } from '../components/time.js'
import { useAction } from '../components/use-action.js'
import { readProvider } from '../state/catalog.js'
import { now } from '../state/clock.js'
import { SubscriptionForm } from './subscription-form.js'
import { TestAnswer } from './test-answer.js'

function Edit({ subscription, onClose }: { subscription: Subscription; onClose: () => void }) {
  const provider = useSignal<Provider | undefined>(undefined)
  const failure = useSignal<unknown>(undefined)
  useEffect(() => {
    readProvider(subscription.provider).then(
      read => {
        provider.value = read
      },
      (error: unknown) => {
        failure.value = error
      },
    )
  }, [])
  return (
    <Dialog title={`Change ${subscription.id}`} onClose={onClose}>
      <ErrorNote error={failure.value} />
      {provider.value && (
        <SubscriptionForm
          provider={provider.value}
          channelName={subscription.channel}
          subscription={subscription}
          onDone={onClose}
        />
      )}
    </Dialog>
  )
}

/** A subscription; `onSecret` is called with a secret that is shown this once. */
export function SubscriptionCard({
  subscription,
  settings,
  hasTestCall,
  onSecret,
}: {
  subscription: Subscription
  settings: readonly { title: string; value: string }[]
  /** Its provider sends a test event on request. */
  hasTestCall: boolean
  onSecret: (rotated: { id: string; secret: string; oldValidUntil: string | null }) => void
}) {
  const { id, provider, channel, url, eventTypes, active, secret, previousSecretUntil, account } = subscription
  const open = useSignal<'change' | 'rotate' | 'delete' | undefined>(undefined)
  const tested = useSignal<TestCall | undefined>(undefined)
  const { isBusy, error, run } = useAction()
  const path = `/subscriptions/${segment(id)}`
  const close = () => {
    open.value = undefined
  }
  return (
    <article class="panel stack" aria-label={`Subscription ${id}`}>
      <div class="row spread">
        <h3>
          {id} <PlainText text={url} />
        </h3>
        {active ? <Badge tone="good">active</Badge> : <Badge tone="neutral">inactive</Badge>}
      </div>
      <dl class="facts">
        <div>
          <dt>Channel</dt>
          <dd>
            {provider} <span class="quiet-text">{channel}</span>
          </dd>
        </div>
        <div>
          <dt>Event types</dt>
          <dd>{eventTypes.includes('*') ? 'all' : <PlainText text={eventTypes.join(', ') || 'none'} />}</dd>
        </div>
        <div>
          <dt>Secret</dt>
          <dd>
            {secret === null ? 'none' : 'set; it was shown when it was made'}
            {previousSecretUntil !== null && (
              <>
                , the old one until <Time at={previousSecretUntil} today={now.value} />
              </>
            )}
          </dd>
        </div>
        {account !== null && (
          <div>
            <dt>Account</dt>
            <dd>
              <PlainText text={account} />
            </dd>
          </div>
        )}
        {settings.map(({ title, value }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              <PlainText text={value.slice(0, 200)} />
            </dd>
          </div>
        ))}
      </dl>
      <div class="row">
        <button
          type="button"
          onClick={() => {
            open.value = 'change'
          }}
        >
          Change
        </button>
        <button type="button" disabled={isBusy} onClick={() => run(() => send('PATCH', path, { active: !active }))}>
          {active ? 'Deactivate' : 'Activate'}
        </button>
        {secret !== null && (
          <button
            type="button"
            onClick={() => {
              open.value = 'rotate'
            }}
          >
            Rotate the secret
          </button>
        )}
        {hasTestCall && (
          <button
            type="button"
            disabled={isBusy}
            onClick={() =>
              run(async () => {
                tested.value = undefined
                tested.value = await send<TestCall>('POST', `${path}/test`)
              })
            }
          >
            Test call
          </button>
        )}
        <a href={hrefOf('send', { query: { provider, channel, only: id } })}>Send an event to it</a>
        <a href={hrefOf('inbox', { query: { subscription: id } })}>Its deliveries</a>
        <button
          type="button"
          class="danger"
          onClick={() => {
            open.value = 'delete'
          }}
        >
          Delete
        </button>
      </div>
      {open.value === undefined && <ErrorNote error={error} />}
      {tested.value && <TestAnswer call={tested.value} />}
      {open.value === 'change' && <Edit subscription={subscription} onClose={close} />}
      {open.value === 'rotate' && (
        <Dialog title={`Rotate the secret of ${id}?`} onClose={close}>
          <p>
            What is sent from now on is signed with a new secret. <PlainText text={url} /> must know it. Subscriptions
            that share the secret get the new one too.
          </p>
          <ErrorNote error={error} />
          <div class="row">
            <button
              type="button"
              class="danger"
              disabled={isBusy}
              onClick={event => {
                const dialog = event.currentTarget.closest('dialog')
                run(async () => {
                  const rotated = await send<RotatedSecret>('POST', `${path}/rotate-secret`, {})
                  // Closed by the browser, at once: the next dialog gives the focus back to the button that opened this one.
                  dialog?.close()
                  if (rotated.secret !== null)
                    onSecret({ id, secret: rotated.secret, oldValidUntil: rotated.oldValidUntil })
                })
              }}
            >
              Rotate it
            </button>
            <button type="button" onClick={close}>
              Keep it
            </button>
          </div>
        </Dialog>
      )}
      {open.value === 'delete' && (
        <Dialog title={`Delete ${id}?`} onClose={close}>
          <p>
            <PlainText text={url} /> gets nothing more, and what it is still owed is cancelled.
          </p>
          <ErrorNote error={error} />
          <div class="row">
            <button type="button" class="danger" disabled={isBusy} onClick={() => run(() => send('DELETE', path))}>
              Delete {id}
            </button>
            <button type="button" onClick={close}>
              Keep it
            </button>
          </div>
        </Dialog>
      )}
    </article>
  )
}
