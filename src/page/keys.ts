// Keys of the page: single letters that do something, those of the shell and those of the view that is shown.
import { signal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** What a key does. */
export interface KeyAction {
  /** For the list of keys: `Resend`. */
  label: string
  run(): void
}

/** Actions by key, as `KeyboardEvent.key` names them: `r`, `/`, `Escape`. */
export type Keys = Readonly<Record<string, KeyAction>>

const sets = signal<readonly { current: Keys }[]>([])

/** Every key that does something now with its label, the shell's first. */
export const activeKeys = (): [key: string, label: string][] =>
  sets.value.flatMap(({ current }) => Object.entries(current).map(([key, { label }]): [string, string] => [key, label]))

const SETTING = 'standin-keys'

/** Whether single letters do anything: whoever speaks to the machine, or types by accident, turns them off. Kept in this browser. */
export const areKeysOn = signal(localStorage.getItem(SETTING) !== 'off')

/** Turns single letters on or off. */
export function turnKeys(on: boolean): void {
  areKeysOn.value = on
  localStorage.setItem(SETTING, on ? 'on' : 'off')
}

/** Binds keys while the component is shown; those bound last win. Keys typed into a field, or with a modifier, do nothing. */
export function useKeys(keys: Keys): void {
  const set = useRef(keys)
  set.current = keys
  // Bound with what is shown, not a frame later: a key that is pressed at once is not lost.
  useLayoutEffect(() => {
    sets.value = [...sets.peek(), set]
    return () => {
      sets.value = sets.peek().filter(one => one !== set)
    }
  }, [])
}

const FIELDS = 'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable], [role="textbox"]'

const USED_WITH_ENTER = 'a, button, summary, input'

function isTyping(event: KeyboardEvent): boolean {
  // Within a shadow root the target is its host: the path begins with the field itself.
  const [target] = event.composedPath()
  return target instanceof Element && target.closest(FIELDS) !== null
}

/** Listens for keys until the returned function is called. */
export function followKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    // A dialog has its own.
    if (document.querySelector('dialog[open]') !== null) return
    if (isTyping(event)) {
      if (event.key !== 'Escape' || !(event.target instanceof HTMLElement)) return
      // A browser would empty a search field.
      event.preventDefault()
      event.target.blur()
      return
    }
    // What has the focus is used with Enter, whatever else Enter does here.
    if (event.key === 'Enter' && event.target instanceof Element && event.target.closest(USED_WITH_ENTER)) return
    if (!areKeysOn.value && event.key !== '?' && event.key !== 'Escape') return
    const action = sets.peek().findLast(({ current }) => event.key in current)?.current[event.key]
    if (action === undefined) return
    event.preventDefault()
    action.run()
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

/** Puts the focus into the search field of the view, which has `data-search`; false where there is none. */
export function focusSearch(): boolean {
  const field = document.querySelector<HTMLElement>('[data-search]')
  field?.focus()
  return field !== null
}
