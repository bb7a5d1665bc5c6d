// Subscriptions as the providers' dashboards have them: made, changed, rotated, deactivated and deleted.
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { Provider, ProviderSummary } from '../../api/provider.js'
import type { Subscription } from '../../api/subscription.js'
import { hrefOf } from '../address.js'
import { Dialog } from '../components/dialog.js'
import { Empty } from '../components/empty.js'
import { ErrorNote } from '../components/error-note.js'
import { Secret } from '../components/secret.js'
import { Time } from '../components/time.js'
import { Field } from '../form/field.js'
import { liveProviders, liveSubscriptions, readProvider } from '../state/catalog.js'
import { ProviderSubscriptions } from '../subscriptions/provider-subscriptions.js'
import { SubscriptionForm } from '../subscriptions/subscription-form.js'

/** A secret that was just made. */
interface NewSecret {
  id: string
  secret: string
  oldValidUntil: string | null
}

/** Chooses a provider and channel, then shows their form. */
function Create({
  providers,
  onDone,
}: {
  providers: readonly ProviderSummary[]
  onDone: (made: Subscription) => void
}) {
  const channels = providers.flatMap(({ name, title, channels }) =>
    channels.map(channel => ({
      key: `${name} ${channel.name}`,
      provider: name,
      channel: channel.name,
      text: channels.length === 1 ? title : `${title}: ${channel.title}`,
    })),
  )
  const chosen = useSignal(channels[0]?.key ?? '')
  const provider = useSignal<Provider | undefined>(undefined)
  const failure = useSignal<unknown>(undefined)
  const channel = channels.find(({ key }) => key === chosen.value)
  useEffect(() => {
    if (channel === undefined) return
    readProvider(channel.provider).then(
      read => {
        provider.value = read
      },
      (error: unknown) => {
        failure.value = error
      },
    )
  }, [channel?.provider])
  return (
    <div class="stack">
      <Field label="Provider">
        {props => (
          <select
            {...props}
            value={chosen.value}
            onChange={event => {
              chosen.value = event.currentTarget.value
            }}
          >
            {channels.map(({ key, text }) => (
              <option key={key} value={key}>
                {text}
              </option>
            ))}
          </select>
        )}
      </Field>
      <ErrorNote error={failure.value} />
      {channel && provider.value?.name === channel.provider && (
        <SubscriptionForm
          key={channel.key}
          provider={provider.value}
          channelName={channel.channel}
          subscription={undefined}
          onDone={onDone}
        />
      )}
    </div>
  )
}

/** The view of the subscriptions. */
export default function Subscriptions() {
  const providers = useMemo(liveProviders, [])
  const subscriptions = useMemo(liveSubscriptions, [])
  useEffect(providers.follow, [])
  useEffect(subscriptions.follow, [])
  const isCreating = useSignal(false)
  const secret = useSignal<NewSecret | undefined>(undefined)
  const all = subscriptions.value.value
  const known = providers.value.value ?? []
  const closeCreate = () => {
    isCreating.value = false
  }
  const showSecret = (made: NewSecret) => {
    secret.value = made
  }
  return (
    <div class="stack">
      <ErrorNote error={providers.failure.value ?? subscriptions.failure.value} />
      <div class="row">
        <button
          type="button"
          class="primary"
          disabled={known.length === 0}
          onClick={() => {
            isCreating.value = true
          }}
        >
          New subscription
        </button>
        <a href={hrefOf('settings')}>Settings of the providers</a>
      </div>
      {all?.length === 0 && (
        <Empty title="No subscriptions">
          <p>A subscription says where a provider sends its events. Make one for your receiver.</p>
        </Empty>
      )}
      {known
        .map(provider => ({ provider, own: (all ?? []).filter(one => one.provider === provider.name) }))
        .filter(({ own }) => own.length > 0)
        .map(({ provider, own }) => (
          <ProviderSubscriptions key={provider.name} provider={provider} subscriptions={own} onSecret={showSecret} />
        ))}
      {isCreating.value && (
        <Dialog title="New subscription" onClose={closeCreate}>
          <Create
            providers={known}
            onDone={({ id, secret }) => {
              closeCreate()
              if (secret !== null) showSecret({ id, secret, oldValidUntil: null })
            }}
          />
        </Dialog>
      )}
      {secret.value && (
        <Dialog
          title={`The secret of ${secret.value.id}`}
          onClose={() => {
            secret.value = undefined
          }}
        >
          <p>Copy it now: it is not shown again.</p>
          <Secret value={secret.value.secret} label={`the secret of ${secret.value.id}`} />
          {secret.value.oldValidUntil !== null && (
            <p>
              Requests are signed with the old one too until <Time at={secret.value.oldValidUntil} />.
            </p>
          )}
        </Dialog>
      )}
    </div>
  )
}
