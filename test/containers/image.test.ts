// The Dockerfile, carried out in bare folders by another user where this one may: what it builds serves, is healthy without a token, and stops cleanly.
import { cpSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from '../support/markdown.js'
import { buildImage, dockerfile, runInImage, within } from './dockerfile.js'

it('the image builds, serves, is healthy without a token, and ends with 0 on SIGTERM, its ledger on the volume', async () => {
  const image = await buildImage(dockerfile())
  const { root } = image
  // Node.js has an SQLite driver of its own from 22.13, as the image's 24 does; before, the tests lend theirs. The first line of the program may find another Node.js than this one, where its user may not look into this one's folder.
  const version = (
    await runInImage(image, ['/usr/bin/env', 'node', '-p', 'process.versions.node'], {}).ended
  ).stdout.trim()
  if (version.localeCompare('22.13', undefined, { numeric: true }) < 0) {
    // Copied, since another user may not look into this checkout; without what only a compiler needs.
    for (const name of ['better-sqlite3', 'bindings', 'file-uri-to-path'])
      cpSync(join(ROOT, 'node_modules', name), join(root, 'opt/standin/node_modules', name), {
        recursive: true,
        filter: file => !/better-sqlite3\/(deps|src|build\/deps)$|obj\.target/.test(file),
      })
  }
  const served = runInImage(image, [...image.entrypoint, ...image.cmd], {
    STANDIN_PORT: '0',
    STANDIN_HOST: '127.0.0.1',
    STANDIN_TOKEN: 'token of the test',
  })
  const port = await served.until(
    () => / at http:\/\/127\.0\.0\.1:(\d+)/.exec(served.output().stdout)?.[1],
    'it listened',
  )
  const health = async () => (await runInImage(image, image.healthcheck, { STANDIN_PORT: port }).ended).code
  expect(await health()).toBe(0)
  const answer = await fetch(`http://127.0.0.1:${port}/_standin/health`)
  expect(answer.status).toBe(401)
  expect(await served.end('SIGTERM')).toMatchObject({ code: 0 })
  expect(await health()).toBe(1)
  expect(existsSync(within(root, image.env.STANDIN_LEDGER ?? ''))).toBe(true)
  const events = await runInImage(image, [...image.entrypoint, 'validate', join(root, 'opt/standin/scenarios')], {})
    .ended
  expect(events).toMatchObject({ code: 0 })
})

it('the image has no compiler and no packages, is run by a user without rights, and keeps its ledger on a volume', () => {
  const instructions = dockerfile()
  const last = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'))
  const texts = (wanted: string) => last.filter(({ name }) => name === wanted).map(({ text }) => text)
  expect(texts('FROM')).toEqual(['node:24-slim'])
  expect(texts('USER')).toEqual(['node'])
  expect(texts('RUN').join('\n')).not.toMatch(/npm|apt|node-gyp/)
  expect(texts('COPY').join('\n')).not.toContain('node_modules')
  const [volume] = texts('VOLUME')
  expect(texts('ENV').join(' ')).toContain(`STANDIN_LEDGER=${volume}/`)
  expect(texts('HEALTHCHECK').join('\n')).not.toMatch(/token/i)
  expect(readdirSync(ROOT)).toContain('.dockerignore')
})
