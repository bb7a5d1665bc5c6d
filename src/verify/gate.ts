// A gate for messages that a receiver may not survive: few checks have one in flight, so that it is known which one it was.

/** Lets checks in; one that is in may come in again. */
export interface Gate {
  /** Resolves when the check may send; the returned function is called when its message has ended. */
  enter(check: string): Promise<() => void>
}

/** A gate through which harmless messages pass too, where they are not to be beside others. */
export interface SharedGate extends Gate {
  /** The same for a harmless message. */
  pass(check: string): Promise<() => void>
}

/** A gate for at most `most` checks at once; `isStrict`: harmless messages of other checks wait meanwhile. */
export function createGate(most: number, isStrict = false): SharedGate {
  const inside = new Map<string, number>()
  const passing = new Map<string, number>()
  const waiting: { check: string; isHarmless: boolean; go: () => void }[] = []

  const isOther = (check: string) => (one: string) => one !== check
  const mayEnter = (check: string) =>
    inside.has(check) || (inside.size < most && !(isStrict && [...passing.keys()].some(isOther(check))))
  const mayPass = (check: string) => !isStrict || ![...inside.keys()].some(isOther(check))

  const leaver = (counts: Map<string, number>, check: string) => {
    counts.set(check, (counts.get(check) ?? 0) + 1)
    let over = false
    return () => {
      if (over) return
      over = true
      const left = (counts.get(check) ?? 1) - 1
      if (left > 0) counts.set(check, left)
      else counts.delete(check)
      // In the order they came: none waits for ever.
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        if (!(next.isHarmless ? mayPass(next.check) : mayEnter(next.check))) return
        waiting.shift()
        next.go()
      }
    }
  }

  const admitted = async (counts: Map<string, number>, check: string, isHarmless: boolean) => {
    const isFirst = waiting.length === 0 || (!isHarmless && inside.has(check))
    if (isFirst && (isHarmless ? mayPass(check) : mayEnter(check))) return leaver(counts, check)
    return new Promise<() => void>(resolve =>
      waiting.push({ check, isHarmless, go: () => resolve(leaver(counts, check)) }),
    )
  }

  return {
    enter: check => admitted(inside, check, false),
    pass: check => admitted(passing, check, true),
  }
}
