import { createRoutingTable, type RouteDefinition, routeList } from '@emotibot/contracts'
import type { LookedAtEntry } from './entry.ts'
import { pageSources, type Source } from './page-sources.ts'

/** `call('DELETE', '/api/…'` and `call('PATCH', at(id)`: the method and where it goes, as it is written. */
const CALL = /\bcall\(\s*'([A-Z]+)',\s*('[^']*'|`[^`]*`|at\([^)]*\))/g
const LINK = /(?:href|action)="(\/(?:api|ws)[^"]*)"/g

/** Calls of the page that no route of the contract answers. */
export function unknownCalls(
  sources: readonly Source[],
  list: readonly RouteDefinition[] = routeList,
): string[] {
  const match = createRoutingTable(list)
  return callsIn(sources).flatMap(({ file, method, path }) =>
    match(method, path) ? [] : [`${file} calls ${method} ${path}, which exists nowhere`],
  )
}

/** 18: the page calls a "delete my account" route that exists nowhere: always fails. */
export const pageCalls: LookedAtEntry = {
  number: 18,
  name: 'every call the page makes is in the contract',
  find: async () => {
    const sources = pageSources()
    const known = callsIn(sources).length
    return [...(known < 10 ? [`only ${known} calls were found in the page`] : []), ...unknownCalls(sources)]
  },
}

type Call = { readonly file: string; readonly method: string; readonly path: string }

function callsIn(sources: readonly Source[]): Call[] {
  return sources.flatMap(({ file, text }) => [
    ...[...text.matchAll(CALL)].map(([, method = '', where = '']) => ({ file, method, path: pathOf(where) })),
    ...[...text.matchAll(LINK)].map(([, path = '']) => ({
      file,
      method: 'GET',
      path: path.split('?')[0] ?? '',
    })),
  ])
}

/** `${at(id)}/turns${query({ before })}` → `/api/conversations/x/turns` */
function pathOf(where: string): string {
  if (where.startsWith('at(')) return '/api/conversations/x'
  return where
    .slice(1, -1)
    .replaceAll(/\$\{at\([^}]*\)\}/g, '/api/conversations/x')
    .replaceAll(/\$\{query\((?:[^{}]|\{[^}]*\})*\)\}/g, '')
    .replaceAll(/\$\{[^}]*\}/g, 'x')
}
