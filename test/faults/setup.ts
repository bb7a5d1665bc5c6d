// Emulators whose faults are read off the bytes that arrive.
import type { Attempt } from '../../src/core/delivery.js'
import type { ActiveFault, FaultInput } from '../../src/core/fault.js'
import type { Emulator, EmulatorOptions } from '../../src/emulator/contract.js'
import type { SubscriptionInput, TriggerInput } from '../../src/provider/port.js'
import { byteReceiver } from '../support/byte-receiver.js'
import { testEmulator } from '../support/emulator.js'

export const KEY = 'a-rillis-webhook-key'
export const WHSEC = 'whsec_A1B2C3D4E5F6G7H8I9J0K1L2M3N4O5P6Q7R8S9T0U1V2W3X4Y5Z6'

/** An emulator with one subscription of each provider to a bare listener. */
export async function setUp(options: EmulatorOptions = {}, statuses: number[] = [200]) {
  const to = await byteReceiver(...statuses)
  const emulator = await testEmulator({ stamp: 'clock', ...options })
  const subscribe = (provider: string, input: Partial<SubscriptionInput> = {}) =>
    emulator.subscribe(provider, {
      url: to.url,
      secret: provider === 'rillis' ? KEY : provider === 'kycgenie' ? WHSEC : undefined,
      ...input,
    })
  return { emulator, to, subscribe }
}

/** The same with one subscription and one fault. */
export async function faulty(provider: string, fault: FaultInput, input: Partial<SubscriptionInput> = {}) {
  const w = await setUp()
  const subscription = await w.subscribe(provider, input)
  const added = await w.emulator.faults.add(fault)
  return { ...w, subscription, fault: added, now: () => found(w.emulator, added.id) }
}

export function found(emulator: Emulator, id: string): ActiveFault {
  const fault = emulator.faults.list().find(one => one.id === id)
  if (fault === undefined) throw new Error(`no fault ${id}`)
  return fault
}

/** A usual type of each provider. */
export const TYPES: Record<string, string> = {
  rillis: 'FLOW_COMPLETED',
  kycgenie: 'screening.completed',
  unico: 'process.finished.expired',
}

/** Triggers the provider's usual type, and answers the attempts once all that is due is done. */
export async function send(emulator: Emulator, provider: string, input: TriggerInput = {}): Promise<Attempt[]> {
  const { deliveries } = await emulator.trigger(provider, TYPES[provider] ?? '', input)
  await emulator.rest()
  return deliveries.flatMap(({ id }) => emulator.ledger.attempts(id))
}
