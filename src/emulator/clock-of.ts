// The clock of an emulator, from its options and from the time that its ledger holds.
import { manualClock } from '../clock/manual.js'
import { systemClock } from '../clock/system.js'
import type { Clock } from '../core/clock.js'
import { isInstant } from '../core/duration.js'
import { EmulatorError, excerpt } from '../core/errors.js'
import type { Ledger } from '../core/ledger.js'
import type { EmulatorOptions } from './contract.js'

/**
 * The clock that the options name; a manual clock goes on from the time that the ledger holds. Throws `invalid_input` for a start that is no
 * date, and `ledger_broken` where the ledger's time is none.
 */
export function clockOf(options: EmulatorOptions, ledger: Ledger): Clock {
  const { start, speed } = options
  if (start !== undefined && !isInstant(start))
    throw new EmulatorError(`${start} is not a time that a clock can show.`, {
      code: 'invalid_input',
      hint: 'Give milliseconds since 1970, up to the year 9999.',
      where: 'start',
    })
  if (options.clock !== 'manual') return systemClock({ speed, start })
  const kept = ledger.meta('clock')
  if (kept === undefined) return manualClock({ start })
  if (isInstant(Number(kept))) return manualClock({ start: Number(kept) })
  throw new EmulatorError(
    `The ledger ${ledger.location} holds a time of its clock that is no date: ${excerpt(kept)}.`,
    {
      code: 'ledger_broken',
      hint: 'Use another ledger file; an older version let the clock be moved beyond the year 9999.',
    },
  )
}
