// The inbox: deliveries as they happen, newest first.
import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { Attempt } from '../../api/attempt.js'
import { describeOutcome } from '../../core/outcome.js'
import { go, hrefOf, setQuery } from '../address.js'
import { segment, send } from '../api.js'
import { DeliveryCells, DeliveryHeadings } from '../components/delivery-cells.js'
import { Empty } from '../components/empty.js'
import { ErrorNote } from '../components/error-note.js'
import { FirstSteps } from '../components/first-steps.js'
import { InboxFilters } from '../components/inbox-filters.js'
import { useRowHeight } from '../components/row-height.js'
import { type ListHandle, VirtualList } from '../components/virtual-list.js'
import { useKeys } from '../keys.js'
import { createInbox, FILTERS, type Filter, type Inbox as List, version } from '../state/inbox.js'
import { oncePerFrame } from '../timing.js'
import type { ViewProps } from '../view.js'

/** Selecting, opening and resending with keys; returns the id of the selected row. */
function useSelection(list: List, handle: { current: ListHandle | null }, say: (text: string) => void) {
  const selected = useSignal<string | undefined>(undefined)
  const move = (by: number) => {
    const at = selected.value === undefined ? -1 : list.ids.indexOf(selected.value)
    const index = Math.min(list.ids.length - 1, Math.max(0, at + by))
    selected.value = list.ids[index]
    handle.current?.show(index)
    focusSoon()
  }
  const focusSoon = useMemo(
    () =>
      oncePerFrame(() => {
        const key = CSS.escape(selected.peek() ?? '')
        document.querySelector<HTMLElement>(`[data-key="${key}"] .row-link`)?.focus({ preventScroll: true })
      }),
    [],
  )
  const resend = async () => {
    const id = selected.value
    if (id === undefined) return say('Select a delivery first: j and k move through the list.')
    try {
      const { outcome } = await send<Attempt>('POST', `/deliveries/${segment(id)}/resend`, {})
      say(`Resent ${id}: ${outcome ? describeOutcome(outcome) : 'in flight'}`)
    } catch (error) {
      say(`Not resent: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  useKeys({
    j: { label: 'Next delivery', run: () => move(1) },
    k: { label: 'Previous delivery', run: () => move(-1) },
    Enter: {
      label: 'Open the selected delivery',
      run: () => selected.value !== undefined && go(hrefOf('deliveries', { ids: [selected.value] })),
    },
    r: { label: 'Resend the selected delivery', run: () => void resend() },
  })
  return selected
}

function Rows({ list, said }: { list: ReturnType<typeof createInbox>; said: { value: string } }) {
  const handle = useRef<ListHandle | null>(null)
  const rowHeight = useRowHeight()
  const selected = useSelection(list, handle, text => {
    said.value = text
  })
  version.value
  return (
    <VirtualList
      keys={list.ids}
      rowHeight={rowHeight}
      isHeld={selected.value !== undefined}
      label="Deliveries, newest first"
      header={<DeliveryHeadings />}
      row={id => {
        const row = list.row(id)
        return row && <DeliveryCells row={row} />
      }}
      onEnd={list.loadMore}
      handle={handle}
    />
  )
}

/** The inbox with its filters. */
export default function Inbox({ query }: ViewProps) {
  const given = JSON.stringify(FILTERS.map(name => query[name] || undefined))
  const filter = useMemo<Filter>(
    () => Object.fromEntries(FILTERS.flatMap(name => (query[name] ? [[name, query[name]]] : []))),
    [given],
  )
  const list = useMemo(() => createInbox(filter), [filter])
  useEffect(() => list.stop, [list])
  const said = useSignal('')
  version.value
  const count = list.ids.length
  const isFiltered = Object.keys(filter).length > 0
  return (
    <div class="inbox">
      <InboxFilters filter={filter} />
      <p class="inbox-state">
        <span class="quiet-text">
          {list.isLoading ? 'Loading' : `${count.toLocaleString('en')}${list.hasMore ? ' newest' : ''} shown`}
        </span>{' '}
        <span role="status">{said}</span>
      </p>
      <ErrorNote error={list.failure} />
      {count > 0 && <Rows list={list} said={said} key={given} />}
      {count === 0 &&
        !list.isLoading &&
        !list.failure &&
        (isFiltered ? <NoMatch isSearching={list.hasMore} /> : <FirstSteps />)}
    </div>
  )
}

function NoMatch({ isSearching }: { isSearching: boolean }) {
  if (isSearching) return <p>Looking further back…</p>
  return (
    <Empty title="No delivery matches">
      <p>
        <button type="button" onClick={() => setQuery(Object.fromEntries(FILTERS.map(name => [name, undefined])))}>
          Remove the filters
        </button>
      </p>
    </Empty>
  )
}
