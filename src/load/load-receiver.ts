// Load on a receiver, as the library offers it: nothing of it is loaded before it is used.
import type { LoadReport } from '../api/load-report.js'
import type { LoadOptions } from './options.js'

/**
 * Puts load on a running receiver and judges it. Throws EmulatorError for invalid options, before anything is sent; whatever the receiver
 * does is in the report.
 * @example
 * const report = await loadReceiver({
 *   provider: 'standard',
 *   to: 'http://127.0.0.1:3000/webhooks',
 *   secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
 *   rate: '200/s',
 *   forMs: 60_000,
 *   failIf: ['p99>500ms'],
 * })
 * console.log(report.verdict.status, report.latency.percentiles?.p99)
 */
export async function loadReceiver(options: LoadOptions): Promise<LoadReport> {
  const { runLoad } = await import('./run-load.js')
  return runLoad(options)
}
