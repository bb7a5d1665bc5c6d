// Chooses a report's writer by its format.
import { didYouMean, EmulatorError } from '../core/errors.js'

/** The reporter of a format; throws `usage` with "did you mean". */
export function reporterOf<R>(reporters: Readonly<Record<string, R>>, format: string): R {
  const known = Object.hasOwn(reporters, format) ? reporters[format] : undefined
  if (known !== undefined) return known
  throw new EmulatorError(`Unknown report format "${format}".`, {
    code: 'usage',
    where: '--report',
    hint: didYouMean(format, Object.keys(reporters), 'Known formats'),
  })
}
