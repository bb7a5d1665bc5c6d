// The page as files over HTTP: where it is, who may have it, and what a browser may do with it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, inject, it } from 'vitest'
import { testServer } from '../support/server.js'

const page = join(inject('built'), 'dist/page')
const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const assets = readdirSync(page).filter(name => /\.(js|css)$/.test(name))

it('is at the root and under each space, and not there unless it is asked for', async () => {
  const { app } = await testServer({}, { page })
  for (const path of ['/', '/spaces/a/']) {
    const response = await app.request(path, { headers: html })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await response.text()).toBe(readFileSync(join(page, 'index.html'), 'utf8'))
  }
  const without = await testServer()
  expect((await without.app.request('/', { headers: html })).status).toBe(404)
})

it('sends a browser from a space without the final slash to its page, and answers anybody else as the API', async () => {
  const { app, spaces } = await testServer({}, { page })
  const redirected = await app.request('/spaces/a%2Eb', { headers: html })
  expect([redirected.status, redirected.headers.get('location')]).toEqual([308, '/spaces/a%2Eb/'])
  expect(spaces.has('a.b')).toBe(false)
  expect((await app.request('/spaces/a', { method: 'PUT', headers: html })).status).toBe(201)
  expect((await app.request('/spaces/a')).status).toBe(405)
  expect((await app.request('/spaces', { headers: html })).status).toBe(200)
  const without = await testServer()
  expect((await without.app.request('/spaces/a', { headers: html })).status).toBe(405)
})

it('makes no space by being looked at', async () => {
  const { app, spaces } = await testServer({}, { page })
  expect((await app.request('/spaces/never/', { headers: html })).status).toBe(200)
  expect((await app.request(`/spaces/never/_page/${assets[0]}`)).status).toBe(200)
  expect(spaces.has('never')).toBe(false)
})

it('allows nothing but its own files: no inline script, no other origin, no frame', async () => {
  const { app } = await testServer({}, { page })
  for (const path of ['/', `/_page/${assets[0]}`]) {
    const { headers } = await app.request(path)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    )
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  }
  const text = await (await app.request('/')).text()
  expect(text.match(/<script/g)).toHaveLength(1)
  expect(text).not.toMatch(/<script(?![^>]*\ssrc="_page\/)|<style|\son\w+=|\sstyle=|https?:\/\/(?!www\.w3\.org)/)
})

it('sends hashed files compressed, to be kept for ever, and index.html to be asked for each time', async () => {
  const { app } = await testServer({}, { page })
  expect((await app.request('/')).headers.get('cache-control')).toBe('no-cache')
  for (const name of assets) {
    const compressed = await app.request(`/_page/${name}`, { headers: { 'accept-encoding': 'gzip, br' } })
    expect(compressed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(compressed.headers.get('content-encoding')).toBe('gzip')
    const bytes = Buffer.from(await compressed.arrayBuffer())
    expect(gunzipSync(bytes).equals(readFileSync(join(page, name)))).toBe(true)
    const plain = await app.request(`/_page/${name}`)
    expect(plain.headers.has('content-encoding')).toBe(false)
    expect(Buffer.from(await plain.arrayBuffer()).equals(readFileSync(join(page, name)))).toBe(true)
  }
})

it('has under 150 kB of files, compressed, all views and the editor counted', () => {
  const sizes = readdirSync(page)
    .filter(name => name.endsWith('.gz'))
    .map(name => readFileSync(join(page, name)).byteLength)
  expect(sizes.length).toBeGreaterThan(3)
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(150_000)
})

it.each([
  '/_page/',
  '/_page/index.html',
  '/_page/main.js',
  '/_page/../cli/main.js',
  '/_page/..%2Fcli%2Fmain.js',
  '/_page/%2e%2e/cli/main.js',
  '/_page/x.js%00',
  '/_page/x.js.gz',
])('has nothing at %s', async path => {
  const { app } = await testServer({}, { page })
  expect((await app.request(path)).status).toBe(404)
})

it('answers HEAD without a body, and nothing but GET and HEAD', async () => {
  const { app } = await testServer({}, { page })
  const head = await app.request('/', { method: 'HEAD' })
  expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '',
  ])
  expect((await app.request('/', { method: 'POST' })).status).toBe(404)
})

it('answers only to the names that the API answers to, and to no other site', async () => {
  const { app } = await testServer({}, { page })
  expect((await app.request('/', { headers: { ...html, host: 'evil.example' } })).status).toBe(403)
  const framed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }
  expect((await app.request('/', { headers: { ...html, ...framed } })).status).toBe(403)
  const followed = { ...framed, 'sec-fetch-dest': 'document' }
  expect((await app.request('/', { headers: { ...html, ...followed } })).status).toBe(200)
})

it('needs no token where the API does: it has nothing to tell without one', async () => {
  const { app } = await testServer({}, { page, token: 'secret-token', guardProviders: true })
  expect((await app.request('/', { headers: html })).status).toBe(200)
  expect((await app.request('/_standin/deliveries', { headers: html })).status).toBe(401)
})

it('leaves the root of a provider at the root to its API, unless HTML is asked for', async () => {
  const { app } = await testServer({}, { page, providerAtRoot: 'acme' })
  const called = await app.request('/', { headers: { accept: 'application/json' } })
  const direct = await app.request('/acme/', { headers: { accept: 'application/json' } })
  expect([called.status, await called.text()]).toEqual([direct.status, await direct.text()])
  expect((await app.request('/', { headers: html })).headers.get('content-type')).toContain('text/html')
})
