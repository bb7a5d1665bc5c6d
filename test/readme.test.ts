// What the README and the pages under docs/ tell their readers to do, done.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { parse } from 'yaml'
import { pages, ROOT } from './support/markdown.js'
import { runPage } from './support/shell-blocks.js'
import { runTypeScript } from './support/typescript-blocks.js'

const all = pages()
const blocksIn = (...languages: string[]) =>
  all.flatMap(({ blocks }) => blocks.filter(({ language }) => languages.includes(language)))

describe('the shell blocks', () => {
  const withShell = all.filter(({ blocks }) => blocks.some(({ language }) => language === 'sh'))

  it.each(withShell.map(page => [page.name, page] as const))('of %s do what the page says', async (_name, page) => {
    const { commands } = await runPage(page, inject('built'))
    expect(commands).toHaveLength(page.blocks.filter(({ language }) => language === 'sh').length)
  })

  it('are written as such, so that none is left out', () => {
    const known = ['sh', 'ts', 'yaml', 'json', 'text', 'js', 'java', 'python']
    expect(all.flatMap(({ blocks }) => blocks.filter(({ language }) => !known.includes(language)))).toEqual([])
    // A command in a text block is a form to be filled in.
    // Those of docs/control-api.md are made by the test that runs them.
    const shown = blocksIn('text').filter(({ page }) => page !== 'docs/control-api.md')
    const commands = shown.flatMap(({ text }) => text.split('\n').filter(line => /^(npx |standin |curl )/.test(line)))
    expect(commands.filter(line => !line.includes('…'))).toEqual([])
  })
})

it('the TypeScript blocks pass the compiler and run', async () => {
  const blocks = blocksIn('ts')
  expect(await runTypeScript(blocks)).toBeGreaterThanOrEqual(blocks.length)
})

it('the JSON blocks are JSON, whole or a value a line', () => {
  const whole = (text: string) => {
    try {
      return [JSON.parse(text)]
    } catch {
      return text
        .trim()
        .split('\n')
        .map(line => JSON.parse(line))
    }
  }
  for (const block of blocksIn('json')) expect(() => whole(block.text), `${block.page}:${block.line}`).not.toThrow()
})

it('the workflow on a page runs what the page has shown to work', () => {
  /** Of each line the command itself, without variables before it and what the shell does after it. */
  const lines = (text: string) =>
    text
      .split('\n')
      .map(line =>
        line
          .trim()
          .replace(/^[A-Z_]+=\S+ (?=npx )/, '')
          .replace(/ (?:&|\|\|).*$/, ''),
      )
      .filter(line => line !== '')
  const workflows = blocksIn('yaml').filter(({ text }) => /^jobs:$/m.test(text))
  expect(workflows).not.toEqual([])
  for (const { page, text } of workflows) {
    const shown = new Set(
      blocksIn('sh')
        .filter(block => block.page === page)
        .flatMap(block => lines(block.text)),
    )
    const { jobs }: { jobs: Record<string, { steps: { run?: string }[] }> } = parse(text)
    const run = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(step => lines(step.run ?? '')))
    expect(run.filter(line => line.includes('standin ') && !shown.has(line))).toEqual([])
  }
})

it('links between the pages lead somewhere', () => {
  const broken = all.flatMap(({ name, text }) =>
    [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].flatMap(([, to = '']) =>
      existsSync(join(ROOT, dirname(name), to)) ? [] : [`${name} -> ${to}`],
    ),
  )
  expect(broken).toEqual([])
})
