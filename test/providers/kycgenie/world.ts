// An emulator with KYC Genie's API before it, and receivers on real sockets.
import { onTestFinished } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import type { Emulator, EmulatorOptions } from '../../../src/emulator/contract.js'
import { createEmulator } from '../../../src/emulator/index.js'
import { createSpaces } from '../../../src/emulator/spaces.js'
import { createApp } from '../../../src/http/app.js'
import { mustBeDescribed } from '../../support/described.js'
import { bareReceiver, closedPort, rawReceiver } from '../../support/receiver.js'

export interface Answered {
  status: number
  body: JsonObject
  headers: Headers
}

export interface World {
  emulator: Emulator
  /** A call to the provider's API; `path` below `/kycgenie`. */
  call(method: string, path: string, options?: { key?: string | null; body?: unknown; raw?: string }): Promise<Answered>
}

const ORIGIN = 'http://127.0.0.1:4010'

/** A world of its own, stopped when the test ends. */
export async function world({
  settings = {},
  ...options
}: Omit<EmulatorOptions, 'settings'> & { settings?: JsonObject } = {}): Promise<World> {
  const emulator = await createEmulator({
    seed: 1,
    clock: 'manual',
    start: Date.UTC(2026, 0, 19, 10, 30),
    settings: { kycgenie: settings },
    ...options,
  })
  const app = createApp({ spaces: createSpaces({ root: emulator, make: createEmulator }), version: '0.0.0' })
  onTestFinished(() => emulator.stop(0))
  return {
    emulator,
    async call(method, path, { key = 'kycg_one', body, raw } = {}) {
      const text = raw ?? (body === undefined ? undefined : JSON.stringify(body))
      const response = await app.request(`${ORIGIN}/kycgenie${path}`, {
        method,
        headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), 'content-type': 'application/json' },
        ...(text === undefined ? {} : { body: text }),
      })
      const answer = await response.text()
      await mustBeDescribed({
        method,
        path: `/kycgenie${path}`,
        status: response.status,
        contentType: response.headers.get('content-type'),
        body: answer,
      })
      return {
        status: response.status,
        headers: response.headers,
        body: answer === '' ? {} : (JSON.parse(answer) as JsonObject),
      }
    },
  }
}

export interface Received {
  headers: Record<string, string>
  body: string
}

/** A receiver that gives these statuses, the last one for ever; stopped when the test ends. */
export async function receiver(...statuses: number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const { url } = await bareReceiver(({ headers, body }) => {
    received.push({ headers: headers as Record<string, string>, body })
    return statuses[Math.min(received.length, statuses.length) - 1] ?? 200
  })
  return { url, received }
}

/** A receiver that keeps the very bytes of one request and answers 200. */
export async function byteReceiver(): Promise<{ url: string; bytes: Promise<Buffer> }> {
  let tell: (bytes: Buffer) => void = () => undefined
  const bytes = new Promise<Buffer>(resolve => {
    tell = resolve
  })
  const { url } = await rawReceiver(socket => {
    let all = Buffer.alloc(0)
    socket.on('data', part => {
      all = Buffer.concat([all, part])
      const head = all.indexOf('\r\n\r\n')
      const length = Number(
        /content-length: (\d+)/i.exec(all.subarray(0, Math.max(0, head)).toString('latin1'))?.[1] ?? 0,
      )
      if (head < 0 || all.length < head + 4 + length) return
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
      tell(all)
    })
  })
  return { url, bytes }
}

/** An address on which nobody listens. */
export async function nobody(): Promise<string> {
  return `http://127.0.0.1:${await closedPort()}/hooks`
}
