// A real browser for the tests of the page, one for each process of the tests, which it ends with, and a server with its page beside it. Where no browser can start, these tests are skipped; with CI set they fail.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import axe, { type AxeResults } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { inject, onTestFinished, it as vitestIt } from 'vitest'
import type { Emulator, EmulatorOptions } from '../../src/emulator/contract.js'
import { createEmulator } from '../../src/emulator/index.js'
import { createSpaces, type Spaces } from '../../src/emulator/spaces.js'
import type { AppOptions } from '../../src/http/app.js'
import { createApp } from '../../src/http/app.js'
import { listen } from '../../src/http/listen.js'
import { builtInProviders } from '../../src/providers/index.js'
import { testEmulator } from './emulator.js'

/** Unpacks the browser of the npm package into a folder of its own, whole or not at all: other test files do the same at this moment. */
async function unpacked(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'))
  const folder = join(tmpdir(), `standin-chromium-${process.getuid?.() ?? 0}-147`)
  const executablePath = join(folder, 'chromium')
  const config = join(folder, 'fonts.conf')
  if (!existsSync(config)) {
    const making = mkdtempSync(join(tmpdir(), 'standin-chromium-'))
    const script = `const { default: chromium } = await import(${JSON.stringify(entry)})
      chromium.setGraphicsMode = false
      await chromium.executablePath()`
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TMPDIR: making },
    })
    // A machine without fonts would show none of the letters.
    writeFileSync(
      join(making, 'fonts.conf'),
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`,
    )
    try {
      renameSync(making, folder)
    } catch (error) {
      rmSync(making, { recursive: true, force: true })
      // Another file was first.
      if (!existsSync(config)) throw error
    }
  }
  return { executablePath, env: { FONTCONFIG_FILE: config } }
}

const ARGS = ['--no-sandbox', '--no-zygote', '--disable-gpu', '--font-render-hinting=none', '--disable-dev-shm-usage']

async function launch(): Promise<Browser | undefined> {
  const failures: string[] = []
  const ways = [unpacked, async () => ({ executablePath: 'chromium', env: {} as Record<string, string> })]
  for (const way of ways) {
    try {
      const { executablePath, env } = await way()
      const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
      return await chromium.launch({ executablePath, args: ARGS, env: { ...Object.fromEntries(inherited), ...env } })
    } catch (error) {
      failures.push(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
    }
  }
  const line = `No browser can start here, so the tests of the page do not run: ${failures.join('; ')}. Install one: apt-get install chromium.`
  if (process.env.CI) throw new Error(line)
  process.stderr.write(`${line}\n`)
  return undefined
}

const browser = await launch()

/** `it` for tests that need a browser: skipped where none can start. */
export const it = browser ? vitestIt : vitestIt.skip

/** The folder of the built page. */
const pageFolder = () => `${inject('built')}/dist/page`

export interface PageServer {
  emulator: Emulator
  spaces: Spaces
  /** Without a slash at the end. */
  url: string
  /** Stops listening and closes every connection; the emulator goes on. Give the same port to `listenAgain`. */
  close(): Promise<void>
  /** Listens on the same port again. */
  listenAgain(): Promise<void>
}

/** A server on loopback with its page, until the test ends: the built-in providers on a manual clock unless options say otherwise. */
export async function pageServer(
  options: EmulatorOptions = {},
  appOptions: Partial<AppOptions> = {},
): Promise<PageServer> {
  const shared: EmulatorOptions = { providers: builtInProviders, clock: 'manual', seed: 7, ...options }
  const emulator = await testEmulator(shared)
  const spaces = createSpaces({ root: emulator, make: own => createEmulator({ ...shared, ...own }) })
  const app = createApp({ spaces, version: '0.0.0', page: pageFolder(), ...appOptions })
  let server = await listen(app, { host: '127.0.0.1', port: 0 })
  const { url, port } = server
  let isClosed = false
  const close = async () => {
    if (!isClosed) await server.close()
    isClosed = true
  }
  onTestFinished(async () => {
    await close()
    await spaces.stop(0)
  })
  return {
    emulator,
    spaces,
    url,
    close,
    listenAgain: async () => {
      server = await listen(app, { host: '127.0.0.1', port })
      isClosed = false
    },
  }
}

/** What a page is opened with besides the size: 1280 × 800 unless given. */
export interface OpenOptions extends BrowserContextOptions {
  /** Console errors that this test provokes; any other fails the test. */
  expectedErrors?: RegExp
  /** Another tab of the same person: shares storage with that page. */
  beside?: Page
}

/** Opens a URL in a browser of its own profile, closed with the test. What the page logs as an error, or throws, fails the test. */
export async function openPage(url: string, { expectedErrors, beside, ...options }: OpenOptions = {}): Promise<Page> {
  if (browser === undefined) throw new Error('No browser is there.')
  const context =
    beside?.context() ??
    (await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      permissions: ['clipboard-read', 'clipboard-write'],
      ...options,
    }))
  const page = await context.newPage()
  const errors: string[] = []
  const note = (text: string) => {
    if (!expectedErrors?.test(text)) errors.push(text)
  }
  page.on('pageerror', error => note(`thrown: ${error.message}`))
  page.on('console', message => {
    if (message.type() === 'error') note(message.text())
  })
  onTestFinished(async () => {
    await page.close()
    if (beside === undefined) await context.close()
    if (errors.length > 0) throw new Error(`The page reported:\n${errors.join('\n')}`)
  })
  page.setDefaultTimeout(30_000)
  await page.goto(url)
  return page
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe-core finds against WCAG 2.2 AA on what is shown now, as lines to compare with []. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Playwright runs it besides the page's policy.
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe.source)
  const options = JSON.stringify({ runOnly: TAGS, resultTypes: ['violations'] })
  // What passed is the most of a result, and takes long to be handed over.
  const violations = await page.evaluate<AxeResults['violations']>(
    `axe.run(document, ${options}).then(({ violations }) => violations)`,
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')}: ${failureSummary ?? ''}`),
  )
}

/** What axe-core finds in light and in dark at each of these widths, and where something is wider than the window, as lines to compare with []. */
export async function faultsOfLooks(page: Page, widths: readonly number[] = [1280, 360]): Promise<string[]> {
  const found: string[] = []
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 })
    // Media queries alone choose colours and places, so a page that is open is as one that is opened in the dark, or narrow.
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      found.push(...(await axeViolations(page)).map(line => `${colorScheme}, ${width} px: ${line}`))
    }
    const needed = await page.evaluate<number>('document.documentElement.scrollWidth')
    if (needed > width) found.push(`${width} px: ${needed} px are needed`)
  }
  return found
}
