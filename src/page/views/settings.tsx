// The settings view, to come.
import { Empty } from '../components/empty.js'

/** The settings view. */
export default function Settings() {
  return <Empty title="Settings" />
}
