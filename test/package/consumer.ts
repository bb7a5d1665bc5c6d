// What a project that uses the package writes; compiled as ES modules and as CommonJS.
import { createEmulator, defineProvider, EmulatorError } from 'standin'
import { assertDelivered, type Duration, startReceiver, startStandin } from 'standin/testing'

export async function use(): Promise<string> {
  const limit: Duration = '1d'
  const standin = await startStandin({ clock: 'manual', seed: 7 })
  const receiver = await startReceiver({ answers: [500, 200] })
  await standin.subscribe('rillis', { url: receiver.url, secret: 'k' })
  const { event, deliveries } = await standin.trigger('rillis', 'FLOW_COMPLETED', {
    set: { 'data.status': 'COMPLETED' },
  })
  await standin.drain({ upTo: limit })
  if (deliveries[0]) assertDelivered(deliveries[0], { attempts: 2 })
  // A type that is lost would be any, to which everything can be assigned.
  const isAny: 0 extends 1 & typeof event.payload.data ? true : false = false
  return [event.payload.data.status, isAny, createEmulator, defineProvider, EmulatorError].join()
}
