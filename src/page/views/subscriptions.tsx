// The subscriptions view, to come.
import { Empty } from '../components/empty.js'

/** The subscriptions view. */
export default function Subscriptions() {
  return <Empty title="Subscriptions" />
}
