// The views of the page by the name that stands in the address; each is loaded when it is first shown.
import type { View } from '../view.js'

/** All views, in the order of the navigation; the first is shown when the address names none. */
export const views: readonly View[] = [
  { name: 'inbox', title: 'Inbox', inNavigation: true, load: () => import('./inbox.js') },
  { name: 'deliveries', title: 'Delivery', inNavigation: false, load: () => import('./delivery.js') },
  { name: 'events', title: 'Event', inNavigation: false, load: () => import('./event.js') },
  { name: 'subjects', title: 'Subject', inNavigation: false, load: () => import('./subject.js') },
  { name: 'compare', title: 'Compare', inNavigation: false, load: () => import('./compare.js') },
  { name: 'send', title: 'Send', inNavigation: true, load: () => import('./send.js') },
  { name: 'scenarios', title: 'Scenarios', inNavigation: true, load: () => import('./scenarios.js') },
  { name: 'verify', title: 'Verify', inNavigation: true, load: () => import('./verify.js') },
  { name: 'subscriptions', title: 'Subscriptions', inNavigation: true, load: () => import('./subscriptions.js') },
  { name: 'faults', title: 'Faults', inNavigation: true, load: () => import('./faults.js') },
  { name: 'settings', title: 'Settings', inNavigation: true, load: () => import('./settings.js') },
  { name: 'clock', title: 'Clock', inNavigation: true, load: () => import('./clock.js') },
]
