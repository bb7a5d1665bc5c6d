// Moving through the rows of a list by keys: each row has one link with `data-row`.

/** Puts the focus on the next row (`step` 1) or the one before (-1), and stops at the ends. */
export function focusRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  const { activeElement } = document
  const at = activeElement instanceof HTMLElement ? rows.indexOf(activeElement) : -1
  const to = at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))
  rows[to]?.focus()
}
