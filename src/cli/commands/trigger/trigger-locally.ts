// Triggers one event without a server: a ledger in memory, one subscription to the given URL, run until its delivery is settled.
import type { Trigger } from '../../../api/trigger.js'
import { formatDuration } from '../../../core/duration.js'
import type { EmulatorOptions, Preview } from '../../../emulator/contract.js'
import { createEmulator } from '../../../emulator/index.js'
import { findType } from '../../../provider/catalog.js'
import type { SubscriptionInput } from '../../../provider/port.js'
import { curlText, httpText, requestRecord } from '../../../report/request-text.js'
import { EXIT } from '../../command.js'
import { printAttempts, runUntilSettled } from '../../local-deliveries.js'
import { clockTime, counted, instant, type Print, plain } from '../../print.js'
import { exitCode } from './exit-code.js'

export interface LocalTrigger {
  trigger: Trigger
  to: string
  secret: string | undefined
  emulator: EmulatorOptions
  /** On a manual clock: speed of the waits; undefined skips them. */
  speed: number | undefined
  form: string | undefined
  print: Print
  signal: AbortSignal
}

function printPreview(print: Print, form: string, { message, signedString }: Preview): void {
  if (form === 'json') print.raw(`${JSON.stringify(requestRecord(message, signedString))}\n`)
  else if (form === 'http') print.raw(`${httpText(message).toString('utf8')}\n`)
  else print.raw(curlText(message))
}

/** Returns the exit code. */
export async function triggerLocally(order: LocalTrigger): Promise<number> {
  const { trigger, print, signal } = order
  const { provider, type, ...input } = trigger
  const emulator = await createEmulator({ ...order.emulator, connections: 'single' })
  try {
    const loaded = await emulator.load(provider)
    const { channel } = findType(loaded, type, input.channel, await emulator.settings(provider))
    const to: SubscriptionInput = { channel: channel.name, url: order.to, secret: order.secret }
    if (order.form !== undefined) {
      const preview = await emulator.preview(provider, type, to, { ...input, channel: channel.name })
      const { use } = channel.behaviour.secret
      if (order.secret === undefined && (use === 'required' || use === 'optional'))
        print.note('note: signed with a generated secret; pass the secret of your receiver with --secret')
      for (const warning of preview.warnings) print.note(`note: ${plain(warning)}`)
      printPreview(print, order.form, preview)
      return EXIT.success
    }
    const subscription = await emulator.subscribe(provider, { ...to, account: input.account })
    const stop = printAttempts(emulator, print, { madeUp: order.secret === undefined })
    const start = emulator.clock.now()
    const { event, deliveries, notDelivered, warnings } = await emulator.trigger(provider, type, {
      ...input,
      channel: channel.name,
      only: [subscription.id],
    })
    // What is refused is refused before anything is told.
    print.note(`seed ${emulator.seed}, start ${instant(start)}`)
    if (order.secret === undefined && subscription.secret !== null)
      print.note(`secret ${subscription.secret} (generated from the seed; set your own with --secret)`)
    for (const warning of warnings) print.note(`note: ${plain(warning)}`)
    print.line(
      `${clockTime(event.createdAt)}  ${event.type}${event.variant === null ? '' : ` (${event.variant})`} triggered for ${order.to}${event.subject === null ? '' : `, subject ${event.subject}`}`,
    )
    print.record({
      kind: 'event',
      event: { ...event, createdAt: instant(event.createdAt) },
      deliveries: deliveries.map(({ id, subscriptionId }) => ({ id, subscriptionId })),
      notDelivered,
      warnings,
    })
    for (const { why } of notDelivered) print.line(`not delivered: ${plain(why)}`)
    const ids = deliveries.map(({ id }) => id)
    const isSettled = await runUntilSettled(emulator, ids, signal, order.speed)
    await stop()
    const views = ids.map(id => emulator.view(id))
    const attempts = views.reduce((sum, view) => sum + view.attempts.length, 0)
    const results = views.map(view => ({
      status: view.delivery.status,
      answered: view.attempts.some(({ outcome }) => outcome?.kind === 'answered'),
    }))
    const code = isSettled ? exitCode(results) : EXIT.interrupted
    const status = views[0]?.delivery.status ?? 'not delivered'
    const skipped = emulator.clock.kind === 'manual' && order.speed === undefined ? emulator.clock.now() - start : 0
    const summary = [
      isSettled ? status : `interrupted; still ${status}`,
      `after ${counted(attempts, 'attempt')}`,
      ...(skipped > 0 ? [`skipped ${formatDuration(skipped)} of waiting`] : []),
      ...(code === EXIT.couldNotRun ? ['no attempt got a response'] : []),
    ]
    print.line(print.paint(code === EXIT.success ? 'green' : 'red', summary.join(', ')))
    print.record({
      kind: 'summary',
      provider,
      type,
      event: event.id,
      delivery: ids[0] ?? null,
      status,
      attempts,
      seed: emulator.seed,
      start: instant(start),
      skippedMs: skipped,
      exitCode: code,
    })
    return code
  } finally {
    await emulator.stop(0)
  }
}
