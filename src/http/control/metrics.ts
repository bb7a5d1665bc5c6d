// Numbers for Prometheus, in its text format.
import * as z from 'zod'
import type { Emulator } from '../../emulator/contract.js'
import { controlRoute, type Family } from './route.js'

type Sample = [labels: Record<string, string>, value: number]

const label = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

function metric(name: string, type: 'gauge' | 'counter', help: string, samples: readonly Sample[]): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(([labels, value]) => {
      const inside = Object.entries(labels).map(([key, text]) => `${key}="${label(text)}"`)
      return `${name}${inside.length > 0 ? `{${inside.join(',')}}` : ''} ${value}`
    }),
  ]
}

function metricsText({ ledger, journal, clock, seed }: Emulator, version: string): string {
  const counts = Object.entries(ledger.deliveryCounts()).map(([status, count]): Sample => [{ status }, count])
  const subscriptions = new Map<string, number>()
  for (const { provider, active } of ledger.subscriptions())
    if (active) subscriptions.set(provider, (subscriptions.get(provider) ?? 0) + 1)
  return [
    ...metric('standin_info', 'gauge', 'Always 1; see the labels.', [
      [{ version, seed: String(seed), clock: clock.kind }, 1],
    ]),
    ...metric('standin_deliveries', 'gauge', 'Deliveries kept in the ledger, by status.', counts),
    ...metric('standin_attempts', 'gauge', 'Attempts kept in the ledger.', [[{}, ledger.attemptCount()]]),
    ...metric(
      'standin_subscriptions',
      'gauge',
      'Active subscriptions, by provider.',
      [...subscriptions].map(([provider, count]): Sample => [{ provider }, count]),
    ),
    ...metric('standin_journal_entries_total', 'counter', 'Entries of the journal since the start.', [
      [{}, journal.lastSeq()],
    ]),
    ...metric('standin_clock_seconds', 'gauge', "The emulator's time, seconds since 1970.", [[{}, clock.now() / 1000]]),
    '',
  ].join('\n')
}

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export const metricsFamily: Family = {
  name: 'metrics',
  about: 'Numbers for Prometheus.',
  routes: [
    controlRoute({
      id: 'getMetrics',
      method: 'GET',
      path: '/_standin/metrics',
      summary: 'Gets counts in the text format of Prometheus.',
      answers: { 200: { description: 'The present counts.', schema: z.string(), contentType: 'text/plain' } },
      handler: ({ emulator, version }) =>
        new Response(metricsText(emulator, version), { headers: { 'content-type': CONTENT_TYPE } }),
    }),
  ],
}
