import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type ControlServer, type Reaction, startControlServer, TOKEN } from './testing/control-server.ts'
import { examplePlan, exampleReceipt, exampleStatus } from './testing/examples.ts'
import { runInProcess } from './testing/run-in-process.ts'
import { runProcess } from './testing/run-process.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean()
})

async function serve(reactions: Readonly<Record<string, Reaction>>): Promise<ControlServer> {
  const server = await startControlServer(reactions)
  cleanups.push(server.close)
  return server
}

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fig-'))
  cleanups.push(() => rmSync(folder, { recursive: true }))
  return folder
}

const envOf = ({ url }: { url: string }) => ({ EMOTIBOT_CONTROL_URL: url, EMOTIBOT_OPERATOR_TOKEN: TOKEN })

describe('a flip', () => {
  it('prints its receipt and exits 0', async () => {
    const server = await serve({ 'POST /control/flips': { status: 200, body: exampleReceipt() } })
    const { exitCode, out, err } = await runProcess(
      ['flip', 'emotion.analyze', '--to', 'canary', '--share', '25', '--why', 'a first try'],
      envOf(server),
    )
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out).toContain('Undo it:  ./fig rollback f7a1')
    expect(server.received).toEqual([
      {
        method: 'POST',
        path: '/control/flips',
        body: { names: ['emotion.analyze'], to: 'canary', share: 25, why: 'a first try' },
      },
    ])
  })

  it('that is refused says every reason and the next command, and exits 1', async () => {
    const plan = examplePlan({
      refused: [
        { kind: 'safety', message: 'emotion is not ready: ECONNREFUSED', next: './fig status' },
        { kind: 'evidence', message: 'no parity run is known', next: 'npm run parity' },
      ],
    })
    const body = { error: 'Refused', code: 'REFUSED', message: 'Refused.', request_id: 'r', plan }
    const server = await serve({ 'POST /control/flips': { status: 409, body } })
    const args = ['flip', 'emotion.analyze', '--to', 'service']
    const { exitCode, out, err } = await runProcess(args, envOf(server))
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' })
    expect(err).toContain('emotion is not ready: ECONNREFUSED')
    expect(err).toContain('next:  npm run parity')
    const asJson = await runProcess([...args, '--json'], envOf(server))
    expect(JSON.parse(asJson.out)).toMatchObject({ code: 'REFUSED', plan: { refused: plan.refused } })
  })

  it('whose connection is lost after sending exits 3 and says how to find out', async () => {
    const server = await serve({ 'POST /control/flips': (response) => response.destroy() })
    const { exitCode, err } = await runProcess(['flip', 'emotion', '--to', 'service'], envOf(server))
    expect(exitCode).toBe(3)
    expect(err).toContain('./fig audit --limit 5')
  })

  it('whose answer breaks off in the middle exits 3', async () => {
    const server = await serve({
      'POST /control/flips': (response) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('{"flip":', () => response.destroy())
      },
    })
    const { exitCode } = await runProcess(['flip', 'emotion', '--to', 'service'], envOf(server))
    expect(exitCode).toBe(3)
  })
})

describe('where a person sits', () => {
  const answering = (answer: string, server: ControlServer) =>
    runInProcess(['flip', 'emotion.analyze', '--to', 'service'], envOf(server), async () => answer)

  it('a flip shows its plan and goes on only after a yes', async () => {
    const server = await serve({
      'POST /control/plan': { status: 200, body: examplePlan() },
      'POST /control/flips': { status: 200, body: exampleReceipt() },
    })
    const refused = await answering('', server)
    expect(refused).toMatchObject({ exitCode: 1, err: 'Nothing was changed.\n' })
    expect(refused.out).toContain('Plan: nothing is changed yet')
    expect(server.received.map(({ path }) => path)).toEqual(['/control/plan'])
    const done = await answering('y', server)
    expect(done.exitCode).toBe(0)
    expect(done.out).toContain('Done: flip f7a1')
  })
})

describe('usage', () => {
  it.each([
    { args: ['flip', 'emotion.analyse', '--to', 'service'], says: 'Did you mean emotion.analyze?' },
    { args: ['flip', 'emotion.analyze', '--to', 'servce'], says: 'Did you mean service?' },
    { args: ['flip', 'ui.page', '--to', 'service'], says: 'There is no route or domain "ui.page"' },
    { args: ['plan', 'emotion', '--to', 'canary'], says: '--share 1 to 99' },
    { args: ['plan', 'emotion', '--to', 'canary', '--share', '100'], says: 'from 1 to 99' },
    { args: ['plan', 'emotion', '--to', 'service', '--share', '10'], says: 'no share of its own' },
    { args: ['plan', 'emotion'], says: '--to <stage>' },
    { args: ['rollback'], says: 'Say what to roll back' },
    { args: ['rollback', 'emotion', '--all'], says: 'the three' },
    { args: ['why', 'nora', 'emotion'], says: 'There is no route "emotion"' },
    { args: ['audit', '--limit', 'many'], says: 'whole number' },
    { args: ['stauts'], says: 'Did you mean status?' },
  ])('$args exits 2', async ({ args, says }) => {
    const { exitCode, err } = await runInProcess(args, { EMOTIBOT_CONTROL_URL: 'http://127.0.0.1:1' })
    expect(exitCode).toBe(2)
    expect(err).toContain(says)
  })

  it('lists every valid name beside an unknown one', async () => {
    const { err } = await runInProcess(['flip', 'nonsense', '--to', 'service'], {})
    expect(err).toContain('emotion.analyze  emotion.batch')
    expect(err).toContain('conversation.delete_turn')
    expect(err.split('\n').every((line) => line.length <= 80)).toBe(true)
  })
})

describe('where nothing runs', () => {
  it.each([
    { args: ['status'], exit: 1 },
    { args: ['plan', 'emotion', '--to', 'service'], exit: 1 },
    { args: ['flip', 'emotion', '--to', 'service'], exit: 3 },
    { args: ['rollback', '--all'], exit: 3 },
    { args: ['freeze'], exit: 3 },
  ])('$args says so and exits $exit', async ({ args, exit }) => {
    const { exitCode, err } = await runInProcess(args, { EMOTIBOT_DATA_DIR: emptyFolder() })
    expect(exitCode).toBe(exit)
    expect(err).toBe('No EmotiBot runs here: start it with npm start\n')
  })

  it('a run file left by a stack that is gone says the same', async () => {
    const server = await startControlServer({})
    await server.close()
    const { exitCode, err } = await runProcess(['rollback', '--all'], envOf(server))
    expect(exitCode).toBe(3)
    expect(err).toContain('No EmotiBot runs here')
  })
})

describe('finding the control API', () => {
  it('reads the run file of the data folder', async () => {
    const server = await serve({ 'GET /control/status': { status: 200, body: exampleStatus() } })
    const folder = emptyFolder()
    const run = { control: server.url, operator_token: TOKEN }
    writeFileSync(join(folder, 'run.json'), JSON.stringify(run))
    const { exitCode, out } = await runProcess(['status', '--json'], { EMOTIBOT_DATA_DIR: folder })
    expect(exitCode).toBe(0)
    expect(JSON.parse(out)).toEqual(exampleStatus())
  })

  it('says which variable holds the token when the token is refused', async () => {
    const server = await serve({})
    const { exitCode, err } = await runProcess(['status'], {
      EMOTIBOT_CONTROL_URL: server.url,
      EMOTIBOT_OPERATOR_TOKEN: 'wrong',
    })
    expect(exitCode).toBe(1)
    expect(err).toContain('EMOTIBOT_OPERATOR_TOKEN')
  })
})

describe('as a process', () => {
  it('exits 2 for what is unknown and 3 where nothing runs', async () => {
    const unknown = await runProcess(['flip', 'emotion.analyse', '--to', 'service'], {})
    expect(unknown.exitCode).toBe(2)
    expect(unknown.err).toContain('Did you mean emotion.analyze?')
    const nothing = await runProcess(['rollback', '--all'], { EMOTIBOT_DATA_DIR: emptyFolder() })
    expect(nothing.exitCode).toBe(3)
  })
})

describe('status', () => {
  it('--check exits 1 when someone is needed and 0 when nobody is', async () => {
    const calm = await serve({ 'GET /control/status': { status: 200, body: exampleStatus() } })
    const busy = await serve({
      'GET /control/status': { status: 200, body: exampleStatus({ needs: ['emotion is down'] }) },
    })
    expect((await runProcess(['status', '--check'], envOf(calm))).exitCode).toBe(0)
    expect((await runProcess(['status', '--check'], envOf(busy))).exitCode).toBe(1)
    expect((await runProcess(['status'], envOf(busy))).exitCode).toBe(0)
  })

  it('holds no colours in a pipe', async () => {
    const server = await serve({ 'GET /control/status': { status: 200, body: exampleStatus() } })
    const { out } = await runProcess(['status'], envOf(server))
    expect(out).not.toContain('\x1b')
  })
})

describe('a roll back', () => {
  it.each([
    { args: ['--all'], body: { all: true } },
    { args: ['emotion', 'auth.login'], body: { names: ['emotion', 'auth.login'] } },
    { args: ['--flip', 'f7a1'], body: { flip: 'f7a1' } },
    { args: ['f7a1', '--why', 'slow'], body: { flip: 'f7a1', why: 'slow' } },
  ])('$args asks for $body', async ({ args, body }) => {
    const server = await serve({ 'POST /control/rollback': { status: 200, body: exampleReceipt() } })
    const { exitCode } = await runInProcess(['rollback', ...args], envOf(server))
    expect(exitCode).toBe(0)
    expect(server.received[0]?.body).toEqual(body)
  })
})

it('asks the freeze it was asked for', async () => {
  const server = await serve({ 'POST /control/freeze': { status: 200, body: { is_frozen: false } } })
  const { out } = await runInProcess(['freeze', '--off'], envOf(server))
  expect(out).toContain('Not frozen')
  expect(server.received[0]?.body).toEqual({ frozen: false })
})

it('prints help and exits 0', async () => {
  const { exitCode, out } = await runProcess(['--help'], {})
  expect(exitCode).toBe(0)
  expect(out).toContain('Exit status: 0 done, 1 refused, 2 usage, 3 outcome not known')
})
