// A long list of rows of one height, of which only those in sight are in the document.
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useReducer, useRef } from 'preact/hooks'

/** Rows beside those in sight that are there too, so that a fast scroll shows no gap. */
const OVERSCAN = 15

/** What the owner of a list can do with it. */
export interface ListHandle {
  /** Scrolls until the row is in sight. */
  show(index: number): void
}

/** What a list is made of. */
export interface VirtualListProps {
  /** Keys of the rows, in order. */
  keys: readonly string[]
  /** Height of each row, px. */
  rowHeight: number
  /** True to keep the rows in sight where they are when others come in above them, also at the top. */
  isHeld: boolean
  label: string
  header: ComponentChildren
  row(key: string, index: number): ComponentChildren
  /** Called when the last rows come near. */
  onEnd(): void
  handle: { current: ListHandle | null }
}

/** The list: a table of rows for those who do not see it. */
export function VirtualList({ keys, rowHeight, isHeld, label, header, row, onEnd, handle }: VirtualListProps) {
  const element = useRef<HTMLDivElement>(null)
  const [, renderAgain] = useReducer<number, undefined>(count => count + 1, 0)
  const made = useRef<Virtualizer<HTMLDivElement, HTMLDivElement> | null>(null)
  const isScrolled = (made.current?.scrollOffset ?? 0) > 0
  const first = useRef<string | undefined>(undefined)
  // What comes in at the end moves nothing, and to find the row to hold takes a walk through all.
  const isPushed = first.current !== keys[0]
  first.current = keys[0]
  const options: VirtualizerOptions<HTMLDivElement, HTMLDivElement> = {
    count: keys.length,
    getScrollElement: () => element.current,
    estimateSize: () => rowHeight,
    getItemKey: (index: number) => keys[index] ?? index,
    overscan: OVERSCAN,
    // What is read stays in place when new rows come in above; at the top they are what is to be seen.
    anchorTo: isPushed && (isScrolled || isHeld) ? 'end' : 'start',
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => renderAgain(undefined),
  }
  made.current ??= new Virtualizer(options)
  const virtualizer = made.current
  virtualizer.setOptions(options)
  handle.current = { show: index => virtualizer.scrollToIndex(index, { align: 'auto' }) }
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer])
  useLayoutEffect(() => virtualizer._willUpdate())
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight])
  const items = virtualizer.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const isNearEnd = last >= keys.length - 200
  useEffect(() => {
    if (isNearEnd) onEnd()
  })
  return (
    <div class="virtual" ref={element}>
      <table aria-label={label} aria-rowcount={keys.length + 1}>
        <thead>
          <tr aria-rowindex={1}>{header}</tr>
        </thead>
        <tbody style={{ height: `${virtualizer.getTotalSize()}px` }}>
          {items.map(({ index, start }) => {
            const key = keys[index]
            return (
              key !== undefined && (
                <tr
                  key={key}
                  aria-rowindex={index + 2}
                  data-key={key}
                  style={{ height: `${rowHeight}px`, transform: `translateY(${start}px)` }}
                >
                  {row(key, index)}
                </tr>
              )
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
