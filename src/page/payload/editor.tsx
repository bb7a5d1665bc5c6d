// An editor of a JSON text that knows its schema: completion at the caret, what is wrong at its place, and what the field under the caret is.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { Json, JsonObject } from '../../core/json.js'
import { PlainText } from '../components/plain-text.js'
import type { PlacedProblem } from '../form/problems.js'
import { pathText } from '../json/changes.js'
import { declaredAt, formsAt, takenIn } from '../json/check.js'
import { readJson, type Span } from '../json/read.js'
import { type Completion, completionsAt, isUndocumented } from './completions.js'
import { type PayloadProblem, payloadProblems } from './problems.js'
import { isLong, useSettled } from './use-settled.js'

/** Problems that are listed. */
const MOST_SHOWN = 20

const lineOf = (text: string, at: number) => text.slice(0, at).split('\n').length

/** The text with its bad places marked, behind the text itself; `caret` is where the list of completions hangs. */
function Ground({ text, marks, caret }: { text: string; marks: readonly Span[]; caret: number }) {
  const parts: ComponentChildren[] = []
  let at = 0
  const add = (to: number, isBad: boolean) => {
    const hasCaret = caret >= at && caret < to
    const piece = hasCaret
      ? [text.slice(at, caret), <span key="caret" data-caret />, text.slice(caret, to)]
      : [text.slice(at, to)]
    parts.push(isBad ? <mark>{piece}</mark> : piece)
    at = to
  }
  for (const { from, to } of marks) {
    if (from < at) continue
    if (from > at) add(from, false)
    add(Math.max(to, from + 1), true)
  }
  if (at < text.length) add(text.length, false)
  return (
    <pre class="editor-ground" aria-hidden="true">
      {parts}
      {caret >= text.length && <span data-caret />}
      {'\n'}
    </pre>
  )
}

/** What the field under the caret is. */
function FieldHint({ schema, path }: { schema: JsonObject; path: readonly string[] | undefined }) {
  const declared = path && declaredAt(schema, schema, path)
  if (path === undefined || path.length === 0 || declared === undefined) return <p class="quiet-text">&nbsp;</p>
  const { description } = declared
  const assumption = declared['x-standin-assumption']
  return (
    <p class="quiet-text">
      <code>
        <PlainText text={pathText(path)} />
      </code>
      : {takenIn(formsAt(schema, schema, path)).slice(0, 300)}.{' '}
      {typeof description === 'string' && <PlainText text={description} />}{' '}
      {isUndocumented(declared) && (
        <strong>
          Not documented: Standin's choice{typeof assumption === 'string' && ` (assumption ${assumption})`}.
        </strong>
      )}
    </p>
  )
}

function Problems({
  text,
  problems,
  onGo,
}: {
  text: string
  problems: readonly PayloadProblem[]
  onGo: (span: Span) => void
}) {
  if (problems.length === 0) return null
  return (
    <ul class="plain-list editor-problems" aria-label="Problems of the payload">
      {problems.slice(0, MOST_SHOWN).map(problem => (
        <li key={`${problem.from} ${problem.path} ${problem.message}`}>
          <button type="button" class="quiet" onClick={() => onGo(problem)}>
            Line {lineOf(text, problem.from)}
          </button>{' '}
          ✕ {problem.path !== '' && <code>{problem.path}</code>} <PlainText text={problem.message} />
          {problem.isFromServer && <span class="quiet-text"> (the server's answer)</span>}
        </li>
      ))}
      {problems.length > MOST_SHOWN && <li>And {problems.length - MOST_SHOWN} more.</li>}
    </ul>
  )
}

/** An editor; `label` names it, `fromServer` are problems of what was sent last. */
export function PayloadEditor({
  label,
  text,
  schema,
  sample,
  fromServer,
  onText,
}: {
  label: string
  text: string
  schema: JsonObject
  sample: Json | undefined
  fromServer: readonly PlacedProblem[]
  onText: (text: string) => void
}) {
  const id = useId()
  const area = useRef<HTMLDivElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const caret = useSignal(0)
  const open = useSignal(false)
  const chosen = useSignal(0)
  const isBig = isLong(text)
  const settled = useSettled(text, isBig)
  const place = useSettled(caret.value, isBig)
  const reading = useMemo(() => readJson(settled), [settled])
  const problems = useMemo(() => payloadProblems(reading, schema, fromServer), [reading, schema, fromServer])
  const here = useMemo(() => readJson(settled, place).slot, [settled, place])
  const isHelped = open.value && settled === text
  const found = useMemo(
    () => (isHelped ? completionsAt(settled, place, schema, sample) : undefined),
    [isHelped, settled, place, schema, sample],
  )
  const list = found?.completions ?? []
  const active = Math.min(chosen.value, Math.max(0, list.length - 1))

  const readCaret = () => {
    caret.value = field.current?.selectionEnd ?? 0
  }
  const go = ({ from, to }: Span) => {
    // The browser scrolls to what is selected when the field gets the focus, and only then.
    field.current?.blur()
    field.current?.setSelectionRange(from, to)
    field.current?.focus()
    readCaret()
  }
  /** Writes as if it were typed, so that it can be undone. */
  const write = (from: number, to: number, written: string, back = 0) => {
    const control = field.current
    if (control === null) return
    control.focus()
    control.setSelectionRange(from, to)
    document.execCommand('insertText', false, written)
    const at = control.selectionEnd - back
    control.setSelectionRange(at, at)
    readCaret()
  }
  const accept = (completion: Completion) => {
    const slot = found?.slot
    if (slot) write(slot.from, slot.to, completion.text, completion.back)
    open.value = false
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const done = () => event.preventDefault()
    if (event.key === ' ' && event.ctrlKey) {
      done()
      readCaret()
      chosen.value = 0
      open.value = true
      return
    }
    if (list.length > 0) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      const completion = list[active]
      if (step !== undefined) {
        done()
        chosen.value = (active + step + list.length) % list.length
        return
      }
      if ((event.key === 'Enter' || event.key === 'Tab') && completion) {
        done()
        accept(completion)
        return
      }
      if (event.key === 'Escape') {
        done()
        open.value = false
        return
      }
    }
    if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && field.current) {
      done()
      const { selectionStart, selectionEnd } = field.current
      const line = text.slice(0, selectionStart).split('\n').at(-1) ?? ''
      const indent = /^\s*/.exec(line)?.[0] ?? ''
      write(selectionStart, selectionEnd, `\n${indent}${/[{[]\s*$/.test(line) ? '  ' : ''}`)
    }
  }

  const hang = () => {
    const popup = area.current?.querySelector<HTMLElement>('[role="listbox"]')
    const marker = area.current?.querySelector<HTMLElement>('[data-caret]')
    if (!popup || !marker || !area.current || !scroller.current) return
    const left = Math.min(marker.offsetLeft, Math.max(0, area.current.clientWidth - popup.offsetWidth))
    popup.style.left = `${left}px`
    // Not above the text nor below it, wherever the caret was scrolled to.
    const below = marker.offsetTop + marker.offsetHeight + 4 - scroller.current.scrollTop
    popup.style.top = `${Math.max(0, Math.min(below, scroller.current.offsetHeight))}px`
  }
  useLayoutEffect(hang)

  return (
    <div class="stack editor">
      <label for={id}>{label}</label>
      <div class="editor-area" ref={area}>
        <div class={isBig ? 'editor-scroll editor-long' : 'editor-scroll'} ref={scroller} onScroll={hang}>
          {!isBig && <Ground text={text} marks={problems} caret={caret.value} />}
          <textarea
            ref={field}
            id={id}
            value={text}
            spellcheck={false}
            autocomplete="off"
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={list.length > 0 ? `${id}-list` : undefined}
            aria-activedescendant={list.length > 0 ? `${id}-${active}` : undefined}
            aria-invalid={problems.length > 0 ? 'true' : undefined}
            aria-describedby={`${id}-help`}
            onInput={event => {
              onText(event.currentTarget.value)
              readCaret()
              chosen.value = 0
              open.value =
                /\S/.test(event.data ?? '') && event.inputType === 'insertText' && !/[{}[\],:]/.test(event.data ?? '')
            }}
            onKeyDown={onKeyDown}
            onKeyUp={readCaret}
            onClick={() => {
              readCaret()
              open.value = false
            }}
            onBlur={() => {
              open.value = false
            }}
          />
        </div>
        {list.length > 0 && (
          <div role="listbox" id={`${id}-list`} aria-label="Completions" class="completions">
            {list.map((completion, i) => (
              <div
                key={completion.label}
                id={`${id}-${i}`}
                role="option"
                tabIndex={-1}
                aria-selected={i === active}
                // The field keeps the focus.
                onMouseDown={event => {
                  event.preventDefault()
                  accept(completion)
                }}
              >
                <PlainText text={completion.label} /> <span class="quiet-text">{completion.detail}</span>
              </div>
            ))}
          </div>
        )}
      </div>
      <FieldHint schema={schema} path={here?.path} />
      <p id={`${id}-help`} class="quiet-text">
        <kbd>Ctrl</kbd> + <kbd>Space</kbd> lists what may stand at the caret; <kbd>Tab</kbd> leaves the field.
        {isBig && ' So long a text is checked when you pause, and its bad places are only listed.'}
      </p>
      <Problems text={text} problems={problems} onGo={go} />
    </div>
  )
}
