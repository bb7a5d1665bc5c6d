// The form that makes an event happen: any type of any provider, its variant, subject, account and receivers, and its payload.
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { Event } from '../../api/event.js'
import type { Page } from '../../api/page.js'
import type { Provider, ProviderSummary } from '../../api/provider.js'
import type { Subject } from '../../api/subject.js'
import type { JsonObject } from '../../core/json.js'
import { setQuery } from '../address.js'
import { get, segment } from '../api.js'
import { ErrorNote } from '../components/error-note.js'
import { Field } from '../form/field.js'
import { PayloadForm } from '../send/payload-form.js'
import { Receivers } from '../send/receivers.js'
import { liveProviders, liveSubscriptions, readProvider } from '../state/catalog.js'
import { liveOf } from '../state/live.js'
import type { ViewProps } from '../view.js'

/** A type with where it is from; its key is its place in the select. */
interface Choice {
  key: string
  provider: string
  channel: string
  type: string
  title: string
}

const choicesOf = (providers: readonly ProviderSummary[]): Choice[] =>
  providers.flatMap(({ name: provider, channels }) =>
    channels.flatMap(({ name: channel, eventTypes }) =>
      eventTypes.map(({ name: type, title }) => ({
        key: `${provider} ${channel} ${type}`,
        provider,
        channel,
        type,
        title,
      })),
    ),
  )

/** What is read of the chosen type. */
interface Chosen {
  key: string
  provider: Provider
  sample: JsonObject
  subjects: readonly Subject[]
  /** The event that is sent again. */
  like: Event | undefined
}

async function readChosen(choice: Choice, variant: string | undefined, like: Event | undefined): Promise<Chosen> {
  const { provider: name, channel, type, key } = choice
  const [provider, sample, subjects] = await Promise.all([
    readProvider(name),
    get<JsonObject>(`/providers/${segment(name)}/sample`, { type, channel, variant }),
    get<Page<Subject>>('/subjects', { provider: name, limit: 100 }),
  ])
  return { key: `${key} ${variant ?? ''} ${like?.id ?? ''}`, provider, sample, subjects: subjects.items, like }
}

/** A key that identifies an account is shortened by the API, and cannot be sent. */
const isWhole = (account: string | null): account is string => account !== null && !account.includes('***')

/** The view that sends events: `#/send?provider=…&type=…`, or `#/send?like=ev_1`. */
export default function Send({ query }: ViewProps) {
  const providers = useMemo(liveProviders, [])
  const subscriptions = useMemo(liveSubscriptions, [])
  useEffect(providers.follow, [])
  useEffect(subscriptions.follow, [])
  const like = useMemo(
    () =>
      liveOf<Event | undefined>(
        abort => (query.like ? get(`/events/${segment(query.like)}`, {}, abort) : Promise.resolve(undefined)),
        () => false,
      ),
    [query.like],
  )
  useEffect(like.follow, [like])
  const search = useSignal('')
  const chosen = useSignal<Chosen | undefined>(undefined)
  const failure = useSignal<unknown>(undefined)

  const event = query.like ? like.value.value : undefined
  // The address says all of it, so that every field can be changed afterwards.
  useEffect(() => {
    if (event === undefined || query.type !== undefined) return
    const { provider, channel, type, variant, subject, account } = event
    setQuery({
      provider,
      channel,
      type,
      variant: variant ?? undefined,
      subject: subject ?? undefined,
      account: isWhole(account) ? account : undefined,
    })
  }, [event?.id])
  const of: Partial<Record<string, string>> & { subject: string; account: string } = {
    ...query,
    subject: query.subject ?? '',
    account: query.account ?? '',
  }
  const only = query.only ? query.only.split(',') : []
  const all = choicesOf(providers.value.value ?? [])
  const isReady = all.length > 0 && (query.like === undefined || (event !== undefined && query.type !== undefined))
  const choice = isReady
    ? (all.find(
        ({ provider, channel, type }) =>
          provider === of.provider && type === of.type && (of.channel === undefined || channel === of.channel),
      ) ?? all[0])
    : undefined

  useEffect(() => {
    if (choice === undefined) return
    let isOver = false
    readChosen(choice, of.variant, event).then(
      read => {
        if (isOver) return
        failure.value = undefined
        chosen.value = read
      },
      (error: unknown) => {
        if (!isOver) failure.value = error
      },
    )
    return () => {
      isOver = true
    }
  }, [choice?.key, of.variant, event?.id])

  const part = search.value.toLowerCase()
  const shown = all.filter(
    ({ key, type, title }) => `${type} ${title}`.toLowerCase().includes(part) || key === choice?.key,
  )
  const take = (key: string) => {
    const taken = all.find(one => one.key === key)
    if (taken === undefined) return
    const { provider, channel, type } = taken
    setQuery({ provider, channel, type, variant: undefined, like: undefined, only: undefined })
  }
  const now = chosen.value
  const type = now?.provider.channels
    .find(({ name }) => name === choice?.channel)
    ?.eventTypes.find(({ name }) => name === choice?.type)
  const isOf = (providerName: string) => now?.provider.name === providerName
  const receivers = (subscriptions.value.value ?? []).filter(
    ({ provider, channel }) => isOf(provider) && channel === choice?.channel,
  )
  const accounts = [...new Set([...(now?.subjects ?? []), ...receivers].map(({ account }) => account).filter(isWhole))]
  return (
    <div class="stack">
      <ErrorNote error={providers.failure.value ?? like.failure.value ?? failure.value} />
      <div class="columns">
        <section class="panel stack" aria-labelledby="send-event">
          <h2 id="send-event">What happens</h2>
          <Field label="Search event types">
            {props => (
              <input
                {...props}
                type="search"
                data-search
                autocomplete="off"
                value={search.value}
                onInput={event => {
                  search.value = event.currentTarget.value
                }}
                onKeyDown={event => {
                  const [first] = all.filter(({ type, title }) => `${type} ${title}`.toLowerCase().includes(part))
                  if (event.key !== 'Enter' || first === undefined) return
                  event.preventDefault()
                  take(first.key)
                }}
              />
            )}
          </Field>
          <Field label="Event type" help={choice?.title}>
            {props => (
              <select
                {...props}
                size={10}
                value={choice?.key ?? ''}
                onChange={event => take(event.currentTarget.value)}
              >
                {(providers.value.value ?? []).map(({ name, title }) => (
                  <optgroup key={name} label={title}>
                    {shown
                      .filter(({ provider }) => provider === name)
                      .map(({ key, type }) => (
                        <option key={key} value={key}>
                          {type}
                        </option>
                      ))}
                  </optgroup>
                ))}
              </select>
            )}
          </Field>
          {type?.documented === false && (
            <p>
              <strong>Not documented:</strong> Standin's choice
              {type.assumption !== null && ` (assumption ${type.assumption})`}.
            </p>
          )}
          {type && type.variants.length > 0 && (
            <Field label="Variant" help={type.variants.find(({ name }) => name === of.variant)?.title}>
              {props => (
                <select
                  {...props}
                  value={of.variant ?? ''}
                  onChange={event => setQuery({ variant: event.currentTarget.value })}
                >
                  <option value="">(the first)</option>
                  {type.variants.map(({ name, title }) => (
                    <option key={name} value={name}>
                      {name}: {title}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          )}
          <Field
            label="Subject"
            help="A known one, or a new name: events of one name make one story. Empty: a new one."
          >
            {props => (
              <>
                <input
                  {...props}
                  list="subjects"
                  autocomplete="off"
                  value={of.subject}
                  onInput={event => setQuery({ subject: event.currentTarget.value })}
                />
                <datalist id="subjects">
                  {now?.subjects.map(({ id, kind, state }) => (
                    <option key={id} value={id}>
                      {kind} {state}
                    </option>
                  ))}
                </datalist>
              </>
            )}
          </Field>
          <Field label="Account" help="Empty: that of the subject's story.">
            {props => (
              <>
                <input
                  {...props}
                  list="accounts"
                  autocomplete="off"
                  value={of.account}
                  onInput={event => setQuery({ account: event.currentTarget.value })}
                />
                <datalist id="accounts">
                  {accounts.map(account => (
                    <option key={account} value={account} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
          <Receivers subscriptions={receivers} only={only} onOnly={ids => setQuery({ only: ids.join(',') })} />
        </section>
        {now && type && choice && (
          <PayloadForm
            key={now.key}
            type={type}
            sample={now.sample}
            start={now.like}
            given={() => ({
              provider: choice.provider,
              channel: choice.channel,
              type: choice.type,
              ...(of.variant ? { variant: of.variant } : {}),
              ...(of.subject ? { subject: of.subject } : {}),
              ...(of.account ? { account: of.account } : {}),
              ...(only.length > 0 ? { only } : {}),
            })}
          />
        )}
      </div>
    </div>
  )
}
