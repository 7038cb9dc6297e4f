import { routes } from '@emotibot/contracts'
import { type Facade, startFacade } from '@emotibot/testkit'
import { type Request, requestsPerCpuSecond, type Target } from '../load/load.ts'
import { ratio } from '../measure/figure.ts'
import { type Contender, interleave } from '../measure/interleave.ts'
import { DRIVING_CORE, MEASURED_CORE, pin } from '../measure/pin.ts'
import type { Bench } from '../report/result.ts'
import { startNginx } from './nginx.ts'
import { type Peer, startPeer } from './peers.ts'

const REQUESTS: Readonly<Record<string, Request>> = {
  get: { method: 'GET', path: routes['ai.suggestions'].path },
  post: {
    method: 'POST',
    path: routes['emotion.analyze'].path,
    body: { text: "I'm not happy with how the meeting went, but it could have been worse" },
  },
}

const NO_NGINX =
  'nginx is not installed here, so facade_to_nginx is left out: apt-get install nginx-light brings it.'

/** Requests per CPU second of one proxy process: the facade beside its peers, all before the same upstream. */
export const benchFacade: Bench = async (options) => {
  pin(process.pid, DRIVING_CORE)
  const upstream = await startPeer('upstream')
  const open: { close(): Promise<void> }[] = [upstream]
  try {
    const proxies = await startProxies(upstream, open)
    const figures = await interleave(Object.entries(proxies).map(contenderOf), options)
    const over = (peer: string) => ratio(figures['facade']!, figures[peer]!)
    return {
      unit: 'requests per CPU second',
      figures,
      ratios: {
        facade_to_plugin: over('plugin'),
        facade_silent_to_plugin: ratio(figures['facade_silent']!, figures['plugin']!),
        facade_to_undici: over('undici'),
        ...(figures['nginx'] ? { facade_to_nginx: over('nginx') } : {}),
        self_check: ratio(figures['plugin_again']!, figures['plugin']!),
      },
      notes: [
        'Each figure is the mean over a GET without a body and a POST of one text, as many of the one as of the other.',
        'facade is as npm start runs it, a line of log for each request; facade_silent writes none, like its peers.',
        'self_check is a second bare plugin beside the first: what it differs from 1 by is noise.',
        ...(figures['nginx'] ? [] : [NO_NGINX]),
      ],
    }
  } finally {
    for (const one of open.reverse()) await one.close()
  }
}

async function startProxies(
  upstream: Peer,
  open: { close(): Promise<void> }[],
): Promise<Readonly<Record<string, Target>>> {
  const keep = <P extends Peer | Facade>(proxy: P): Target => {
    open.push(proxy)
    if (proxy.pid === null) throw new Error('A proxy without a process of its own cannot be measured.')
    pin(proxy.pid, MEASURED_CORE)
    return { url: proxy.url, pid: proxy.pid }
  }
  pin(upstream.pid, DRIVING_CORE)
  const nginx = await startNginx(upstream.url)
  return {
    facade: keep(
      await startFacade({ processes: true, monolith: upstream, env: { EMOTIBOT_LOG_LEVEL: 'info' } }),
    ),
    facade_silent: keep(await startFacade({ processes: true, monolith: upstream })),
    plugin: keep(await startPeer('plugin-proxy', upstream.url)),
    plugin_again: keep(await startPeer('plugin-proxy', upstream.url)),
    undici: keep(await startPeer('raw-proxy', upstream.url)),
    ...(nginx ? { nginx: keep(nginx) } : {}),
  }
}

/** As many requests of one kind as of the other: CPU seconds add up, so the rates have their harmonic mean. */
function contenderOf([name, target]: [string, Target]): Contender {
  return {
    name,
    measure: async () => {
      let secondsEach = 0
      const kinds = Object.values(REQUESTS)
      for (const request of kinds) secondsEach += 1 / (await requestsPerCpuSecond(target, request))
      return kinds.length / secondsEach
    },
  }
}
