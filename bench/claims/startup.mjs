// Claim g: how long commands take to start, beside `node -e 0`.
import { join } from 'node:path'
import { CLI, startReceiver, startServe, timeToExit, withFolder } from '../processes.mjs'

const SIZES = { quick: { rounds: 3 }, full: { rounds: 15 } }

/** The rows of the claim. */
export async function measure({ size, sample }) {
  const { rounds } = SIZES[size] ?? SIZES.full
  return withFolder(async folder => {
    const receiver = await startReceiver('open')
    const to = `${receiver.url}/webhooks`
    const ready = async () => {
      const serve = await startServe(folder, join(folder, `standin-${process.hrtime.bigint()}.db`))
      await serve.stop()
      return serve.readyMs
    }
    const trigger = () => timeToExit(CLI, 'trigger', 'rillis', 'FLOW_COMPLETED', '--to', to, '--secret', 'bench-key')
    const commands = [
      ['standin events', 1.6, () => timeToExit(CLI, 'events')],
      ['standin serve, ready', 3, ready],
      ['standin trigger --to', 3.5, trigger],
    ].map(([title, atMost, run]) => ({ title, goal: { of: 'ratio', atMost }, run, rounds: [] }))
    for (let round = 0; round < rounds; round++) {
      if (round % 3 === 0) await sample()
      const reference = await timeToExit('-e', '0')
      for (const { run, rounds } of commands) rounds.push({ value: await run(), reference })
    }
    await receiver.stop()
    return commands.map(({ title, goal, rounds }) => ({
      claim: 'g',
      title,
      unit: 'ms',
      referenceName: 'node -e 0',
      goal,
      rounds,
    }))
  })
}
