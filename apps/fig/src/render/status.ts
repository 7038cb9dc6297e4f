import type { RouteStatus, Status, UpstreamStatus } from '@emotibot/contracts'
import type { Colors } from '../terminal.ts'
import { renderCarveOuts } from './carve-outs.ts'
import { paintStage } from './place.ts'
import { renderTable } from './table.ts'
import { wrap } from './wrap.ts'

const COLUMNS = [
  { name: 'ROUTE' },
  { name: 'STAGE' },
  { name: 'SHARE', align: 'right' },
  { name: 'MONOLITH', align: 'right' },
  { name: 'SERVICE', align: 'right' },
  { name: 'FALLBACK', align: 'right' },
  { name: 'FAILED', align: 'right' },
] as const

/** Where everything stands, what needs someone last: that is where the eye rests. */
export function renderStatus(status: Status, colors: Colors): string {
  const rows = status.routes.map((route) => routeRow(route, colors))
  return [
    headline(status, colors),
    '',
    renderTable(COLUMNS, rows),
    '',
    ...status.upstreams.map((upstream) => upstreamLine(upstream, colors)),
    ...renderCarveOuts(status, colors),
    '',
    ...needLines(status.needs, colors),
  ].join('\n')
}

function headline({ version, ledger, is_frozen, replicas }: Status, colors: Colors): string {
  const live = replicas.filter(({ is_live }) => is_live).length
  const parts = [
    ledger === 'up' ? 'ledger up' : colors.red('LEDGER DOWN: nothing flips'),
    `version ${version}`,
    `${live} of ${replicas.length} facade replicas live`,
  ]
  if (is_frozen) parts.push(colors.yellow('FROZEN'))
  return `EmotiBot: ${parts.join(', ')}`
}

function routeRow({ key, stage, share, requests }: RouteStatus, colors: Colors): string[] {
  const { monolith, service, fallback, failed } = requests
  return [
    key,
    paintStage(stage, stage, colors),
    `${share}%`,
    String(monolith),
    String(service),
    fallback > 0 ? colors.yellow(String(fallback)) : '0',
    failed > 0 ? colors.red(String(failed)) : '0',
  ]
}

function upstreamLine({ name, is_ready, breaker, build, reason }: UpstreamStatus, colors: Colors): string {
  const version = build ? ` (build ${build})` : ''
  const breakerNote = breaker === 'closed' ? '' : `, breaker ${breaker}`
  if (is_ready) return `${name}: ready${version}${breakerNote}`
  return wrap(`${name}: ${colors.red('NOT READY')}${breakerNote}: ${reason ?? 'no reason given'}`, 2)
}

function needLines(needs: readonly string[], colors: Colors): string[] {
  if (needs.length === 0) return ['Nobody is needed.']
  return [colors.red(`Needs someone (${needs.length}):`), ...needs.map((need) => `  ${wrap(need, 4)}`)]
}
