// Sends some events to a receiver of its own, so that the first ones of a run find everything loaded.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EmulatorError } from '../core/errors.js'
import type { SubscriptionInput } from '../provider/port.js'
import { type DispatchTarget, dispatcherOf } from './dispatcher.js'

/** So many events are sent. */
const EVENTS = 40

/** Warms up the way that events take, which is that of `target`. */
export async function warmUp(
  target: DispatchTarget,
  to: Omit<SubscriptionInput, 'url'>,
  { type, at, isDurable }: { type: string; at: number; isDurable: boolean },
): Promise<void> {
  const { emulator, provider } = target
  const server = createServer((request, response) => void request.resume().once('end', () => response.end()))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const { id } = await emulator.subscribe(provider, { ...to, url })
    const dispatcher = dispatcherOf({ ...target, subscriptionId: id }, isDurable)
    const one = (index: number) =>
      new Promise<void>(resolve => {
        const event = { id: `load-warm-up-${index}`, type, at }
        const ignored = { started() {}, first() {}, retried() {} }
        dispatcher.send(event, dispatcher.prepare(event), {
          ...ignored,
          settled: () => resolve(),
          failed: () => resolve(),
        })
      })
    await Promise.all(Array.from({ length: EVENTS }, (_, i) => one(i)))
    await emulator.unsubscribe(id)
  } catch (error) {
    // Where the targets are limited the run begins cold.
    if (!(error instanceof EmulatorError)) throw error
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
