// The receivers of receiver.py: one process for a test file, which ends with it.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll } from 'vitest'

let started: Promise<string> | undefined
let stop = () => {}
let receivers = 0

afterAll(() => stop())

async function start(): Promise<string> {
  const child = spawn('python3', [join(import.meta.dirname, 'receiver.py')], { stdio: ['pipe', 'pipe', 'inherit'] })
  stop = () => child.stdin.end()
  for await (const port of createInterface(child.stdout)) return `http://127.0.0.1:${port}`
  throw new Error('receiver.py ended before it listened')
}

/** A receiver of this kind (see `receiver.py`), with a state of its own. */
export async function pythonReceiver(dialect: string, kind: string): Promise<{ url: string; observe: string }> {
  started ??= start()
  const url = `${await started}/${dialect}/${kind}/${++receivers}`
  return { url: `${url}/webhooks`, observe: `${url}/observe` }
}
