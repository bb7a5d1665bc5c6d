// The scenarios view, to come.
import { Empty } from '../components/empty.js'

/** The scenarios view. */
export default function Scenarios() {
  return <Empty title="Scenarios" />
}
