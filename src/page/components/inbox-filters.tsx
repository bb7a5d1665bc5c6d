// The filters of the inbox; their values are those of the address.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Page } from '../../api/page.js'
import type { ProviderSummary } from '../../api/provider.js'
import type { Subscription } from '../../api/subscription.js'
import { DELIVERY_STATUSES } from '../../core/delivery.js'
import { setQuery } from '../address.js'
import { get } from '../api.js'
import { FILTERS, type Filter } from '../state/inbox.js'
import { after } from '../timing.js'

/** Real ms between the last key of a text and the search for it. */
const TYPING_MS = 250

function Choice({
  name,
  label,
  value,
  choices,
}: {
  name: string
  label: string
  value: string | undefined
  choices: readonly (readonly [value: string, title: string])[]
}) {
  // A value that is in the address only is shown too.
  const isOther = value !== undefined && !choices.some(([known]) => known === value)
  return (
    <label>
      {label}
      <select value={value ?? ''} onChange={event => setQuery({ [name]: event.currentTarget.value })}>
        <option value="">all</option>
        {isOther && <option value={value}>{value}</option>}
        {choices.map(([known, title]) => (
          <option key={known} value={known}>
            {title}
          </option>
        ))}
      </select>
    </label>
  )
}

function Words({
  name,
  label,
  value,
  isSearch = false,
}: {
  name: string
  label: string
  value: string | undefined
  isSearch?: boolean
}) {
  const cancel = useRef<(() => void) | undefined>(undefined)
  const typed = useSignal(value ?? '')
  useEffect(() => {
    // This runs a frame late: what was typed meanwhile is newer than the address.
    if (cancel.current === undefined && (value ?? '') !== typed.peek().trim()) typed.value = value ?? ''
  }, [value])
  return (
    <label>
      {label}
      <input
        type="search"
        value={typed}
        {...(isSearch ? { 'data-search': true, 'aria-keyshortcuts': '/' } : {})}
        onInput={event => {
          typed.value = event.currentTarget.value
          cancel.current?.()
          cancel.current = after(TYPING_MS, () => {
            cancel.current = undefined
            setQuery({ [name]: typed.value.trim() })
          })
        }}
      />
    </label>
  )
}

/** The filters, and a button that removes all of them. */
export function InboxFilters({ filter }: { filter: Filter }) {
  const providers = useSignal<readonly ProviderSummary[]>([])
  const subscriptions = useSignal<readonly Subscription[]>([])
  useEffect(() => {
    // Without them there is less to choose from; the list says what is wrong.
    get<{ items: ProviderSummary[] }>('/providers').then(
      ({ items }) => {
        providers.value = items
      },
      () => undefined,
    )
    get<Page<Subscription>>('/subscriptions', { limit: 500 }).then(
      ({ items }) => {
        subscriptions.value = items
      },
      () => undefined,
    )
  }, [])
  const types = providers.value
    .filter(({ name }) => filter.provider === undefined || name === filter.provider)
    .flatMap(({ channels }) => channels.flatMap(({ eventTypes }) => eventTypes.map(({ name }) => name)))
  return (
    <search class="filters">
      <Words name="text" label="Search" value={filter.text} isSearch />
      <Choice
        name="provider"
        label="Provider"
        value={filter.provider}
        choices={providers.value.map(({ name, title }) => [name, title])}
      />
      <Choice
        name="type"
        label="Type"
        value={filter.type}
        choices={[...new Set(types)].sort().map(name => [name, name])}
      />
      <Choice
        name="status"
        label="Status"
        value={filter.status}
        choices={DELIVERY_STATUSES.map(status => [status, status])}
      />
      <Choice
        name="subscription"
        label="Subscription"
        value={filter.subscription}
        choices={subscriptions.value.map(({ id, url }) => [id, `${url} (${id})`])}
      />
      <Words name="subject" label="Subject" value={filter.subject} />
      <button
        type="button"
        disabled={FILTERS.every(name => filter[name] === undefined)}
        onClick={() => setQuery(Object.fromEntries(FILTERS.map(name => [name, undefined])))}
      >
        Clear
      </button>
    </search>
  )
}
