import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Nothing of the browser's own goes out to the network: only the page under test speaks. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const NO_CHROMIUM =
  'The browser journeys are left out: there is no Chromium here. Install it (Debian: apt-get install chromium) or name it in CHROMIUM_PATH.'

/** Where Chromium is on this machine, or null. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env['CHROMIUM_PATH']
  return [...(named ? [named] : []), ...PLACES].find((path) => existsSync(path)) ?? null
}

export async function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ARGUMENTS })
}
