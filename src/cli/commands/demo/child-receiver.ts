// `standin receive` as a process of its own, for the demo.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.js'
import { mainFile } from './package-files.js'

export interface ChildReceiver {
  url: string
  pid: number
  /** Requests so far, as `receive --json` tells of them. */
  requests(): readonly JsonObject[]
  /** Ends the process; resolves once it has ended. */
  end(): Promise<void>
}

/** Starts it on a free port; `args` are those of `standin receive`. Rejects when it ends before it listens. */
export async function startChildReceiver(args: readonly string[]): Promise<ChildReceiver> {
  const child = spawn(
    process.execPath,
    [...process.execArgv, mainFile, 'receive', '--port', '0', '--json', '--until-eof', ...args],
    {
      // Its input ends with this process, however that ends: no receiver is left behind.
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  const requests: JsonObject[] = []
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2000)
  })
  const closed = new Promise<void>(resolve => child.on('close', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => reject(new Error(`the receiver ended with ${code} before it listened: ${words}`)))
    createInterface({ input: child.stdout }).on('line', line => {
      const record: Json = JSON.parse(line)
      if (!isJsonObject(record)) return
      if (record.kind === 'listening') resolve(String(record.url))
      if (record.kind === 'request') requests.push(record)
    })
  })
  return {
    url,
    pid: child.pid ?? 0,
    requests: () => requests,
    end: async () => {
      child.kill('SIGTERM')
      await closed
    },
  }
}
