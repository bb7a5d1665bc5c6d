// The GitHub Action: its shell steps are run as a runner runs them, with a real receiver, and leave url, token, reports and summary.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { startReceiver } from '../../src/testing/index.js'
import { ROOT } from '../support/markdown.js'
import { startProcess } from '../support/process.js'

interface Step {
  id?: string
  if?: string
  shell?: string
  env?: Record<string, string>
  run?: string
  uses?: string
}

interface Action {
  inputs: Record<string, { description: string; default?: string }>
  outputs: Record<string, { value: string }>
  runs: { using: string; steps: Step[] }
}

const action: Action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'))

/** Runs the steps whose condition holds, in a project that has Standin installed; the steps' outputs, the summary and each exit code. */
async function runAction(given: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'standin-action-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
  symlinkSync(join(inject('built'), 'bin/standin'), join(folder, 'node_modules/.bin/standin'))
  symlinkSync(join(ROOT, 'scenarios'), join(folder, 'scenarios'))
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [name, given[name] ?? input.default ?? '']),
  )
  const outputs: Record<string, Record<string, string>> = {}
  const read = (expression: string): string => {
    const [, input] = /^inputs\.([\w-]+)$/.exec(expression) ?? []
    if (input !== undefined) {
      if (!(input in inputs)) throw new Error(`There is no input ${input}.`)
      return inputs[input] ?? ''
    }
    const [, step, output] = /^steps\.(\w+)\.outputs\.(\w+)$/.exec(expression) ?? []
    if (step === undefined || output === undefined) throw new Error(`"${expression}" is not known here.`)
    return outputs[step]?.[output] ?? ''
  }
  const filled = (text: string) => text.replace(/\$\{\{ (.*?) \}\}/g, (_, expression) => read(expression))
  const holds = (condition: string) =>
    condition
      .replace(/^\$\{\{ (.*) \}\}$/, '$1')
      .split(' && ')
      .every(part => {
        if (part === '!cancelled()') return true
        const [, expression = '', operator, value] = /^(\S+) (==|!=) '(.*)'$/.exec(part) ?? []
        return (read(expression) === value) === (operator === '==')
      })
  const summary = join(folder, 'summary.md')
  writeFileSync(summary, '')
  const codes: (number | null)[] = []
  let said = ''
  for (const step of action.runs.steps) {
    const failed = codes.some(code => code !== 0)
    if (step.if === undefined ? failed : !holds(step.if) || (failed && !step.if.includes('cancelled()'))) continue
    if (step.run === undefined) continue
    expect(step.run).not.toContain('${{')
    const output = join(folder, 'output')
    writeFileSync(output, '')
    const environment = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(STANDIN_|VITEST|GITHUB_)/.test(name)),
    )
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, text]) => [name, filled(text)]))
    const { code, stdout, stderr } = await startProcess(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run],
      {
        cwd: folder,
        env: {
          ...environment,
          GITHUB_OUTPUT: output,
          GITHUB_STEP_SUMMARY: summary,
          RUNNER_TEMP: folder,
          PORT_OF_SERVE: '0',
          ...env,
        },
      },
    ).ended
    said += `${stdout}${stderr}`
    codes.push(code)
    if (step.id !== undefined)
      outputs[step.id] = Object.fromEntries(
        readFileSync(output, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      )
    const pid = /"pid":(\d+)/.exec(
      readdirSync(folder).includes('standin-ready.json')
        ? readFileSync(join(folder, 'standin-ready.json'), 'utf8')
        : '',
    )?.[1]
    if (pid !== undefined && step.id === 'serve') onTestFinished(() => void process.kill(Number(pid), 'SIGTERM'))
  }
  const result = Object.fromEntries(Object.entries(action.outputs).map(([name, { value }]) => [name, filled(value)]))
  return { codes, said, result, summary: readFileSync(summary, 'utf8'), reports: join(folder, inputs.reports ?? '') }
}

it('starts a server and gives its url and token, plays scenarios, verifies, and writes reports and the summary', async () => {
  const receiver = await startReceiver({ provider: 'rillis', secret: 'test_key' })
  onTestFinished(() => receiver.stop())
  const { codes, said, result, summary, reports } = await runAction({
    scenarios: 'scenarios/rillis/company-onboarding.yaml',
    verify: 'rillis',
    to: receiver.url,
    secret: 'test_key',
    'run-args': '--seed 7',
    'verify-args': '--seed 7 --only delivery/accepts',
  })
  expect(codes, said).toEqual([0, 0, 0, 0, 0])
  const answer = await fetch(`${result.url}/_standin/health`, { headers: { authorization: `Bearer ${result.token}` } })
  expect(answer.status).toBe(200)
  expect((await fetch(`${result.url}/_standin/health`)).status).toBe(401)
  expect(readdirSync(reports).sort()).toEqual([
    'scenarios.json',
    'scenarios.md',
    'scenarios.xml',
    'verify.html',
    'verify.json',
    'verify.md',
    'verify.xml',
  ])
  expect(summary).toContain('delivery/accepts')
  expect(said).toContain(`::add-mask::${result.token}`)
})

it('ends with 1 where the receiver fails, and still writes the summary', async () => {
  const receiver = await startReceiver({ answers: [500] })
  onTestFinished(() => receiver.stop())
  const { codes, summary } = await runAction({
    serve: 'false',
    verify: 'rillis',
    to: receiver.url,
    secret: 'test_key',
    'verify-args': '--only delivery/accepts',
  })
  expect(codes).toEqual([0, 1, 0])
  expect(summary).toContain('delivery/accepts')
})

it('every input and output is described and used', () => {
  const text = JSON.stringify(action.runs)
  for (const [name, { description }] of Object.entries(action.inputs)) {
    expect(description).not.toBe('')
    expect(text).toContain(`inputs.${name}`)
  }
  expect(action.runs.using).toBe('composite')
  expect(action.runs.steps.filter(({ run }) => run !== undefined).every(({ shell }) => shell === 'bash')).toBe(true)
})
