/** The JSON of an answer, null where there is none. Throws past so many bytes, and for what is not JSON. */
export async function readJsonWithin(bytesMax: number, answer: Response): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength
    // Leaving the loop cancels the rest.
    if (bytes > bytesMax)
      throw new RangeError(`the answer (${answer.status}) is longer than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return bytes === 0 ? null : parseOrThrow(Buffer.concat(chunks).toString(), answer.status)
}

function parseOrThrow(text: string, status: number): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SyntaxError(`the answer (${status}) is not JSON`, { cause })
  }
}
