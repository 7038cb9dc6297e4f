import fc from 'fast-check'

type Headers = readonly (readonly [string, string])[]

/** Mostly none: a request should be wrong in one way at a time. */
export const oddHeaders: fc.Arbitrary<Headers> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Headers>([]) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<Headers[number]>(
        ['idempotency-key', 'a key with spaces'],
        ['idempotency-key', 'x'.repeat(129)],
        ['idempotency-key', 'always the same'.replaceAll(' ', '-')],
        ['content-type', 'text/plain'],
        ['content-type', 'application/json; charset=latin1'],
        ['content-type', ''],
        ['origin', 'https://elsewhere.example'],
        ['origin', 'null'],
        ['prefer', 'respond-async'],
        ['accept', 'text/html'],
        ['accept-encoding', 'gzip, br'],
        ['expect', 'nothing'],
        ['x-forwarded-for', '203.0.113.9, not an address'],
        ['x-request-id', 'x'.repeat(300)],
        ['cookie', 'emotibot_session=; emotibot_visitor=%00'],
        ['cookie', `a=${'b'.repeat(4_000)}`],
        ['authorization', 'Basic bm9ib2R5OnNlY3JldA=='],
        ['x-emotibot-user', 'admin'],
        ['transfer-encoding', 'gzip, chunked'],
      )
      .map((header) => [header]),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('content-type', 'origin', 'idempotency-key', 'x-request-id', 'cookie').map(
      (name): Headers => [
        [name, 'one'],
        [name, 'two'],
      ],
    ),
  },
)
