import type { AiConfig } from '../config.ts'
import { type GuardOptions, guardProvider } from './guard.ts'
import { createOpenAiProvider } from './openai.ts'
import type { Provider } from './provider.ts'

/** The guarded endpoint of the settings; null without a key. */
export async function chooseProvider(
  config: AiConfig,
  onAttempt: NonNullable<GuardOptions['onAttempt']>,
): Promise<Provider | null> {
  const { providerUrl: baseUrl, providerKey: key, model, deadlineMs, firstWordMs } = config
  if (key === '') return null
  const endpoint = await createOpenAiProvider({ baseUrl, key, model })
  const slots = { atOnce: config.callsAtOnce, waitingMax: config.callsWaiting }
  return guardProvider(endpoint, { ...slots, deadlineMs, firstWordMs, onAttempt })
}
