// Icons as drawings of the page's own: fonts differ in what they have. They say nothing that words beside them do not.
const PATHS = {
  check: 'M3 8.5l3.2 3.2L13 5',
  cross: 'M4 4l8 8M12 4l-8 8',
  clock: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM8 5v3.2l2.2 1.6',
  arrow: 'M3 8h9M8.5 4.5L12 8l-3.5 3.5',
  dash: 'M4 8h8',
  fault: 'M8 2.5L14 13H2zM8 6.5v3M8 11.3v.2',
  key: 'M9.5 6.5a2.5 2.5 0 1 0-2 2.4L9 10.5h1.5V12H12v1.5h2V12L9.3 7.4',
} as const

/** Names of the icons. */
export type IconName = keyof typeof PATHS

/** An icon of the size of the text around it; assistive technology does not see it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
