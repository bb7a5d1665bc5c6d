// The two logs on disk that a run is judged by: what the clients were answered, and what reached the sink. One JSON object a line.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Behaviour } from './plan.js'

/** A client is about to ask for an event, or was answered. */
export type ClientLine =
  | { kind: 'asked'; id: string }
  | { kind: 'answered'; id: string; status: number; deliveries: string[] }

/** One request that reached the sink, written before anything is done with it. */
export interface Arrival {
  kind: 'request'
  /** Path of the subscription's URL; empty where the connection ended in the first line. */
  path: string
  /** Names in lower case; empty where the connection ended in the head. */
  headers: [name: string, value: string][]
  /** As much of the body as was read. */
  body: string
  /** Whether all of it was read. */
  whole: boolean
  /** What the sink did; `none` when the connection ended first. */
  did: Behaviour | { kind: 'none' }
}

/** Appends lines, each on disk when `write` returns. */
export function openLog<Line extends ClientLine | Arrival>(file: string): { write(line: Line): void; close(): void } {
  const handle = openSync(file, 'a')
  return {
    write: line => void writeSync(handle, `${JSON.stringify(line)}\n`),
    close: () => closeSync(handle),
  }
}

/** Every line of a log. */
export function readLog<Line extends ClientLine | Arrival>(file: string): Line[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
}
