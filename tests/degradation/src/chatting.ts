import type { Person } from './person.ts'

/** People who chat without a pause, and remember what was acknowledged and what went wrong. */
export type Chatting = {
  readonly faults: readonly string[]
  /** Resolves once so many more turns were acknowledged. */
  untilSaid(count: number): Promise<void>
  /** What each of them was told is stored, in that order. */
  stop(): Promise<ReadonlyMap<Person, readonly string[]>>
}

/** `doMore`: what else each of them does between two turns. */
export function startChatting(
  people: readonly Person[],
  doMore: (person: Person, turns: number) => Promise<unknown>,
): Chatting {
  const said = new Map<Person, string[]>(people.map((person) => [person, []]))
  const faults: string[] = []
  let isOver = false
  let count = 0
  let waiting: { readonly at: number; readonly resolve: () => void }[] = []

  async function chat(person: Person, texts: string[]): Promise<void> {
    while (!isOver) {
      const text = `Line ${texts.length} of many`
      try {
        await person.say(text, { isReplyAwaited: false })
        texts.push(text)
        tellWaiting()
        await doMore(person, texts.length)
      } catch (thrown) {
        faults.push(`${text}: ${String(thrown)}`)
        tellWaiting()
      }
    }
  }

  /** A fault counts as well, so that nobody waits in vain. */
  function tellWaiting(): void {
    count += 1
    for (const { at, resolve } of waiting) if (at <= count) resolve()
    waiting = waiting.filter(({ at }) => at > count)
  }

  const chats = [...said].map(([person, texts]) => chat(person, texts))
  return {
    faults,
    untilSaid: (more) =>
      new Promise((resolve) => {
        waiting.push({ at: count + more, resolve })
      }),
    async stop() {
      isOver = true
      await Promise.all(chats)
      return said
    },
  }
}
