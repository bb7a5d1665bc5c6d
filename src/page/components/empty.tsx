// What is shown where there is nothing yet: says so, and how it comes to be filled.
import type { ComponentChildren } from 'preact'

/** An empty state; `children` say what fills it. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  )
}
