// A service as `npm start` runs it: processes behind a balancer, at the address the others know.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { balancedProcess } from '@emotibot/scripts/balanced-process'
import { Balancer } from '@emotibot/scripts/balancer'
import { ReplicatedPart } from '@emotibot/scripts/replicated-part'
import { createFolder } from '@emotibot/testkit'
import { type Stage, untilWell } from './stage.ts'

const APPS = fileURLToPath(new URL('../../../apps/', import.meta.url))

const REPLICATED = ['auth', 'conversation', 'emotion', 'ai'] as const
type Name = (typeof REPLICATED)[number]

/** In the place of the processes that the stage has of them, for as long as `work` takes. */
export async function withReplicated(
  stage: Stage,
  work: (parts: readonly ReplicatedPart[]) => Promise<void>,
): Promise<void> {
  const folder = createFolder('degradation')
  const parts: ReplicatedPart[] = []
  try {
    for (const name of REPLICATED) parts.push(await replicate(stage, name, folder.path))
    await untilWell(stage)
    await work(parts)
  } finally {
    await Promise.all(parts.map((part) => part.stop()))
    folder.remove()
  }
}

async function replicate(stage: Stage, name: Name, dataDir: string): Promise<ReplicatedPart> {
  const { url, kill } = stage[name]
  const environment = { ...commonSettings(stage, dataDir), ...ownSettings(stage)[name] }
  const specOf = (port: number) => ({
    entry: join(APPS, name, 'src', 'main.ts'),
    env: () => ({ ...environment, EMOTIBOT_PORT: String(port) }),
    readyUrl: `http://127.0.0.1:${port}/health/ready`,
    onLine: () => undefined,
  })
  const launch = balancedProcess(new Balancer(Number(new URL(url).port)), specOf)
  const part = new ReplicatedPart({ name, dependsOn: [], isReplicable: true, launch }, () => undefined)
  await kill()
  await part.start()
  return part
}

function commonSettings({ monolith }: Stage, dataDir: string): Record<string, string> {
  return {
    EMOTIBOT_DATA_DIR: dataDir,
    EMOTIBOT_LOG_LEVEL: 'silent',
    LEGACY_JWT_SECRET: monolith.secret,
  }
}

function ownSettings(stage: Stage): Record<Name, Record<string, string>> {
  const { auth, conversation, emotion, facade } = stage
  const others = { EMOTIBOT_AUTH_URL: auth.url, EMOTIBOT_INTERNAL_URL: facade.internal }
  return {
    auth: { AUTH_DATABASE_URL: auth.databaseUrl },
    conversation: {
      ...others,
      CONVERSATION_DATABASE_URL: conversation.databaseUrl,
      EMOTIBOT_EVENT_SUBSCRIBERS: `emotion=${emotion.url}`,
    },
    emotion: { ...others, EMOTION_DATABASE_URL: emotion.databaseUrl },
    ai: others,
  }
}
