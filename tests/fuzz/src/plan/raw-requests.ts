/** Requests no client library sends. `{host}` is the front door's. */
const POST = 'POST /api/emotion/analyze HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n'
const BODY = '{"text":"hi"}'

/** Each must be answered with a clear 4xx, or with the connection's end; never be taken for two requests. */
export const RAW_REQUESTS: readonly { readonly note: string; readonly bytes: string }[] = [
  {
    note: 'a length and chunks',
    bytes: `${POST}Content-Length: 13\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  },
  { note: 'two lengths', bytes: `${POST}Content-Length: 13\r\nContent-Length: 12\r\n\r\n${BODY}` },
  { note: 'a length that is no number', bytes: `${POST}Content-Length: thirteen\r\n\r\n${BODY}` },
  { note: 'a negative length', bytes: `${POST}Content-Length: -1\r\n\r\n` },
  {
    note: 'chunks that are none',
    bytes: `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n${BODY}\r\n0\r\n\r\n`,
  },
  { note: 'an encoding nobody knows', bytes: `${POST}Transfer-Encoding: identity, what\r\n\r\n` },
  { note: 'no host', bytes: 'GET /api/ai/suggestions HTTP/1.1\r\n\r\n' },
  { note: 'two hosts', bytes: 'GET /api/ai/suggestions HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n' },
  { note: 'a space before a colon', bytes: 'GET /api/ai/suggestions HTTP/1.1\r\nHost : {host}\r\n\r\n' },
  {
    note: 'a folded header',
    bytes: 'GET /api/ai/suggestions HTTP/1.1\r\nHost: {host}\r\nX: a\r\n b\r\n\r\n',
  },
  { note: 'a method nobody knows', bytes: 'DANCE / HTTP/1.1\r\nHost: {host}\r\n\r\n' },
  { note: 'no HTTP at all', bytes: 'hello there\r\n\r\n' },
  { note: 'a NUL in the path', bytes: 'GET /\0 HTTP/1.1\r\nHost: {host}\r\n\r\n' },
  {
    note: 'headers without end',
    bytes: `GET / HTTP/1.1\r\nHost: {host}\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
  },
  {
    note: 'an upgrade to what nobody speaks',
    bytes: 'GET /ws HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
  },
  {
    note: 'an upgrade elsewhere',
    bytes:
      'GET /api/auth/me HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  },
]
