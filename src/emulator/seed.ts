// The seed of an emulator, which its ledger keeps.
import { randomSeed } from '../config.js'
import { EmulatorError } from '../core/errors.js'
import type { Ledger } from '../core/ledger.js'
import type { EmulatorOptions } from './contract.js'

/** The seed that the ledger holds, else the one given, else a new one; stored in the ledger. Throws `conflict` where two differ. */
export async function seedOf(options: Pick<EmulatorOptions, 'seed'>, ledger: Ledger): Promise<number> {
  const kept = ledger.meta('seed')
  if (kept !== undefined && options.seed !== undefined && Number(kept) !== options.seed)
    throw new EmulatorError(`The ledger ${ledger.location} has seed ${kept}, not ${options.seed}.`, {
      code: 'conflict',
      hint: 'Leave the seed out, or choose another ledger file.',
      where: 'seed',
    })
  const seed = kept === undefined ? (options.seed ?? randomSeed()) : Number(kept)
  if (kept === undefined) await ledger.write(rows => rows.setMeta('seed', String(seed)))
  return seed
}
