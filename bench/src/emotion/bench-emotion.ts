import { BATCH_MAX_TEXTS, routes } from '@emotibot/contracts'
import { analyze as serviceAnalyze } from '@emotibot/emotion/analyze'
import { analyze as monolithAnalyze } from '@emotibot/monolith/analyze'
import { type RunningApp, startEmotion, startMonolith } from '@emotibot/testkit'
import { type Request, requestsPerCpuSecond, type Target } from '../load/load.ts'
import { ratio } from '../measure/figure.ts'
import { type Contender, interleave } from '../measure/interleave.ts'
import { DRIVING_CORE, MEASURED_CORE, pin } from '../measure/pin.ts'
import type { Bench } from '../report/result.ts'
import { natural, vaderSentiment } from './peers.ts'
import { chatTexts } from './texts.ts'

const texts = chatTexts(BATCH_MAX_TEXTS)

const SINGLE: Request = { method: 'POST', path: routes['emotion.analyze'].path, body: { text: texts[1] } }
const BATCH: Request = { method: 'POST', path: routes['emotion.batch'].path, body: { texts } }

/** Texts per CPU second: the service beside the monolith's routes and beside the functions called in process. */
export const benchEmotion: Bench = async (options) => {
  const apps = [await startEmotion({ processes: true }), await startMonolith({ processes: true })]
  try {
    pin(process.pid, DRIVING_CORE)
    const [service, monolith] = apps.map(pinned)
    const figures = await interleave(
      [
        ...routesOf('service', service!),
        ...routesOf('monolith', monolith!),
        ...routesOf('service_again', service!),
        inProcess('service_function', serviceAnalyze),
        inProcess('monolith_function', monolithAnalyze),
        inProcess('natural_function', natural),
        inProcess('vader_function', vaderSentiment),
      ],
      options,
    )
    const over = (ours: string, peer: string) => ratio(figures[ours]!, figures[peer]!)
    return {
      unit: 'texts per CPU second',
      figures,
      ratios: {
        service_to_monolith_single: over('service_single', 'monolith_single'),
        service_to_monolith_batch: over('service_batch', 'monolith_batch'),
        service_to_monolith_function: over('service_function', 'monolith_function'),
        service_single_to_function: over('service_single', 'service_function'),
        service_batch_to_function: over('service_batch', 'service_function'),
        monolith_batch_to_function: over('monolith_batch', 'monolith_function'),
        service_function_to_natural: over('service_function', 'natural_function'),
        service_function_to_vader: over('service_function', 'vader_function'),
        self_check: over('service_again_single', 'service_single'),
      },
      notes: [
        `single: one chat sentence a request; batch: ${BATCH_MAX_TEXTS} a request; function: called without HTTP.`,
        'natural is AFINN with the Porter stemmer, vader is vader-sentiment: each gives a text one number, ours an emotion, its confidence and its scores.',
        'self_check is the service measured twice in each round: what it differs from 1 by is noise.',
      ],
    }
  } finally {
    for (const app of apps) await app.close()
  }
}

function pinned(app: RunningApp): Target {
  if (app.pid === null) throw new Error(`${app.name} has no process of its own to measure.`)
  pin(app.pid, MEASURED_CORE)
  return { url: app.url, pid: app.pid }
}

function routesOf(name: string, target: Target): Contender[] {
  return [
    { name: `${name}_single`, measure: () => requestsPerCpuSecond(target, SINGLE) },
    {
      name: `${name}_batch`,
      measure: async () => (await requestsPerCpuSecond(target, BATCH)) * BATCH_MAX_TEXTS,
    },
  ]
}

const LOOP_MS = 1_000

/** The same texts through the function alone, on the clock of this process's own CPU time. */
function inProcess(name: string, analyze: (text: string) => unknown): Contender {
  return {
    name,
    measure: async () => {
      const before = process.cpuUsage()
      const endMs = performance.now() + LOOP_MS
      let count = 0
      for (; performance.now() < endMs; count += texts.length) for (const text of texts) analyze(text)
      const { user, system } = process.cpuUsage(before)
      return count / ((user + system) / 1e6)
    },
  }
}
