/**
 * A `fetch` whose answers end with an error past so many bytes, so that no endpoint can fill the memory with one line that
 * never ends. Redirects are errors: the key goes nowhere else.
 */
export function createBoundedFetch(bytesMax: number): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, { ...init, redirect: 'error' })
    if (!answer.body) return answer
    const { status, statusText, headers } = answer
    return new Response(answer.body.pipeThrough(countUpTo(bytesMax)), { status, statusText, headers })
  }
}

function countUpTo(bytesMax: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let bytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      if (bytes > bytesMax) controller.error(new RangeError(`The answer is longer than ${bytesMax} bytes.`))
      else controller.enqueue(chunk)
    },
  })
}
