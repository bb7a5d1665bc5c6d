// What the machine is, and how busy it is with other things than the bench.
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** The machine, the runtime and the load average of the last minute, as a report names them. */
export function machine() {
  const [first] = cpus()
  return {
    node: process.version,
    system: `${platform()} ${release()} ${arch()}`,
    processor: first?.model.trim() ?? 'unknown',
    processors: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    loadAverage: loadavg()[0],
  }
}

/** Sums over all processors, ms. */
function times() {
  let busy = 0
  for (const { times } of cpus()) busy += times.user + times.nice + times.sys + times.irq
  return busy
}

/** Sleeps a little and measures what others did meanwhile: how many processors they used, and how late the timer came, ms. */
export async function sampleNoise(ms = 150) {
  const [busy, own, started] = [times(), process.cpuUsage(), performance.now()]
  await sleep(ms)
  const took = performance.now() - started
  const { user, system } = process.cpuUsage(own)
  return {
    othersBusy: Math.max(0, (times() - busy - (user + system) / 1000) / took),
    lateMs: Math.max(0, took - ms),
  }
}
