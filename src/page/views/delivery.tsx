// The deliveries view, to come.
import { Empty } from '../components/empty.js'

/** The deliveries view. */
export default function Delivery() {
  return <Empty title="Delivery" />
}
