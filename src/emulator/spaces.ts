// Isolated spaces on one server, each a whole emulator of its own, made on first use.
import { setMaxListeners } from 'node:events'
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
  /** The space of that name is in use until the returned function is called; an unused one goes after `idleMs`. */
  use(name: string): () => void
  /** Stops and deletes a space; false where there is none. */
  drop(name: string): Promise<boolean>
  /** Another emulator in memory, with the server's providers and rules for targets; the caller stops it. */
  beside(options: EmulatorOptions): Promise<Emulator>
  /** The options for receivers' certificates and targets that the server was started with, for whoever repeats what it did. */
  readonly startedWith: StartedWith
  /** In the order in which they were made. */
  list(): Promise<Space[]>
  /** Stops every emulator, the root's too; `graceMs` as in Emulator.stop. */
  stop(graceMs?: number): Promise<void>
}

/** Options of the command that started a server, as they were given there: files by name. */
export interface StartedWith {
  ca?: string | undefined
  cert?: string | undefined
  key?: string | undefined
  pfx?: string | undefined
  insecure?: boolean | undefined
  allowTargets?: readonly string[] | undefined
}

/** What `createSpaces` needs. */
export interface SpacesInput {
  root: Emulator
  /** Makes the emulator of a space: in memory, with the server's providers and rules for targets. */
  make: (options: EmulatorOptions) => Promise<Emulator>
  startedWith?: StartedWith | undefined
  /** Most spaces at once. Default 1000. */
  limit?: number | undefined
  /** Real ms after which a space that nobody uses and that owes no delivery is deleted. Default a day. */
  idleMs?: number | undefined
}

/** A test run's spaces are gone the next day; those of a team that works with them daily stay. */
const IDLE_MS = 86_400_000

/** The least real ms between two looks for idle spaces. */
const LOOK_MS = 1000

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

/** Ends a space. Each stream of its journal listens to it, and Node warns from eleven listeners on. */
function spaceEnd(): AbortController {
  const end = new AbortController()
  setMaxListeners(0, end.signal)
  return end
}

/** The spaces of a server around its own emulator. */
export function createSpaces({ root, make, startedWith = {}, limit = 1000, idleMs = IDLE_MS }: SpacesInput): Spaces {
  interface Entry {
    space: Promise<Space>
    leave: AbortController
    /** Requests under way. */
    users: number
    /** When it was last used, monotonic ms. */
    usedAt: number
  }
  const entries = new Map<string, Entry>()
  const rootLeaves = spaceEnd()
  const { clock: time } = root
  let cancelLook: (() => void) | undefined

  const owes = ({ emulator }: Space) => {
    const { waiting, attempting } = emulator.ledger.deliveryCounts()
    return waiting + attempting > 0
  }

  /** Looks again when the first space may be idle for long enough, and only while there are spaces. */
  const lookLater = () => {
    if (cancelLook || entries.size === 0 || rootLeaves.signal.aborted) return
    const oldest = Math.min(...[...entries.values()].map(({ usedAt }) => usedAt))
    cancelLook = time.alarm(Math.max(LOOK_MS, oldest + idleMs - time.monotonic()), () => {
      cancelLook = undefined
      void dropIdle().finally(lookLater)
    })
  }

  const dropIdle = async () => {
    for (const [name, entry] of [...entries]) {
      if (entry.users === 0 && time.monotonic() - entry.usedAt < idleMs) continue
      const space = await entry.space.catch(() => undefined)
      if (space === undefined || entries.get(name) !== entry) continue
      // Measured again from now on: what it owes may take long.
      if (entry.users > 0 || owes(space)) entry.usedAt = time.monotonic()
      else {
        entries.delete(name)
        await end(entry, 0).catch((error: unknown) => {
          const message = error instanceof Error ? error.message : String(error)
          root.journal.record({ kind: 'internal-error', doing: `deleting the idle space ${name}`, message })
        })
      }
    }
  }

  const add = (name: string, { clock, seed }: SpaceOptions): Promise<Space> => {
    checkName(name)
    if (rootLeaves.signal.aborted) throw new EmulatorError('The server is stopping.', { code: 'conflict' })
    if (entries.size >= limit)
      throw new EmulatorError(`There are ${limit} spaces already.`, {
        code: 'conflict',
        hint: 'Delete unused ones with DELETE /spaces/{name}.',
      })
    const leave = spaceEnd()
    const space = make({ ledger: ':memory:', clock: clock ?? root.clock.kind, seed: seed ?? seedOfSpace(name) }).then(
      emulator => ({ name, emulator, gone: leave.signal }),
    )
    entries.set(name, { space, leave, users: 0, usedAt: time.monotonic() })
    // A space that could not be made is not kept: the next use tries again.
    space.catch(() => entries.delete(name))
    lookLater()
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
    use(name) {
      const entry = entries.get(name)
      if (!entry) return () => {}
      entry.users++
      let over = false
      return () => {
        if (over) return
        over = true
        entry.users--
        entry.usedAt = time.monotonic()
      }
    },
    async drop(name) {
      const entry = entries.get(name)
      if (!entry) return false
      entries.delete(name)
      await end(entry, 0)
      return true
    },
    startedWith,
    beside: options => make({ ...options, ledger: ':memory:' }),
    async list() {
      const made = await Promise.all([...entries.values()].map(({ space }) => space.catch(() => undefined)))
      return made.filter(space => space !== undefined).filter(({ gone }) => !gone.aborted)
    },
    async stop(graceMs) {
      rootLeaves.abort()
      cancelLook?.()
      const all = [...entries.values()]
      entries.clear()
      await Promise.all([root.stop(graceMs), ...all.map(entry => end(entry, graceMs))])
    },
  }
}
