// The faults view, to come.
import { Empty } from '../components/empty.js'

/** The faults view. */
export default function Faults() {
  return <Empty title="Faults" />
}
