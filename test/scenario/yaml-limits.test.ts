// Files that ask too much of their reader: deep, large, or referring to themselves.
import { describe, expect, it } from 'vitest'
import { readSource } from '../../src/scenario/source.js'
import { MAX_TOKENS } from '../../src/scenario/yaml-limits.js'

/** The problems of a text, as `line:column message`. */
const problemsOf = (text: string) =>
  readSource(text, 'story.yaml').syntax.map(({ line, column, message }) => `${line}:${column} ${message}`)

const DEEP = 'This is nested deeper than 100 levels.'
const lines = (count: number) => Array.from({ length: count }, (_, i) => `${' '.repeat(i)}a:`).join('\n')

describe('depth', () => {
  it.each([
    ['brackets', '['.repeat(5000)],
    ['closed brackets', '['.repeat(5000) + ']'.repeat(5000)],
    ['braces', '{a: '.repeat(5000)],
    ['dashes', `${'- '.repeat(5000)}a`],
    ['question marks', '? '.repeat(5000)],
    ['indentation', lines(1500)],
    ['dashes and brackets', `${'- '.repeat(60)}${'['.repeat(60)}`],
    ['aliases', `a: &a ${'['.repeat(60)}${']'.repeat(60)}\nb: ${'['.repeat(60)}*a${']'.repeat(60)}`],
  ])('of %s is refused with its place', (_, text) => {
    const [problem, ...more] = problemsOf(text)
    expect(problem).toMatch(/^\d+:\d+ This is nested deeper than 100 levels\.$/)
    expect(more).toEqual([])
  })

  it('may be 100 levels, and not 101', () => {
    expect(problemsOf('['.repeat(100) + ']'.repeat(100))).toEqual([])
    expect(problemsOf('['.repeat(101) + ']'.repeat(101))).toEqual([`1:1 ${DEEP}`])
    expect(problemsOf(lines(100))).toEqual([])
    expect(problemsOf(lines(101))).toEqual([`1:1 ${DEEP}`])
  })

  it('is not counted in texts and comments', () => {
    const open = '['.repeat(300)
    expect(problemsOf(`a: "${open}"\nb: '${open}'\n# ${open}\nc: |\n  ${open}\nd: x${open}\n`)).toEqual([])
  })
})

describe('aliases', () => {
  it.each([
    ['a map', 'raw: &r { a: *r }', '1:14 "*r" stands for something that contains it.'],
    [
      'a list of steps',
      'steps: &s\n  - repeat: { count: 1, steps: *s }\n',
      '2:32 "*s" stands for something that contains it.',
    ],
  ])('%s may not refer to itself', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem])
  })

  it('may not multiply without end', () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]`
    const text = ['a: &a [x]', ...'bcdefgh'.split('').map((name, i) => level(name, 'abcdefg'.charAt(i)))].join('\n')
    expect(problemsOf(text)).toEqual([expect.stringContaining('more than 250,000 values')])
    expect(problemsOf(`a: &a 1\nb:\n${'- *a\n'.repeat(1001)}`)).toEqual([expect.stringContaining('1000 aliases')])
  })

  it('stand for what they name, and must name something', () => {
    expect(readSource('a: &a [1]\nb: { c: *a }', 'f').value).toEqual({ a: [1], b: { c: [1] } })
    expect(problemsOf('a:\n  b: *c')).toEqual(['2:6 There is no anchor "&c" before this alias.'])
  })
})

describe('size and content', () => {
  it('has a limit of tokens', () => {
    expect(problemsOf('\n'.repeat(MAX_TOKENS + 1))).toEqual([expect.stringContaining('The file is too large')])
  })

  it.each([
    ['a key given twice', 'a: 1\nb: 2\na: 3', '3:1 The key "a" is given twice.'],
    [
      'half a surrogate pair',
      'a: "\\ud800"',
      '1:4 This is not well-formed Unicode: half of a surrogate pair stands alone.',
    ],
    ['the key __proto__', 'a: { __proto__: 1 }', '1:4 The key "__proto__" is not allowed.'],
  ])('refuses %s with its place', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem])
  })

  it('reads 10,000 keys without comparing each with all others', () => {
    const text = (count: number) => Array.from({ length: count }, (_, i) => `k${i}: 1`).join('\n')
    const took = (count: number) => {
      const before = performance.now()
      readSource(text(count), 'f')
      return performance.now() - before
    }
    took(2000)
    const small = took(2000)
    // Ten times the keys cost a hundred times as much where each is compared with all.
    expect(took(20_000)).toBeLessThan(Math.max(100, small) * 40)
  })
})
