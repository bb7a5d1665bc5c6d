// Recipe: every test has its own Standin; they share nothing, even when they run concurrently.
import { startReceiver, startStandin } from 'standin/testing'
import 'standin/testing/matchers'
import { describe, expect, it } from 'vitest'

describe.concurrent('side by side', () => {
  it.each(Array.from({ length: 8 }, (_, i) => i))('test %i sees its own events only', async i => {
    const standin = await startStandin({ clock: 'manual', seed: i })
    const receiver = await startReceiver()
    await standin.subscribe('rillis', { url: receiver.url })
    for (let n = 0; n <= i; n++) await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.rest()
    expect(receiver.requests).toHaveLength(i + 1)
    expect(standin.counts()).toMatchObject({ delivered: i + 1, waiting: 0 })
    await Promise.all([standin.stop(), receiver.stop()])
  })
})
