// The life of a delivery drawn to scale: attempts as numbered marks, waits as lines between them, now, and what comes next.
import type { DeliveryLife } from '../../api/delivery-life.js'
import { formatDuration } from '../../core/duration.js'
import { outcomeTone } from '../components/outcome.js'
import { now } from '../state/clock.js'
import { rowsOf, scaleOf } from './scale.js'

const ms = (at: string) => Date.parse(at)
const percent = (part: number) => `${(part * 100).toFixed(3)}%`

/** Places of two marks in one row are at least so far apart. */
const MARK_WIDTH = 0.07
const MOST_ROWS = 5
/** Parts of the line that have room for a label of their duration. */
const ROOM_FOR_LABEL = 0.14
const ROW_HEIGHT = 26

function endOf({ next, settledAt, attempts, createdAt }: DeliveryLife, time: number): number {
  const ends = attempts.map(({ startedAt, endedAt }) =>
    endedAt === null ? time : Math.max(ms(endedAt), ms(startedAt)),
  )
  return Math.max(ms(createdAt), next === null ? 0 : ms(next.dueAt), settledAt === null ? 0 : ms(settledAt), ...ends)
}

/** The drawing; the list beside it says the same in words. `isPart`: it begins with an attempt, not with the event. */
export function Timeline({ life, isPart }: { life: DeliveryLife; isPart: boolean }) {
  const time = now.value
  const start = ms(life.createdAt)
  const end = endOf(life, time)
  const waits = life.waits.map(wait => ({ ...wait, from: ms(wait.from), to: ms(wait.to) }))
  const { pieces, at } = scaleOf(start, end, waits)
  const stretched = pieces.filter(({ isStretched }) => isStretched).length
  const places = [
    ...life.attempts.map(({ startedAt }) => at(ms(startedAt))),
    ...(life.next ? [at(ms(life.next.dueAt))] : []),
  ]
  const rows = rowsOf(places, MARK_WIDTH, MOST_ROWS)
  const line = Math.max(0, ...rows) * ROW_HEIGHT + ROW_HEIGHT
  const isOver = life.next === null || time >= end
  return (
    <figure class="timeline">
      {/* The list beside it says the same in words. */}
      <svg class="timeline-drawing" height={line + 44} aria-hidden="true" focusable="false">
        <line class="timeline-line" x1="0" x2="100%" y1={line} y2={line} />
        {waits.map(({ from, to, cause, before }) => {
          const [x0, x1] = [at(from), at(to)]
          const isStretched = pieces.some(piece => piece.isStretched && piece.from >= from && piece.to <= to)
          return (
            <svg
              aria-hidden="true"
              key={`${before} ${cause} ${from}`}
              x={percent(x0)}
              width={percent(x1 - x0)}
              height={line + 44}
            >
              <rect class={`timeline-wait ${cause}`} width="100%" y={line - 3} height="6" />
              {isStretched && (
                <svg aria-hidden="true" x="50%" class="timeline-break">
                  <path d={`M-5 ${line + 6}l4 -12M1 ${line + 6}l4 -12`} />
                </svg>
              )}
              {x1 - x0 >= ROOM_FOR_LABEL && (
                <text x="50%" y={line + 18} text-anchor="middle">
                  {formatDuration(to - from)}
                </text>
              )}
            </svg>
          )
        })}
        {!isOver && time > start && (
          <svg aria-hidden="true" x={percent(at(time))} class="timeline-now">
            <path d={`M0 4V${line + 8}`} />
          </svg>
        )}
        {life.attempts.map((attempt, i) => {
          const y = line - (rows[i] ?? 0) * ROW_HEIGHT
          const length = attempt.endedAt === null ? 0 : at(ms(attempt.endedAt)) - at(ms(attempt.startedAt))
          return (
            <svg
              aria-hidden="true"
              key={attempt.number}
              x={percent(at(ms(attempt.startedAt)))}
              class={`timeline-mark ${outcomeTone(attempt)}`}
            >
              <path class="timeline-stem" d={`M0 ${y}V${line}`} />
              <rect y={line - 4} height="8" width={percent(Math.max(0, length))} />
              {attempt.cause === 'scheduled' ? (
                <circle cx="0" cy={y} r="10" />
              ) : (
                <rect x="-9" y={y - 9} width="18" height="18" />
              )}
              <text x="0" y={y + 4} text-anchor="middle">
                {attempt.number}
              </text>
              {attempt.faults.length > 0 && <path class="timeline-fault" d={`M6 ${y - 6}l4 -8l4 8z`} />}
            </svg>
          )
        })}
        {life.next && (
          <svg aria-hidden="true" x={percent(at(ms(life.next.dueAt)))} class="timeline-mark next">
            <circle cx="0" cy={line - (rows.at(-1) ?? 0) * ROW_HEIGHT} r="10" />
            <text x="0" y={line - (rows.at(-1) ?? 0) * ROW_HEIGHT + 4} text-anchor="middle">
              {life.next.number}
            </text>
          </svg>
        )}
      </svg>
      <figcaption class="quiet-text">
        {end === start
          ? "All of it happened in one instant of the emulator's clock."
          : `${formatDuration(end - start)} from ${isPart ? `attempt ${life.attempts[0]?.number}` : 'the event'} to ${life.next ? 'the next attempt' : 'the end'}, ${
              stretched === 0
                ? 'drawn to scale'
                : `to scale but for ${stretched} short ${stretched === 1 ? 'wait' : 'waits'} marked //, drawn longer`
            }. Circles are scheduled attempts, squares attempts by hand, triangles faults.`}
      </figcaption>
    </figure>
  )
}
