// Isolated spaces on one server, each a whole emulator of its own, made on first use.
import { EmulatorError } from '../core/errors.js'
import { stream } from '../core/seed.js'
import type { Emulator, EmulatorOptions } from './contract.js'

/** How a space is made; everything else is as in the server's own emulator. */
type SpaceOptions = Pick<EmulatorOptions, 'clock' | 'seed'>

/** One space: the server's own (`name` null) or a named one. */
export interface Space {
  readonly name: string | null
  readonly emulator: Emulator
  /** Aborted when the space is deleted or the server stops; ends its streams. */
  readonly gone: AbortSignal
}

/** The spaces of one server. */
export interface Spaces {
  readonly root: Space
  /** Whether a space of that name exists or is being made. */
  has(name: string): boolean
  /** The space of that name, made when there is none. Throws `invalid_input` for a bad name and `conflict` when there are too many. */
  enter(name: string): Promise<Space>
  /** Makes a space with options; `made` is false where one with the same options existed. Another one: `conflict`. */
  put(name: string, options: SpaceOptions): Promise<{ space: Space; made: boolean }>
  /** Stops and deletes a space; false where there is none. */
  drop(name: string): Promise<boolean>
  /** Another emulator in memory, with the server's providers and rules for targets; the caller stops it. */
  beside(options: EmulatorOptions): Promise<Emulator>
  /** In the order in which they were made. */
  list(): Promise<Space[]>
  /** Stops every emulator, the root's too; `graceMs` as in Emulator.stop. */
  stop(graceMs?: number): Promise<void>
}

/** What `createSpaces` needs. */
export interface SpacesInput {
  root: Emulator
  /** Makes the emulator of a space: in memory, with the server's providers and rules for targets. */
  make: (options: EmulatorOptions) => Promise<Emulator>
  /** Most spaces at once. Default 1000. */
  limit?: number
}

/** The default seed of a space: the same for the same name on every server. */
function seedOfSpace(name: string): number {
  return stream('space', name).int(2 ** 32)
}

function checkName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return
  throw new EmulatorError(`"${name}" cannot be the name of a space.`, {
    code: 'invalid_input',
    hint: 'Use 1 to 64 letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
    where: 'name',
  })
}

/** The spaces of a server around its own emulator. */
export function createSpaces({ root, make, limit = 1000 }: SpacesInput): Spaces {
  interface Entry {
    space: Promise<Space>
    leave: AbortController
  }
  const entries = new Map<string, Entry>()
  const rootLeaves = new AbortController()

  const add = (name: string, { clock, seed }: SpaceOptions): Promise<Space> => {
    checkName(name)
    if (entries.size >= limit)
      throw new EmulatorError(`There are ${limit} spaces already.`, {
        code: 'conflict',
        hint: 'Delete unused ones with DELETE /spaces/{name}.',
      })
    const leave = new AbortController()
    const space = make({ ledger: ':memory:', clock: clock ?? root.clock.kind, seed: seed ?? seedOfSpace(name) }).then(
      emulator => ({ name, emulator, gone: leave.signal }),
    )
    entries.set(name, { space, leave })
    // A space that could not be made is not kept: the next use tries again.
    space.catch(() => entries.delete(name))
    return space
  }

  const end = async ({ space, leave }: Entry, graceMs?: number) => {
    leave.abort()
    const made = await space.catch(() => undefined)
    await made?.emulator.stop(graceMs)
  }

  return {
    root: { name: null, emulator: root, gone: rootLeaves.signal },
    has: name => entries.has(name),
    enter: async name => entries.get(name)?.space ?? add(name, {}),
    async put(name, options) {
      const entry = entries.get(name)
      if (!entry) return { space: await add(name, options), made: true }
      const space = await entry.space
      const { seed, clock } = space.emulator
      if ((options.seed ?? seed) === seed && (options.clock ?? clock.kind) === clock.kind) return { space, made: false }
      throw new EmulatorError(`The space "${name}" exists with seed ${seed} and a ${clock.kind} clock.`, {
        code: 'conflict',
        hint: `Delete it first with DELETE /spaces/${name}.`,
      })
    },
    async drop(name) {
      const entry = entries.get(name)
      if (!entry) return false
      entries.delete(name)
      await end(entry, 0)
      return true
    },
    beside: options => make({ ...options, ledger: ':memory:' }),
    async list() {
      const made = await Promise.all([...entries.values()].map(({ space }) => space.catch(() => undefined)))
      return made.filter(space => space !== undefined)
    },
    async stop(graceMs) {
      rootLeaves.abort()
      const all = [...entries.values()]
      entries.clear()
      await Promise.all([root.stop(graceMs), ...all.map(entry => end(entry, graceMs))])
    },
  }
}
