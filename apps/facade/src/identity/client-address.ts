import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** Who a request is from, as far as connections and trusted proxies can tell. */
export type Client = {
  readonly address: string
  readonly protocol: string
  readonly host: string
  /** Whether the neighbour is a trusted proxy, whose request id is kept. */
  readonly isViaTrusted: boolean
}

export type ReadClient = (request: IncomingMessage) => Client

/** Reads the client of a request. `trusted` lists addresses and networks, by comma; empty trusts nobody. */
export function createClientReader(trusted: string): ReadClient {
  const proxies = parseTrustedOrThrow(trusted)
  return (request) => {
    const peer = plainAddress(request.socket.remoteAddress)
    const direct: Client = {
      address: peer,
      protocol: (request.socket as Partial<TLSSocket>).encrypted ? 'https' : 'http',
      host: request.headers.host ?? '',
      isViaTrusted: false,
    }
    return proxies !== null && isTrusted(proxies, peer) ? viaProxy(request, direct, proxies) : direct
  }
}

/** The nearest address in `X-Forwarded-For` that no trusted proxy has: what stands further left, anyone can write. */
function viaProxy(request: IncomingMessage, direct: Client, proxies: BlockList): Client {
  const hops = listOf(request.headers['x-forwarded-for']).map(plainAddress)
  const isReadable = hops.every((hop) => isIP(hop) !== 0)
  const address = isReadable ? (hops.findLast((hop) => !isTrusted(proxies, hop)) ?? hops[0]) : undefined
  return {
    address: address ?? direct.address,
    protocol: listOf(request.headers['x-forwarded-proto']).at(-1) === 'https' ? 'https' : direct.protocol,
    host: listOf(request.headers['x-forwarded-host']).at(-1) ?? direct.host,
    isViaTrusted: true,
  }
}

function listOf(header: string | string[] | undefined): string[] {
  return (header ?? '')
    .toString()
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** IPv4 in its own spelling, also where the socket speaks IPv6. */
function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
}

function isTrusted(proxies: BlockList, address: string): boolean {
  const version = isIP(address)
  return version !== 0 && proxies.check(address, version === 6 ? 'ipv6' : 'ipv4')
}

function parseTrustedOrThrow(trusted: string): BlockList | null {
  const entries = listOf(trusted)
  if (entries.length === 0) return null
  const list = new BlockList()
  for (const entry of entries) addOrThrow(list, entry)
  return list
}

function addOrThrow(list: BlockList, entry: string): void {
  const [address = '', bits] = entry.split('/')
  const version = isIP(address)
  if (version === 0) throw new TypeError(`has "${entry}", which is neither an address nor a network`)
  const family = version === 6 ? 'ipv6' : 'ipv4'
  if (bits === undefined) list.addAddress(address, family)
  else if (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32))
    list.addSubnet(address, Number(bits), family)
  else throw new TypeError(`has "${entry}", whose network has no such size`)
}

/** Answers the list as it came. Throws what completes "EMOTIBOT_TRUST_PROXY ...". */
export function checkTrustedOrThrow(trusted: string): string {
  parseTrustedOrThrow(trusted)
  return trusted
}
