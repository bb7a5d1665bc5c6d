// Time in the browser: the only file of the page that asks for it, waits, or takes a frame.
/** Real monotonic milliseconds since the page was opened. */
export const monotonic = (): number => performance.now()

/** The reader's own wall time, ms since 1970. */
export const wallTime = (): number => Date.now()

/** Calls `fire` once after `ms` of real time; returns a function that cancels it. */
export function after(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, ms)
  return () => clearTimeout(timer)
}

/** Calls `fire` every `ms` of real time; returns a function that stops it. */
export function every(ms: number, fire: () => void): () => void {
  const timer = setInterval(fire, ms)
  return () => clearInterval(timer)
}

/** How long work that waits for a frame waits where no frame comes, ms: a tab in the background has none. */
const NO_FRAME_MS = 250

/** A function that has `work` done with the next frame, once however often it is called until then. */
export function oncePerFrame(work: () => void): () => void {
  let isAsked = false
  return () => {
    if (isAsked) return
    isAsked = true
    const run = () => {
      if (!isAsked) return
      isAsked = false
      cancelAnimationFrame(frame)
      cancel()
      work()
    }
    const frame = requestAnimationFrame(run)
    const cancel = after(NO_FRAME_MS, run)
  }
}
