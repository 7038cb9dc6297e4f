import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { ChatPage } from './chat-page.ts'

/** One person's browser with one or more tabs, watched for what must never happen. */
export type Visit = {
  readonly chat: ChatPage
  readonly page: Page
  /** Another tab of the same person. */
  tab(): Promise<ChatPage>
  /** This kind of console error is part of the journey. */
  expectTrouble(kind: RegExp): void
  /** Errors on the console and requests to other hosts that nothing explains. */
  troubles(): string[]
  screenshot(path: string): Promise<void>
  close(): Promise<void>
}

/** Generous, for a machine that has other work too. */
const STEP_MOST_MS = 20_000

export async function openVisit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 760 }, ...options })
  context.setDefaultTimeout(STEP_MOST_MS)
  const seen: string[] = []
  const expected: RegExp[] = []
  const home = new URL(url).host
  context.on('request', (request) => {
    const target = new URL(request.url())
    if (target.host !== home && /^(?:http|ws)/.test(target.protocol)) seen.push(`request to ${target.host}`)
  })
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') seen.push(message.text())
  })
  context.on('weberror', (thrown) => seen.push(String(thrown.error())))

  const openTab = async (): Promise<ChatPage> => {
    const page = await context.newPage()
    await page.goto(url)
    return new ChatPage(page)
  }
  const chat = await openTab()
  return {
    chat,
    page: chat.page,
    tab: openTab,
    expectTrouble: (kind) => expected.push(kind),
    troubles: () => seen.filter((text) => !expected.some((kind) => kind.test(text))),
    async screenshot(path) {
      mkdirSync(join(path, '..'), { recursive: true })
      await chat.page.screenshot({ path })
    },
    close: () => context.close(),
  }
}
