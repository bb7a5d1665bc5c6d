// Waits for a server or a receiver to come up.
import { connect } from 'node:net'
import pRetry from 'p-retry'
import type { Health } from '../api/health.js'
import { systemClock } from '../clock/system.js'
import { EmulatorError } from '../core/errors.js'
import type { Client } from './client.js'

/** Real ms between two attempts to reach a server or receiver. */
const RETRY_INTERVAL_MS = 100

/** Real ms that a host may take to accept a connection. */
const CONNECT_TIMEOUT_MS = 1000

/** Tries every 100 ms until `attempt` succeeds; once `timeoutMs` of real time is up, throws its last error. */
function retry<T>(attempt: () => Promise<T>, timeoutMs: number): Promise<T> {
  return pRetry(attempt, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: RETRY_INTERVAL_MS,
    factor: 1,
    maxRetryTime: timeoutMs,
  })
}

/** The server's health; retries for up to `timeoutMs` of real time while it does not respond. */
export function waitForServer(client: Client, timeoutMs: number): Promise<Health> {
  return retry(client.health, timeoutMs)
}

/** Resolves once something listens at the host and port of a URL; throws `unreachable` after `timeoutMs` of real time. */
export async function waitForReceiver(url: string, timeoutMs: number): Promise<void> {
  const { hostname, port, protocol } = new URL(url)
  const target = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  }
  const { alarm } = systemClock()
  const tryToConnect = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(target)
      const cancel = alarm(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('connection timed out')))
      socket.on('connect', () => {
        socket.destroy()
        resolve()
      })
      socket.on('error', reject)
      socket.on('close', cancel)
    })
  try {
    await retry(tryToConnect, timeoutMs)
  } catch (cause) {
    throw new EmulatorError(`Nothing listens at ${url}.`, {
      code: 'unreachable',
      where: '--wait-for-receiver',
      hint: 'Start the receiver, or wait longer.',
      cause,
    })
  }
}
