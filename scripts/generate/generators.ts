import { buildOpenApi, renderApiDocument } from '@emotibot/contracts'
import { apps } from '../stack/apps.ts'
import { renderEnvExample } from './env-example.ts'

/** A file that is made from something else in the repository and kept beside it for readers. */
export type Generator = { file: string; render: () => string | Promise<string> }

export const generators: readonly Generator[] = [
  { file: 'docs/API.md', render: renderApiDocument },
  { file: 'docs/openapi.json', render: () => `${JSON.stringify(buildOpenApi(), null, 2)}\n` },
  { file: '.env.example', render: envExample },
]

async function envExample(): Promise<string> {
  const schemas = apps.map(async ({ name, config }) => {
    const { configSchema } = await config()
    return { app: name, options: Object.values(configSchema) }
  })
  return renderEnvExample(await Promise.all(schemas))
}
