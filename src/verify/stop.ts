// That the receiver accepts no valid request any more, or did not for a while.
import type { Exchange } from './exchange.js'

/** The receiver accepts no valid request any more. Thrown at checks that are under way. */
export class ReceiverStopped extends Error {
  constructor(readonly stop: Stop) {
    super(stop.why)
  }
}

/** When and after what the receiver stopped. */
export interface Stop {
  /** Id of the check whose message it was. */
  check: string
  /** That message, or the few of which it was one; undefined where it is not known. */
  what: string | undefined
  /** Why the other checks are not judged, one sentence. */
  why: string
  /** The last probe. */
  exchange: Exchange
  /** That others were in flight, and since when it is so, as the end of a sentence. */
  beside?: string
  /** It refuses for a limit of requests: no message is the cause. */
  isLimit?: boolean
  /** Only plain valid requests were in flight: what ended it is their number. */
  isNumber?: boolean
  /** Messages of other checks were in flight, and are as likely the cause. */
  isAny?: boolean
  /** It accepts valid requests and does not act on them: what was seen. */
  lost?: string
}

/** A time in which valid requests were not accepted, and then were again. */
export interface Trouble {
  /** Real monotonic ms. */
  from: number
  to: number
  /** The first valid request that was not accepted. */
  exchange: Exchange
  /** Id of the check whose message was most likely the cause. */
  check: string | undefined
  /** Only plain valid requests were in flight: the cause is their number. */
  isNumber: boolean
}
