// The recipes of the pages, as far as they can be carried out without an engine or a service: the GitLab job, the workflow's inputs, Testcontainers over a process.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { parse } from 'yaml'
import { startReceiver } from '../../src/testing/index.js'
import { temporaryFolder } from '../support/emulator.js'
import { type Block, pages, ROOT } from '../support/markdown.js'
import { runProcess } from '../support/process.js'
import { runPage } from '../support/shell-blocks.js'

const blocks = (page: string, language: string): Block[] =>
  pages()
    .filter(({ name }) => name === page)
    .flatMap(one => one.blocks.filter(block => block.language === language))

it("the GitLab job's script runs and writes the report that it names", async () => {
  const job = blocks('docs/ci.md', 'yaml')
    .map(({ text, line }) => ({ line, jobs: Object.values(parse(text) as Record<string, { script?: string[] }>) }))
    .find(({ jobs }) => jobs.some(({ script }) => script !== undefined))
  const script = job?.jobs[0]?.script?.filter(line => line !== 'npm ci') ?? []
  expect(script.length).toBeGreaterThan(1)
  const text = `${[...script, 'test -s standin.xml'].join('\n')}\n`
  const block: Block = { page: 'docs/ci.md', line: job?.line ?? 0, language: 'sh', info: '', text }
  await runPage({ name: 'docs/ci.md', text: '', blocks: [block] }, inject('built'))
})

it('the workflow gives the action inputs, and takes outputs, that it has', () => {
  const action: { inputs: object; outputs: object } = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'))
  const [workflow = ''] = blocks('docs/ci.md', 'yaml')
    .map(({ text }) => text)
    .filter(text => text.includes('/standin@'))
  const { jobs }: { jobs: Record<string, { steps: { uses?: string; with?: object }[] }> } = parse(workflow)
  const step = Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .find(({ uses }) => uses?.includes('/standin@'))
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step?.with ?? { none: '' })))
  const taken = [...workflow.matchAll(/steps\.standin\.outputs\.(\w+)/g)].map(([, name]) => name)
  expect(taken.sort()).toEqual(Object.keys(action.outputs).sort())
})

/** Stands for the package `testcontainers`: a container is a process of the built command line, with the image's environment. */
const CONTAINERS = `
import { spawn } from 'node:child_process'
export const TestContainers = { exposeHostPorts: async () => {} }
export const Wait = { forHttp: path => path }
export class GenericContainer {
  withEnvironment(env) { this.env = env; return this }
  withCommand(command) { this.command = command; return this }
  withExposedPorts() { return this }
  withWaitStrategy(path) { this.path = path; return this }
  async start() {
    const child = spawn('standin', this.command, { env: { ...process.env, ...this.env, PORT_OF_SERVE: '0' }, stdio: ['ignore', 'pipe', 'inherit'] })
    const port = await new Promise(resolve => child.stdout.on('data', data => {
      const found = / at http:\\/\\/127\\.0\\.0\\.1:(\\d+)/.exec(String(data))
      if (found) resolve(Number(found[1]))
    }))
    if (!(await fetch('http://127.0.0.1:' + port + this.path)).ok) throw new Error('not healthy')
    return { getHost: () => '127.0.0.1', getMappedPort: () => port, stop: async () => void child.kill() }
  }
}
`

it('the Testcontainers recipe delivers an event to the receiver', async ({ onTestFinished }) => {
  const receiver = await startReceiver({ answers: [500, 200] })
  onTestFinished(() => receiver.stop())
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'node_modules/testcontainers'), { recursive: true })
  writeFileSync(
    join(folder, 'node_modules/testcontainers/package.json'),
    '{ "type": "module", "exports": "./index.js" }',
  )
  writeFileSync(join(folder, 'node_modules/testcontainers/index.js'), CONTAINERS)
  const [recipe] = blocks('docs/containers.md', 'js')
  const text = (recipe?.text ?? '')
    .replaceAll('http://host.testcontainers.internal:3000/webhooks', receiver.url)
    .replaceAll('host.testcontainers.internal', '127.0.0.1')
    .replace(/^await post\((.*)\)$/gm, 'if (!(await post($1)).ok) process.exit(1)')
  writeFileSync(join(folder, 'recipe.mjs'), text)
  const env = { ...process.env, PATH: `${inject('built')}/bin:${process.env.PATH}` }
  const { code, stderr } = await runProcess(process.execPath, ['recipe.mjs'], { cwd: folder, env })
  expect(code, stderr).toBe(0)
  expect(receiver.requests).toHaveLength(2)
})

it('the recipe in Java makes the calls of that in JavaScript', () => {
  const calls = (text: string) =>
    [...text.matchAll(/\bpost\((?:url, )?['"]([\w/]+)['"],\s*(?:(\{[^\n]*\})|"(.*)")\)/g)].map(
      ([, path, object, string]) => [
        path,
        object === undefined
          ? JSON.parse((string ?? '').replaceAll('\\"', '"'))
          : parse(object.replaceAll(/(\w+): /g, '$1: ')),
      ],
    )
  const [[recipe], [java]] = [blocks('docs/containers.md', 'js'), blocks('docs/containers.md', 'java')]
  const made = calls(recipe?.text ?? '')
  expect(made).toHaveLength(4)
  expect(calls(java?.text ?? '')).toEqual(made)
})
