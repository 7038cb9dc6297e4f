import { describe, expect, it } from 'vitest'
import { routeList } from './routes/index.ts'
import { createRoutingTable } from './routing-table.ts'

const matchRoute = createRoutingTable()

describe('the routing table', () => {
  it('finds every route of the contract by its own path', () => {
    for (const route of routeList) {
      const path = route.path.replaceAll(/:\w+/g, 'abc').replace('*', 'page/app.js')
      expect(matchRoute(route.method, path)?.route.key).toBe(route.key)
    }
  })

  it('prefers the exact path to a pattern that would take it', () => {
    expect(matchRoute('GET', '/api/conversations/search')?.route.key).toBe('conversation.search')
    expect(matchRoute('DELETE', '/api/conversations/search')?.route.key).toBe('conversation.delete')
  })

  it('reads HEAD as GET', () => {
    expect(matchRoute('HEAD', '/api/auth/me')?.route.key).toBe('auth.me')
  })

  it('gives the segments their names', () => {
    expect(matchRoute('DELETE', '/api/conversations/a/turns/b')?.params).toEqual({ id: 'a', turn_id: 'b' })
  })

  it.each([
    '/internal/about',
    '//internal/about',
    '/assets/../internal/about',
    '/assets/%2e%2e/internal/about',
    '/assets/..%2finternal',
    '/assets\\..\\internal',
    '/assets/',
    '/api/conversations//turns',
    '/api/conversations/a%2Fb/turns',
    '/api/auth/me/',
    '/%61pi/auth/me',
    '',
  ])('knows no route for %s', (path) => {
    expect(matchRoute('GET', path)).toBeNull()
  })
})

it('has no two routes that answer to one method and path', () => {
  const seen = routeList.map((route) => `${route.method} ${route.path.replaceAll(/:\w+/g, ':')}`)
  expect(new Set(seen).size).toBe(seen.length)
})
