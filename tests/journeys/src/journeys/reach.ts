import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expectEqual, expectThat, type Journey } from '../journey.ts'

export const keyboardOnly: Journey = {
  title: 'everything is done by keyboard alone',
  async walk({ visit, newAccount, inTheMiddle }) {
    const { username, email, password } = newAccount()
    const { chat, page } = await visit()
    await tabTo(page, 'Create an account')
    await page.keyboard.press('Enter')
    for (const text of [username, email, password]) {
      await page.keyboard.type(text)
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
    await chat.message.waitFor()
    await page.keyboard.type('Typed without a mouse')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('on two lines')
    await page.keyboard.press('Enter')
    await chat.answered('on two lines')
    await inTheMiddle()

    await tabTo(page, 'More about this conversation')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Rename')
    await page.keyboard.press('Enter')
    await page.keyboard.type('A better title')
    await page.keyboard.press('Enter')
    await chat.conversation('A better title').waitFor()

    await chat.log.focus()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    await page.keyboard.type('mouse')
    await tabTo(page, /Typed without a mouse/)
    await page.keyboard.press('Enter')
    await chat.turn('mouse').and(page.locator(':focus')).waitFor()
    await tabTo(page, 'Log out')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  },
}

const TABS_MOST = 60

/** Presses Tab until the control with this name has the focus, which must be visible. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const wanted = page.getByRole('button', { name, ...(typeof name === 'string' ? { exact: true } : {}) })
  await wanted.first().waitFor()
  for (let pressed = 0; pressed < TABS_MOST; pressed++) {
    await page.keyboard.press('Tab')
    const focused = wanted.and(page.locator(':focus-visible'))
    if ((await focused.count()) === 0) continue
    const outline = await focused.evaluate((element) => getComputedStyle(element).outlineStyle)
    expectThat(outline !== 'none', `the focus on "${name}" is visible`)
    return
  }
  throw new Error(`Tab never reached "${name}".`)
}

const PHONE = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true }

export const phone: Journey = {
  isPageOnly: true,
  title: 'a phone 320 px wide shows everything without scrolling sideways; Enter is a new line',
  async walk({ visit, newAccount, inTheMiddle }) {
    const { chat, page } = await visit(PHONE)
    await fits(page, 'signing in')
    await chat.register(newAccount())
    await fits(page, 'an empty chat')
    await chat.message.fill('A very long word: ')
    await chat.message.press('End')
    await chat.message.press('Enter')
    await page.keyboard.type('Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen')
    expectThat((await chat.message.inputValue()).includes('\n'), 'Enter makes a new line on touch')
    await fits(page, 'a long word being written')
    await chat.button('Send').tap()
    await chat.answered('Donaudampf')
    await inTheMiddle()
    await fits(page, 'a chat')
    await chat.button('Show conversations').tap()
    await chat.button('New conversation').waitFor()
    await fits(page, 'the list')
    await chat.button('Account and settings').tap()
    await fits(page, 'the account')
  },
}

/** A page that is too wide makes a phone zoom out, and its own idea of the width grows along: 320 is what counts. */
async function fits(page: Page, what: string): Promise<void> {
  const widthPx = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, window.innerWidth))
  expectThat(widthPx <= PHONE.viewport.width, `${what} fits in ${PHONE.viewport.width} px, not ${widthPx}`)
}

export const axeFindsNothing: Journey = {
  isPageOnly: true,
  title: 'axe finds nothing on signing in and chatting, light and dark',
  async walk({ visit, newAccount }) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { chat, page } = await visit({ colorScheme, reducedMotion: 'reduce' })
      await isClean(page, `signing in, ${colorScheme}`)
      await chat.register(newAccount())
      for (const text of [
        'I am happy',
        'I am sad',
        'I am angry',
        'I am scared',
        'What a surprise, wow',
        'It is nine',
      ]) {
        await chat.say(text)
      }
      await isClean(page, `a chat, ${colorScheme}`)
      await chat.button('Account and settings').click()
      await isClean(page, `the account, ${colorScheme}`)
    }
  },
}

async function isClean(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${id} at ${target.join(' ')}`),
  )
  expectEqual(found, [], `what axe finds on ${what}`)
}

export const announcer: Journey = {
  title: 'a screen reader hears each finished reply once, with its feeling, and nothing else',
  async walk({ visit, newAccount, inTheMiddle }) {
    const { chat, page } = await visit()
    await page.evaluate(() => {
      const region = document.querySelector('#announcer')
      if (!region) throw new Error('There is no announcer.')
      const heard: string[] = []
      Object.assign(window, { heard })
      new MutationObserver(() => heard.push(region.textContent ?? '')).observe(region, { childList: true })
    })
    await chat.register(newAccount())
    await chat.say('I am so happy today')
    await inTheMiddle()
    await chat.say('I am sad now')
    await page.waitForFunction(
      () => 'heard' in window && Array.isArray(window.heard) && window.heard.length >= 2,
    )
    const heard = await page.evaluate(() => ('heard' in window ? window.heard : []))
    const replies = await page.locator('.theirs').allInnerTexts()
    expectThat(
      Array.isArray(heard) && heard.length === 2,
      `two things are announced: ${JSON.stringify(heard)}`,
    )
    const wanted = [/^EmotiBot: .* You sounded: Happy/, /^EmotiBot: .* You sounded: Sad/]
    wanted.forEach((pattern, at) => {
      expectThat(pattern.test(String(heard[at])), `"${heard[at]}" tells the reply and the feeling`)
      const reply = (replies[at] ?? '').replace(/^EmotiBot:\s*/, '')
      expectThat(String(heard[at]).includes(reply), 'the whole reply is announced')
    })
  },
}
