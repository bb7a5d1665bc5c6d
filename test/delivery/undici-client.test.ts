// The private path of undici that the transport loads instead of undici's main entry, for 30 ms of CPU less before the first delivery.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const manifest = (...path: string[]) =>
  JSON.parse(readFileSync(join(root, ...path, 'package.json'), 'utf8')) as {
    version: string
    dependencies?: Record<string, string>
    exports?: unknown
  }

it('the client at its own path is the Client that undici exports', async () => {
  const { default: client } = await import('undici/lib/dispatcher/client.js')
  const { Client } = await import('undici')
  expect(client).toBe(Client)
})

it('undici keeps the path reachable: it has no exports map, and its range stays within the major version that was tried', () => {
  const undici = manifest('node_modules', 'undici')
  expect(undici.exports).toBeUndefined()
  expect(undici.version).toMatch(/^7\./)
  expect(manifest().dependencies?.undici).toMatch(/^\^7\./)
})
