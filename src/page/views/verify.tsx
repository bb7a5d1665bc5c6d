// The verify view: starts verifications, shows one as its verdicts are made, compares two.
import type { ViewProps } from '../view.js'
import { VerifyComparison } from './verify-comparison.js'
import { VerifyOverview } from './verify-overview.js'
import { VerifyReport } from './verify-report.js'

/** `#/verify`, `#/verify/ver_1` and `#/verify/ver_2/comparison?with=ver_1`. */
export default function Verify({ ids, query }: ViewProps) {
  const [id, part] = ids
  if (id === undefined) return <VerifyOverview query={query} />
  return part === 'comparison' ? (
    <VerifyComparison id={id} other={query.with} />
  ) : (
    <VerifyReport id={id} query={query} />
  )
}
