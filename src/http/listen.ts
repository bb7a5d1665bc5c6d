// Puts an app on a port.
import { createAdaptorServer } from '@hono/node-server'
import { EmulatorError } from '../core/errors.js'
import type { App } from './app.js'

export interface Listening {
  /** Where it is reached from this machine, without a slash at the end. */
  url: string
  port: number
  /** Takes no more requests and closes open connections (streams too); resolves when the port is free. */
  close(): Promise<void>
}

const ANYWHERE: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }

/** The system's refusal to listen as a user's mistake. */
function refusal(error: NodeJS.ErrnoException, host: string, port: number): EmulatorError | NodeJS.ErrnoException {
  if (error.code === 'EADDRINUSE')
    return new EmulatorError(`Port ${port} on ${host} is in use.`, {
      code: 'port_in_use',
      hint: 'Stop the process that uses it, or choose another port: --port 0 picks a free one.',
      where: '--port',
      cause: error,
    })
  if (error.code === 'EACCES')
    return new EmulatorError(`Port ${port} on ${host} may not be used by this user.`, {
      code: 'port_in_use',
      hint: 'Choose a port above 1023: --port 0 takes any free one.',
      where: '--port',
      cause: error,
    })
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new EmulatorError(`This machine has no address "${host}".`, {
      code: 'usage',
      hint: 'Use --host 127.0.0.1, or 0.0.0.0 for all of its addresses.',
      where: '--host',
      cause: error,
    })
  return error
}

/** Listens on `host` and `port` (0: any free one). Throws `port_in_use`, or `usage` for an address that is not this machine's. */
export async function listen(app: App, { host, port }: { host: string; port: number }): Promise<Listening> {
  // The global Request and Response stay as they are: the server may run inside a user's test process.
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refusal(error, host, port)))
    server.listen(port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('listening without a port')
  const name = ANYWHERE[host] ?? (host.includes(':') ? `[${host}]` : host)
  return {
    url: `http://${name}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close(error => (error ? reject(error) : resolve()))
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
