// The list of commands: a name, a line for help, and the file that holds it. Adding one is a file and a line here.
import type { Command } from '../command.js'

export interface CommandEntry {
  name: string
  about: string
  load(): Promise<{ command: Command }>
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'demo',
    about: 'see every provider deliver, retry and succeed, in seconds',
    load: () => import('./demo/index.js'),
  },
  { name: 'serve', about: 'start the emulator', load: () => import('./serve.js') },
  {
    name: 'trigger',
    about: 'trigger one event, to a URL or on a running server',
    load: () => import('./trigger/index.js'),
  },
  { name: 'run', about: 'play scenarios', load: () => import('./run/index.js') },
  { name: 'verify', about: 'judge a receiver', load: () => import('./verify.js') },
  { name: 'receive', about: 'a receiver to try things with', load: () => import('./receive.js') },
  {
    name: 'explain-signature',
    about: 'what was a wrong signature made from?',
    load: () => import('./explain-signature.js'),
  },
  { name: 'events', about: 'the catalog of event types', load: () => import('./events/index.js') },
  { name: 'validate', about: 'check scenario files', load: () => import('./validate.js') },
  { name: 'schema', about: 'print the JSON Schema of scenario files', load: () => import('./schema.js') },
  {
    name: 'subscriptions',
    about: 'list the subscriptions of a running server',
    load: () => import('./subscriptions.js'),
  },
  {
    name: 'deliveries',
    about: 'list its deliveries, or show one with its attempts',
    load: () => import('./deliveries.js'),
  },
  { name: 'resend', about: 'make one more attempt at a delivery', load: () => import('./resend.js') },
  { name: 'watch', about: 'watch what a running server does', load: () => import('./watch.js') },
  { name: 'record', about: 'write what a running server did as a scenario', load: () => import('./record/index.js') },
  { name: 'ready', about: 'is the server ready?', load: () => import('./ready.js') },
]
