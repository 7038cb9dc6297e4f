import { INTERNAL_PATHS, routeList, SESSION_PATH } from '@emotibot/contracts'
import fc from 'fast-check'

/** Spellings by which somebody tries to reach what is not theirs, or to be read differently by two processes. */
const TRICKS = [
  (path: string) => `/${path}`,
  (path: string) => path.replaceAll('/', '//'),
  (path: string) => `${path}/`,
  (path: string) => `${path}/..`,
  (path: string) => `/api/x/../..${path}`,
  (path: string) => `/${path.slice(1).replaceAll('/', '%2f')}`,
  (path: string) => `/%2e%2e${path}`,
  (path: string) => path.replace('a', '%61'),
  (path: string) => path.toUpperCase(),
  (path: string) => `${path};a=b`,
  (path: string) => `${path}%00`,
  (path: string) => `${path}\\..\\x`,
  (path: string) => `${path}?%ff=%fe`,
  (path: string) => `${path}?${'a=b&'.repeat(500)}`,
  (path: string) => `${path}#fragment`,
  (path: string) => `http://elsewhere.example${path}`,
  (path: string) => path,
]

const places = [
  ...routeList.map(({ path }) => path.replaceAll(/:\w+|\*/g, 'x')),
  ...Object.values(INTERNAL_PATHS),
  SESSION_PATH,
  '/control/status',
  '/assets/../../../../etc/passwd',
]

const segment = fc.stringMatching(/^[A-Za-z0-9%._~!$&'()*+,;=:@-]{0,30}$/)

export const oddPath: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(fc.constantFrom(...places), fc.constantFrom(...TRICKS)).map(([path, trick]) => trick(path)),
  fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => `/${segments.join('/')}`),
)
