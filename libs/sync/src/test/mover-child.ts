// A mover in a process of its own, to be killed: both feeds, until the end comes.
// Run as: node mover-child.ts <file> <url>
import { createPostgresStore } from '../postgres/create-postgres-store.ts'
import { createPump, type PumpOptions } from '../pump.ts'
import { createSqliteStore } from '../sqlite/create-sqlite-store.ts'
import { testEntities } from './entities.ts'

const [file = '', url = ''] = process.argv.slice(2)
const monolith = createSqliteStore({ file, entities: testEntities, holdsForeignKeys: true })
const service = createPostgresStore({ url, entities: testEntities })
const onEvent: PumpOptions['onEvent'] = ({ event }) => {
  if (event === 'applied') process.stdout.write('applied\n')
}
const shared = { entities: testEntities, onEvent }
const pumps = [
  createPump({ ...shared, name: 'monolith', source: monolith, destination: service }),
  createPump({ ...shared, name: 'service', source: service, destination: monolith }),
]
await Promise.all(pumps.map((pump) => pump.run(new AbortController().signal)))
