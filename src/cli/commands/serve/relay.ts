// The relay of `standin serve --relay`, loaded only then.
import { systemClock } from '../../../clock/system.js'
import { environment } from '../../../config.js'
import { connectRelay, type Relay } from '../../../relay/owner.js'
import type { Print } from '../../print.js'

/** The connection through which senders get requests; what becomes of it is printed. */
export function relayAt(url: string, print: Print): Promise<Relay> {
  return connectRelay({
    url,
    password: environment('STANDIN_RELAY_PASSWORD'),
    clock: systemClock(),
    report: (sentence, isGone) => print.note(isGone ? `${sentence} Deliveries stay owed meanwhile.` : sentence),
  })
}
