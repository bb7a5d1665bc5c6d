// The send view, to come.
import { Empty } from '../components/empty.js'

/** The send view. */
export default function Send() {
  return <Empty title="Send" />
}
