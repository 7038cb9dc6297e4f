import { expect, it } from 'vitest'
import { readEvents, type ServerEvent } from './server-events.ts'

it('reads events however the bytes are cut, and skips comments', async () => {
  const text = ': hello\n\nevent: status\ndata: {"a":"é"}\n\nevent: status\r\ndata: 1\r\ndata: 2\r\n\r\n'
  const bytes = new TextEncoder().encode(text)
  for (const size of [1, 7, bytes.length]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.slice(at * size, (at + 1) * size),
    )
    expect(await collect(chunks)).toEqual([
      { event: 'status', data: '{"a":"é"}' },
      { event: 'status', data: '1\n2' },
    ])
  }
})

async function collect(chunks: readonly Uint8Array[]): Promise<ServerEvent[]> {
  const events: ServerEvent[] = []
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  for await (const event of readEvents(body)) events.push(event)
  return events
}
