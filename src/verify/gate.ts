// A gate for messages that a receiver may not survive: few checks have one in flight, so that it is known which one it was.

/** Lets checks in; one that is in may come in again. */
export interface Gate {
  /** Resolves when the check may send; the returned function is called when its message has ended. */
  enter(check: string): Promise<() => void>
}

/** A gate for at most `most` checks at once. */
export function createGate(most: number): Gate {
  const inside = new Map<string, number>()
  const waiting: { check: string; go: () => void }[] = []

  const admit = (check: string) => inside.set(check, (inside.get(check) ?? 0) + 1)

  const leave = (check: string) => {
    const left = (inside.get(check) ?? 1) - 1
    if (left > 0) return void inside.set(check, left)
    inside.delete(check)
    const next = waiting.shift()
    if (next === undefined) return
    admit(next.check)
    next.go()
  }

  return {
    async enter(check) {
      if (inside.has(check) || inside.size < most) admit(check)
      else await new Promise<void>(resolve => waiting.push({ check, go: resolve }))
      let over = false
      return () => {
        if (!over) leave(check)
        over = true
      }
    },
  }
}
