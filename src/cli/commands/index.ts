// The list of commands: name, summary and module. To add one, add a file and a line here.
import type { CommandEntry } from '../command.js'

/** An entry of the table of commands that are one call of the control API. */
const control = (name: keyof typeof import('./control/index.js').controlCommands, about: string): CommandEntry => ({
  name,
  about,
  load: async () => ({ command: (await import('./control/index.js')).controlCommands[name] }),
})

export const commands: readonly CommandEntry[] = [
  {
    name: 'demo',
    about: 'watch every provider deliver and retry, in seconds',
    load: () => import('./demo/index.js'),
  },
  { name: 'init', about: 'write a standin.yaml to start from', load: () => import('./init.js') },
  { name: 'serve', about: 'start the emulator', load: () => import('./serve/index.js') },
  { name: 'sender', about: 'send for servers that hand their requests over', load: () => import('./sender.js') },
  {
    name: 'trigger',
    about: 'send one event, to a URL or on a running server',
    load: () => import('./trigger/index.js'),
  },
  { name: 'run', about: 'run scenarios', load: () => import('./run/index.js') },
  { name: 'verify', about: 'check a receiver against the requirements', load: () => import('./verify.js') },
  { name: 'load', about: 'put load on a receiver and judge it', load: () => import('./load.js') },
  { name: 'report', about: 'compare reports of verify, merge those of load', load: () => import('./report.js') },
  { name: 'receive', about: 'start a test receiver', load: () => import('./receive.js') },
  {
    name: 'explain-signature',
    about: 'diagnose a signature mismatch',
    load: () => import('./explain-signature.js'),
  },
  { name: 'events', about: 'list the event types', load: () => import('./events/index.js') },
  { name: 'validate', about: 'check scenario files', load: () => import('./validate.js') },
  {
    name: 'schema',
    about: 'print the JSON Schema of scenario files, standin.yaml or --json',
    load: () => import('./schema.js'),
  },
  control('subscribe', 'make a subscription on a running server'),
  control('unsubscribe', 'remove subscriptions of a running server'),
  {
    name: 'subscriptions',
    about: 'list the subscriptions of a running server',
    load: () => import('./subscriptions.js'),
  },
  {
    name: 'deliveries',
    about: 'list the deliveries of a running server, or show one',
    load: () => import('./deliveries.js'),
  },
  control('expect', 'wait on a running server for an outcome'),
  control('cancel', 'cancel deliveries of a running server'),
  control('fault', 'add, list or remove faults of a running server'),
  control('clock', 'show or move the clock of a running server'),
  control('reset', 'delete everything on a running server'),
  { name: 'resend', about: 'resend deliveries now', load: () => import('./resend.js') },
  { name: 'watch', about: 'watch what a running server does', load: () => import('./watch.js') },
  {
    name: 'record',
    about: 'write the events of a running server as a scenario',
    load: () => import('./record.js'),
  },
  { name: 'mcp', about: 'offer a running server to an agent (MCP)', load: () => import('./mcp/index.js') },
  {
    name: 'completion',
    about: 'print completion for bash, zsh or fish',
    load: () => import('./completion/index.js'),
  },
  { name: 'ready', about: 'check that a server is ready', load: () => import('./ready.js') },
]
