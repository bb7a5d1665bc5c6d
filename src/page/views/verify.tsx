// The verify view, to come.
import { Empty } from '../components/empty.js'

/** The verify view. */
export default function Verify() {
  return <Empty title="Verify" />
}
