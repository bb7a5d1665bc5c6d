// What a receiver's script may look like, and in which order it is given.
import { describe, expect, it } from 'vitest'
import { answersInOrder, parseAnswers } from '../../src/receiver/answers.js'

describe('a script of answers', () => {
  it('is read from texts, numbers and whole answers', () => {
    expect(parseAnswers('500, 200@2s,timeout,reset@1s,3xx')).toEqual([
      { kind: 'status', status: 500, delayMs: 0, text: '500' },
      { kind: 'status', status: 200, delayMs: 2000, text: '200@2s' },
      { kind: 'timeout', text: 'timeout' },
      { kind: 'reset', delayMs: 1000, text: 'reset@1s' },
      { kind: 'status', status: 302, delayMs: 0, text: '3xx' },
    ])
    expect(parseAnswers([503, '204', { status: 429, headers: { 'retry-after': '7' }, delay: '1s' }])).toEqual([
      { kind: 'status', status: 503, delayMs: 0, text: '503' },
      { kind: 'status', status: 204, delayMs: 0, text: '204' },
      { kind: 'status', status: 429, delayMs: 1000, text: '429@1s', headers: { 'retry-after': '7' } },
    ])
  })

  it.each(['', '99', '600', '200@soon', '200@1s@2s', 'timeout@1s', 'ok', 'resets'])('refuses %j by name', text => {
    expect(() => parseAnswers(text, '--answers')).toThrow(
      expect.objectContaining({ code: 'invalid_input', where: '--answers', message: `"${text}" is not an answer.` }),
    )
  })

  it('refuses a whole answer with a status that no response has', () => {
    expect(() => parseAnswers({ status: 700 })).toThrow(expect.objectContaining({ code: 'invalid_input' }))
  })

  it('gives them in order, the last again and again, from the start for each key', () => {
    const next = answersInOrder(parseAnswers('500,503,200'))
    expect(['a', 'a', 'b', 'a', 'a', 'b'].map(key => next(key).text)).toEqual([
      '500',
      '503',
      '500',
      '200',
      '200',
      '503',
    ])
  })
})
