// Serves one emulator on a port while a command runs, so that the receiver can call the providers' APIs.
import type { Emulator } from '../emulator/contract.js'
import { createEmulator } from '../emulator/index.js'
import { createSpaces } from '../emulator/spaces.js'
import { createApp } from '../http/app.js'
import { type CallHooks, createCallHooks } from '../http/call-hooks.js'
import { listen } from '../http/listen.js'
import { VERSION } from '../version.js'

export interface ApiServer {
  url: string
  /** Calls back for each call of the receiver. */
  hooks: CallHooks
  close(): Promise<void>
}

/** Listens on loopback; closing it leaves the emulator running. */
export async function serveApis(emulator: Emulator, port: number): Promise<ApiServer> {
  const hooks = createCallHooks()
  const spaces = createSpaces({ root: emulator, make: createEmulator })
  const app = createApp({ spaces, version: VERSION, hooks })
  const { url, close } = await listen(app, { host: '127.0.0.1', port })
  return { url, hooks, close }
}
