// Opens an address in the browser of whoever runs the command.
import { spawn } from 'node:child_process'
import { browserProgram } from '../config.js'

/** What opens an address, by platform; elsewhere it is `xdg-open`. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  // The first quoted argument of start is a title.
  win32: ['cmd', '/c', 'start', '""'],
}

/** Opens `url` with the program that BROWSER names, else with that of the platform; `onFailure` gets why it could not. */
export function openBrowser(url: string, onFailure: (why: string) => void): void {
  const given = browserProgram()
  const [program = '', ...args] = given === undefined ? (OPENERS[process.platform] ?? ['xdg-open']) : [given]
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true })
  child.on('error', error => onFailure(error.message))
  child.on('exit', code => {
    if (code !== null && code !== 0) onFailure(`${program} ended with ${code}`)
  })
  // It lives on without this process, and does not keep it.
  child.unref()
}
