// The rules of the design, enforced on the sources, and each shown to fail where it is broken on purpose.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VERSION } from '../../src/version.js'
import { breaches, DOORS, LAYERS, MANNERS, type Rule, stale } from './rules.js'
import { ROOT, readSources, type Sources } from './sources.js'

const sources = readSources()

/** The sources with one more file, which breaks a rule. */
const withFile = (file: string, text: string): Sources => new Map([...sources, [file, text]])

const each = (rules: readonly Rule[]) => rules.map(rule => [rule.name, rule] as const)

describe('layers', () => {
  it.each(each(LAYERS))('%s', (_, rule) => {
    expect(rule.broken(sources)).toEqual([])
  })
})

describe('one door per effect', () => {
  it.each(DOORS.map(door => [door.effect, door] as const))('%s has only the places listed for it', (_, door) => {
    expect(breaches(sources, door)).toEqual([])
  })

  it.each(DOORS.map(door => [door.effect, door] as const))('no place listed for %s is stale', (_, door) => {
    expect(stale(sources, door)).toEqual([])
  })
})

describe('manners', () => {
  it.each(each(MANNERS))('%s', (_, rule) => {
    expect(rule.broken(sources)).toEqual([])
  })

  it('the version is that of package.json', () => {
    expect(VERSION).toBe((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version)
  })
})

describe('a rule that is broken on purpose fails', () => {
  const header = '// A file that breaks a rule.\n'
  const broken: [rule: RegExp, file: string, text: string][] = [
    [/imports only those below/, 'core/above.ts', `${header}import type { Emulator } from '../emulator/contract.js'\n`],
    [/imports only those below/, 'ledger/sideways.ts', `${header}import { systemClock } from '../clock/system.js'\n`],
    [/imports only those below/, 'http/lazy.ts', `${header}export const go = () => import('../cli/main.js')\n`],
    [/place among the layers/, 'attic', `${header}export const box = 1\n`],
    [/core needs no framework/, 'core/server.ts', `${header}import { createServer } from 'node:http'\n`],
    [/core needs no framework/, 'core/shape.ts', `${header}import * as z from 'zod'\n`],
    [/a provider imports/, 'providers/standard/x.ts', `${header}import '../index.js'\n`],
    [/through its control API/, 'cli/short-cut.ts', `${header}import { x } from '../http/control/route.js'\n`],
    [/names of companies/, 'core/favourite.ts', `${header}export const favourite = 'rillis'\n`],
    [/as a namespace/, 'api/zod.ts', `${header}import { z } from 'zod'\n`],
    [/opens with one sentence/, 'core/silent.ts', 'export const silent = 1\n'],
    [/no drawers/, 'core/utils.ts', header],
    [/no class but errors/, 'core/thing.ts', `${header}export class Thing {}\n`],
    [/nothing is silenced/, 'core/quiet.ts', `${header}// @ts-ignore\n`],
    [/makes no markup/, 'page/markup.tsx', `${header}element.innerHTML = text\n`],
    [/nothing of Node/, 'page/bytes.ts', `${header}export const bytes = Buffer.from('')\n`],
    [/past 300 lines/, 'core/long.ts', `${header}${'\n'.repeat(300)}`],
  ]
  it.each(broken)('%s: %s', (rule, file, text) => {
    const found = [...LAYERS, ...MANNERS].filter(({ name }) => rule.test(name))
    expect(found).toHaveLength(1)
    expect(found[0]?.broken(withFile(file, text)).join('\n')).toContain(file)
  })

  it('no import cycles: not even of types', () => {
    const rule = LAYERS.find(({ name }) => name.startsWith('no import cycles'))
    const both = new Map([
      ['core/one.ts', `${header}import type { Two } from './two.js'\n`],
      ['core/two.ts', `${header}export type { One } from './one.js'\n`],
    ])
    expect(rule?.broken(both)).toEqual(['core/one.ts -> core/two.ts -> core/one.ts'])
  })

  const effects: [effect: string, text: string][] = [
    ['time', 'Date.now()'],
    ['chance', 'Math.random()'],
    ['SQLite', "import Database from 'better-sqlite3'"],
    ['p-retry', "import pRetry from 'p-retry'"],
    ['faker', "await import('@faker-js/faker/locale/en')"],
    ['crypto', "import { createHmac } from 'node:crypto'"],
    ['the environment', 'process.env.HOME'],
    ['the console', 'console.log(1)'],
    ['files', "import { readFileSync } from 'node:fs'"],
    ['undici', "import { request } from 'undici'"],
    ['undici', "await import('undici/lib/dispatcher/client.js')"],
    ['outgoing connections', "import { connect } from 'node:net'"],
    ['outgoing connections', "import { request as httpRequest, type IncomingMessage } from 'node:http'"],
    ['outgoing connections', "import('node:tls')"],
    ['outgoing connections', 'const response = await fetch(url)'],
    ['outgoing connections', 'const source = new EventSource(url)'],
  ]
  it.each(effects)('%s elsewhere', (effect, text) => {
    const door = DOORS.find(one => one.effect === effect)
    expect(door && breaches(withFile('core/effect.ts', `${header}${text}\n`), door)).toEqual(['core/effect.ts'])
  })

  it('an entry for a file that has no effect is stale', () => {
    expect(stale(sources, { effect: 'time', pattern: /\bDate\.now\b/, allowed: ['core/event.ts'] })).toEqual([
      'core/event.ts',
    ])
  })
})
