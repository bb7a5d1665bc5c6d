// What handlers of a test receiver have in common.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { bytesOf } from '../support/receiver.js'

/** The whole body of a request, as text. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  return (await bytesOf(request)).toString()
}

/** Reads the request, then answers with a status. */
export function answer(status: number): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    request.resume()
    request.on('end', () => {
      response.statusCode = status
      response.end()
    })
  }
}

/** A promise with its resolver, for things a test waits for. */
export function signal<T = void>(): { promise: Promise<T>; give: (value: T) => void } {
  let give: (value: T) => void = () => {}
  const promise = new Promise<T>(resolve => {
    give = resolve
  })
  return { promise, give }
}

/** Holds requests until no more come, then answers them together: shows how many are in flight at once. */
export function together(status: () => number) {
  let held: ServerResponse[] = []
  const waves: number[] = []
  const turn = () => new Promise(resolve => setImmediate(resolve))
  async function settle() {
    for (let before = -1, calm = 0; calm < 20; calm++) {
      if (held.length !== before) calm = 0
      before = held.length
      await turn()
    }
    const wave = held
    held = []
    waves.push(wave.length)
    for (const response of wave) response.writeHead(status()).end()
  }
  return {
    waves,
    handle(request: IncomingMessage, response: ServerResponse): void {
      request.resume()
      if (held.push(response) === 1) void settle()
    },
  }
}
