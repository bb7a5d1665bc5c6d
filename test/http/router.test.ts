// The router of the control API and of the providers' APIs: which route a method and a path come to.
import { expect, it } from 'vitest'
import { routerOf } from '../../src/http/router.js'

const find = routerOf([
  { method: 'GET', path: '/things' },
  { method: 'POST', path: '/things' },
  { method: 'GET', path: '/things/{id}' },
  { method: 'DELETE', path: '/things/{name}' },
  { method: 'GET', path: '/things/newest' },
  { method: 'GET', path: '/{kind}/{id}/parts/' },
  { method: 'GET', path: '/' },
])

it.each([
  ['GET', '/things', '/things', {}],
  ['HEAD', '/things/a', '/things/{id}', { id: 'a' }],
  ['DELETE', '/things/a', '/things/{name}', { name: 'a' }],
  ['GET', '/things/newest', '/things/newest', {}],
  ['GET', '/things/%61%2Fb', '/things/{id}', { id: 'a/b' }],
  ['GET', '/things/{}', '/things/{id}', { id: '{}' }],
  ['GET', '/x/__proto__/parts/', '/{kind}/{id}/parts/', { kind: 'x', id: '__proto__' }],
  ['GET', '', '/', {}],
])('%s %s comes to %s', (method, path, template, params) => {
  expect(find(method, path)).toEqual({ route: { method: method === 'HEAD' ? 'GET' : method, path: template }, params })
})

it('a path without a route for the method names those it has', () => {
  expect(find('DELETE', '/things')).toEqual({ allowed: ['GET', 'POST'] })
  expect(find('DELETE', '/things/newest')).toEqual({ allowed: ['GET'] })
})

it.each(['/things/', '/things//', '/thing', '/things/%ff', '//parts/', '/x//parts/', '/x/y/parts', '/%74hings'])(
  'nothing is at %s',
  path => {
    expect(find('GET', path)).toBeUndefined()
  },
)
