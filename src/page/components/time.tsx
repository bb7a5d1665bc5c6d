// An instant in the reader's zone, with the exact one on hover.
const sameDay = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})
const otherDay = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})

/** An RFC 3339 instant as text in the reader's zone; without the day where it is that of `today` (ms). */
export function localTime(at: string, today?: number): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return at
  const isToday = today !== undefined && date.toDateString() === new Date(today).toDateString()
  return (isToday ? sameDay : otherDay).format(date)
}

/** An instant; hovering shows it exactly, in UTC. `today` (ms) leaves out the day where it is the same. */
export function Time({ at, today }: { at: string; today?: number | undefined }) {
  return (
    <time datetime={at} title={at}>
      {localTime(at, today)}
    </time>
  )
}
