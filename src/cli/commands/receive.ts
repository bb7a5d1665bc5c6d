// `standin receive`: starts a test receiver that prints a line for every request.

import { systemClock } from '../../clock/system.js'
import { EmulatorError } from '../../core/errors.js'
import { findProvider } from '../../provider/catalog.js'
import { parseAnswers } from '../../receiver/answers.js'
import type { ReceivedRequest } from '../../receiver/received.js'
import { defineCommand, EXIT, noteUseless } from '../command.js'
import { removeFile, writeWhole } from '../files.js'
import { clockTime, counted, instant, plain } from '../print.js'
import { settingsFrom } from '../settings.js'

const VERDICTS = { valid: 'signature valid', invalid: 'signature INVALID', unchecked: 'not checked' } as const

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: [
    'Start a test receiver. It answers with the responses of --answers in order; the last one repeats.',
    'With --provider it verifies signatures, and answers an invalid one with 401, and prints the reason.',
  ],
  options: [
    'port',
    'host',
    'answers',
    'each-body',
    'provider',
    'channel',
    'secret',
    'setting',
    'provider-file',
    'ready-file',
    'until-eof',
  ],
  defaults: { port: 0, host: '127.0.0.1', answers: ['200'] },
  graceful: true,
  examples: ({ provider }) => [
    'receive --port 3000',
    'receive --port 3000 --answers 500,500,200',
    'receive --answers timeout,reset,3xx,200@2s',
    `receive --port 3000 --provider ${provider} --secret test_key`,
  ],
  run: async ({ options, given, print, signal }) => {
    if (options.provider === undefined)
      noteUseless({ given, print }, ['setting', 'provider-file'], 'without --provider')
    const script = parseAnswers(options.answers, '--answers')
    if (script.length < 2) noteUseless({ given, print }, ['each-body'], 'with one answer')
    if (options.provider === undefined && (options.secret !== undefined || options.channel !== undefined))
      throw new EmulatorError('--secret and --channel need a provider.', {
        code: 'usage',
        where: '--provider',
        hint: 'Set the provider that sends with --provider P.',
      })
    const clock = systemClock()
    const check = options.provider === undefined ? undefined : await checkOf(options.provider)
    async function checkOf(name: string) {
      const [{ providersOf }, { createCheck }] = await Promise.all([
        import('../providers.js'),
        import('../../receiver/check.js'),
      ])
      return createCheck(
        {
          provider: findProvider(await providersOf(options['provider-file']), name),
          channel: options.channel,
          secret: options.secret,
          settings: settingsFrom(options.setting),
          where: '--setting',
        },
        {
          wall: clock.wall,
          explain: async request =>
            (await import('../../signature-debugger/explain-signature.js')).explainSignature(request),
        },
      )
    }
    const { startReceiver } = await import('../../receiver/receiver.js')
    const printRequest = (line: ReceivedRequest) => {
      const { verdict } = line
      const colour = verdict?.verdict === 'invalid' ? 'red' : verdict?.verdict === 'valid' ? 'green' : 'dim'
      const signature =
        verdict === undefined
          ? ''
          : `  ${print.paint(colour, VERDICTS[verdict.verdict])}${verdict.verdict === 'valid' ? '' : ` (${plain(verdict.reason)})`}`
      const response = print.paint(/^2/.test(line.answer) ? 'green' : 'red', line.answer)
      print.line(
        `${print.paint('dim', clockTime(line.at))}  ${line.method} ${plain(line.path)}  ${counted(line.bytes.length, 'byte')}${signature}  → ${response}`,
      )
      print.record({
        kind: 'request',
        at: instant(line.at),
        method: line.method,
        path: line.path,
        headers: line.headers,
        body: line.body,
        signature: verdict?.verdict,
        reason: verdict?.reason,
        answer: line.answer,
      })
    }
    const receiver = await startReceiver(clock, {
      port: options.port,
      host: options.host,
      answers: options.answers,
      scriptPer: options['each-body'] ? 'body' : undefined,
      check,
      keep: 1,
      onRequest: printRequest,
    })
    const readyFile = options['ready-file']
    try {
      if (readyFile !== undefined)
        writeWhole(readyFile, `${JSON.stringify({ url: receiver.url, pid: process.pid })}\n`, '--ready-file')
      print.line(
        `listening at ${print.paint('bold', receiver.url)}, answering ${script.map(({ text }) => text).join(', ')} (the last repeats)`,
      )
      print.record({ kind: 'listening', url: receiver.url, pid: process.pid })
      await new Promise<void>(resolve => {
        if (signal.aborted) resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
        print.onClosed(resolve)
        if (options['until-eof']) process.stdin.on('end', resolve).resume()
      })
    } finally {
      await receiver.close()
      if (readyFile !== undefined) removeFile(readyFile)
    }
    return EXIT.interrupted
  },
})
