import { actAt } from '../load/drive.ts'
import { ratio } from '../measure/figure.ts'
import { interleaveMany } from '../measure/interleave.ts'
import { quantile } from '../measure/quantile.ts'
import type { BenchOptions, BenchResult } from '../report/result.ts'
import { gatherPeople, type People } from './people.ts'
import { type Provider, startProvider } from './provider.ts'
import { type ChatSide, type SideOptions, startMonolithSide, startServicesSide } from './sides.ts'

const SLOW_MS = 2_000
const PER_SECOND = { sends: 8, histories: 20, logins: 5 } as const

type Part = Pick<BenchResult, 'figures' | 'ratios' | 'notes'>

/** What those who read their history or sign in notice of an AI provider that has become slow, while others chat. */
export async function measureSlowProvider(side: SideOptions, options: BenchOptions): Promise<Part> {
  const provider = await startProvider()
  const ends = [() => provider.close()]
  const started = async (starting: Promise<ChatSide>): Promise<People> => {
    const one = await starting
    ends.unshift(one.close)
    return gatherPeople(one)
  }
  try {
    const monolith = await started(startMonolithSide(side))
    const services = await started(startServicesSide({ ...side, aiEnv: settingsFor(provider) }))
    const asked = { monolith: 0, services: 0 }
    const contender = (name: string, people: People, delayMs: number) => ({
      name,
      measure: async () => {
        const before = provider.asked()
        provider.delayMs = delayMs
        const latencies = await latenciesOf(people, options)
        asked[people === services ? 'services' : 'monolith'] += provider.asked() - before
        return latencies
      },
    })
    const figures = await interleaveMany(
      [
        contender('services_quick', services, 0),
        contender('services_slow', services, SLOW_MS),
        contender('services_quick_again', services, 0),
        contender('monolith_quick', monolith, 0),
        contender('monolith_slow', monolith, SLOW_MS),
      ],
      options,
    )
    return { figures, ratios: ratiosOf(figures), notes: notesOf(asked) }
  } finally {
    for (const end of ends) await end()
  }
}

/** Every reply is really waited for: no limit of calls or tokens turns any away. */
function settingsFor({ url }: Provider): Record<string, string> {
  return {
    EMOTIBOT_AI_BASE_URL: url,
    EMOTIBOT_AI_KEY: 'bench',
    EMOTIBOT_AI_CALLS_AT_ONCE: '64',
    EMOTIBOT_AI_TOKENS_PER_DAY: '0',
  }
}

async function latenciesOf({ send, history, login }: People, { seconds, signal }: BenchOptions) {
  const over = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)])
  const histories: number[] = []
  const logins: number[] = []
  const { sends, histories: reads, logins: signIns } = PER_SECOND
  await Promise.all([
    actAt(async () => void (await send()), { perSecond: sends, signal: over }),
    actAt(async () => void histories.push(await history()), { perSecond: reads, signal: over }),
    actAt(async () => void logins.push(await login()), { perSecond: signIns, signal: over }),
  ])
  return {
    history_p50_ms: quantile(histories, 0.5),
    history_p99_ms: quantile(histories, 0.99),
    login_p50_ms: quantile(logins, 0.5),
    login_p99_ms: quantile(logins, 0.99),
  }
}

function ratiosOf(figures: Part['figures']): Record<string, number> {
  const moved = (one: string, than: string, figure: string) =>
    ratio(figures[`${one}_${figure}`]!, figures[`${than}_${figure}`]!)
  return {
    history_p99_services_slow_to_quick: moved('services_slow', 'services_quick', 'history_p99_ms'),
    login_p99_services_slow_to_quick: moved('services_slow', 'services_quick', 'login_p99_ms'),
    history_p99_monolith_slow_to_quick: moved('monolith_slow', 'monolith_quick', 'history_p99_ms'),
    login_p99_monolith_slow_to_quick: moved('monolith_slow', 'monolith_quick', 'login_p99_ms'),
    history_p99_self_check: moved('services_quick_again', 'services_quick', 'history_p99_ms'),
    login_p99_self_check: moved('services_quick_again', 'services_quick', 'login_p99_ms'),
  }
}

function notesOf(asked: { monolith: number; services: number }): string[] {
  const { sends, histories, logins } = PER_SECOND
  return [
    `slow: an OpenAI-compatible endpoint begins each reply after ${SLOW_MS} ms; quick: at once. ${sends} turns, ${histories} histories and ${logins} logins a second on either side; the target for services is 1.1.`,
    `The endpoint was asked ${asked.services} times for services and ${asked.monolith} times for the monolith, whose responder is built in: nothing of it can be slow, so its ratios show the noise of this run.`,
    'The self checks are services with a quick endpoint measured twice in each round: what they differ from 1 by is noise.',
  ]
}
