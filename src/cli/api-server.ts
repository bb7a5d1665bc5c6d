// Serves one emulator on a port while a command runs, so that the receiver can call the providers' APIs.
import type { Emulator } from '../emulator/contract.js'
import { createEmulator } from '../emulator/index.js'
import { createSpaces } from '../emulator/spaces.js'
import { createApp } from '../http/app.js'
import { type CallHooks, createCallHooks } from '../http/call-hooks.js'
import { listen } from '../http/listen.js'
import { VERSION } from '../version.js'
import type { Print } from './print.js'

export interface ApiServer {
  url: string
  /** Calls back for each call of the receiver. */
  hooks: CallHooks
  close(): Promise<void>
}

/** Listens on loopback, with `page` with the page at its root; closing it leaves the emulator running. */
export async function serveApis(
  emulator: Emulator,
  port: number,
  { page = false }: { page?: boolean } = {},
): Promise<ApiServer> {
  const hooks = createCallHooks()
  const spaces = createSpaces({ root: emulator, make: createEmulator })
  const app = createApp({
    spaces,
    version: VERSION,
    hooks,
    page: page ? (await import('../http/page.js')).builtPage : undefined,
  })
  const { url, close } = await listen(app, { host: '127.0.0.1', port })
  return { url, hooks, close }
}

/** On a terminal, keeps the page at `url` until `signal` is aborted (Ctrl-C); elsewhere nobody would look at it. */
export async function keepPage(url: string, print: Print, signal: AbortSignal): Promise<void> {
  if (!print.tty || signal.aborted) return
  print.line(`The page stays at ${print.paint('bold', `${url}/`)} until Ctrl-C.`)
  await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
}
