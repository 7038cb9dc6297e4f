import { pathOf } from '@emotibot/contracts'
import { signIn, until } from '@emotibot/testkit'
import type { Page } from 'playwright-core'
import { expectEqual, expectThat, type Journey } from '../journey.ts'

const SENDS = `**${pathOf('conversation.send', { id: '*' })}`

export const workingState: Journey = {
  isPageOnly: true,
  title: 'the message and a working state are there within 100 ms, before any answer',
  async walk({ visit, newAccount }) {
    const { chat, page } = await visit()
    await chat.register(newAccount())
    await page.route(SENDS, async (route) => {
      if (route.request().method() === 'POST') await page.locator('.turn .working').waitFor()
      await route.continue()
    })
    const tookMs = await msUntilWorking(page, 'Hello there')
    expectThat(tookMs < 100, `it takes less than 100 ms, not ${tookMs}`)
    await chat.answered('Hello there')
  },
}

/** Measured inside the page: from the press of Enter to the frame that shows the working state. */
async function msUntilWorking(page: Page, text: string): Promise<number> {
  await page.locator('#message').fill(text)
  return page.evaluate(async () => {
    const start = performance.now()
    document.querySelector<HTMLFormElement>('#composer')?.requestSubmit()
    while (!document.querySelector('.turn .working')) await new Promise(requestAnimationFrame)
    return performance.now() - start
  })
}

export const lostAnswer: Journey = {
  title: 'a send whose answer is lost keeps its text, and trying again says it once',
  async walk({ visit, newAccount, inTheMiddle }) {
    const { chat, page, expectTrouble } = await visit()
    expectTrouble(/ERR_FAILED/)
    await chat.register(newAccount())
    await chat.say('First of all')
    const keys: (string | undefined)[] = []
    await page.route(SENDS, async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      keys.push(route.request().headers()['idempotency-key'])
      if (keys.length > 1) return route.continue()
      // The server has it; the page does not know.
      await route.fetch()
      return route.abort()
    })
    await chat.send('Said once')
    await until('the page tried', () => keys.length === 1)
    await inTheMiddle()
    await until('the page tried', () => keys.length > 1)
    await chat.answered('Said once')
    expectEqual(keys[1], keys[0], 'the key of the second attempt')
    await page.reload()
    await chat.answered('Said once')
    expectEqual(await chat.turn('Said once').count(), 1, 'how often it was said')
  },
}

export const offline: Journey = {
  title: 'a message written without a line is kept over a reload of the page and sent once the line is back',
  async walk({ visit, newAccount }) {
    const { chat, page, expectTrouble } = await visit()
    expectTrouble(/ERR_FAILED|WebSocket/)
    await chat.register(newAccount())
    await chat.say('Here I am')
    await page.route('**/api/**', (route) => route.abort())
    await chat.send('Into the tunnel')
    const failed = chat.turn('Into the tunnel')
    await failed.getByText('Not sent yet').waitFor()
    await page.reload()
    await failed.getByText('Not sent yet').waitFor()
    await failed.getByRole('button', { name: 'Try again' }).click()
    await failed.getByText('Not sent yet').waitFor()
    await page.unroute('**/api/**')
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await chat.answered('Into the tunnel')
    await page.reload()
    await chat.answered('Into the tunnel')
    expectEqual(await chat.turn('Into the tunnel').count(), 1, 'how often it was said')
  },
}

export const drafts: Journey = {
  title: 'a draft is kept over a reload, and over being asked to sign in again',
  async walk({ visit, newAccount, stack }) {
    const account = newAccount()
    const { chat, page, expectTrouble } = await visit()
    expectTrouble(/401|WebSocket/)
    await chat.register(account)
    await chat.say('Hello')
    await chat.message.fill('Half a thought')
    await page.reload()
    await chat.turns.first().waitFor()
    expectEqual(await chat.message.inputValue(), 'Half a thought', 'the draft after a reload')

    await endAllSessions(stack.facade.url, account)
    await page.getByText('Please sign in again').waitFor()
    await chat.signIn(account)
    await chat.turns.first().waitFor()
    expectEqual(await chat.message.inputValue(), 'Half a thought', 'the draft after signing in again')
  },
}

/** From another device: every session of this user is over, open sockets too. */
async function endAllSessions(url: string, account: { username: string; password: string }): Promise<void> {
  const { bearer } = await signIn(url, account)
  const answer = await fetch(`${url}/api/auth/logout-all`, { method: 'POST', headers: bearer })
  expectEqual(answer.status, 204, 'logging out everywhere')
}
