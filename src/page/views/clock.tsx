// The clock view, to come.
import { Empty } from '../components/empty.js'

/** The clock view. */
export default function Clock() {
  return <Empty title="Clock" />
}
