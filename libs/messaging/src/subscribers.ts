/** A service that takes events in: its name, and where its own port is. */
export type Subscriber = { readonly name: string; readonly url: string }

/** Reads `emotion=http://127.0.0.1:4002,...`. Throws RangeError with the part that is none. Empty: nobody subscribes. */
export function parseSubscribers(text: string): Subscriber[] {
  const parts = text.split(',').map((part) => part.trim())
  return parts.filter((part) => part !== '').map(parseOne)
}

function parseOne(part: string): Subscriber {
  const [, name, url] = /^([a-z]+)=(https?:\/\/\S+?)\/*$/.exec(part) ?? []
  if (!name || !url || !URL.canParse(url))
    throw new RangeError(`"${part}" is no subscriber: write NAME=URL, e.g. emotion=http://127.0.0.1:4002.`)
  return { name, url }
}
