// The events view, to come.
import { Empty } from '../components/empty.js'

/** The events view. */
export default function Event() {
  return <Empty title="Event" />
}
