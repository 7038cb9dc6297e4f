import type { LookedAtEntry } from './entry.ts'
import { pageSources, type Source } from './page-sources.ts'

/** A host or a port written out, or a host taken without its port. */
const RAW_ADDRESS =
  /wss?:\/\/(?!\$\{window\.location\.host\}|\$\{location\.host\})|location\.hostname|localhost|127\.0\.0\.1/g

/** Places where the page names a socket's address by anything but its own origin. */
export function rawAddresses(sources: readonly Source[]): string[] {
  return sources.flatMap(({ file, text }) =>
    [...withoutComments(text).matchAll(RAW_ADDRESS)].map(
      ([found]) => `${file} names an address of its own: ${found}`,
    ),
  )
}

/** 14: sockets on a raw host and port that nobody serves: never connects. */
export const socketAddress: LookedAtEntry = {
  number: 14,
  name: 'the page opens its socket on its own origin',
  find: async () => {
    const sources = pageSources()
    const opens = sources.some(({ text }) => text.includes('new WebSocket('))
    return [...(opens ? [] : ['the page opens no socket at all']), ...rawAddresses(sources)]
  },
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1')
}
