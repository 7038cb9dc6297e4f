export type ServerEvent = { readonly event: string; readonly data: string }

/** Reads a `text/event-stream` (HTML standard, 9.2): blocks end with an empty line, `data` lines are joined. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = parseBlock(block)
      if (event) yield event
    }
  }
}

/** Null for a block without data: a comment that keeps the connection open. */
function parseBlock(block: string): ServerEvent | null {
  const fields = block.split(/\r?\n/).map((line) => {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? []
    return { name, value }
  })
  const data = fields.filter(({ name }) => name === 'data').map(({ value }) => value)
  const event = fields.findLast(({ name }) => name === 'event')?.value ?? 'message'
  return data.length === 0 ? null : { event, data: data.join('\n') }
}
