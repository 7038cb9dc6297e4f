import { readFile } from 'node:fs/promises'
import { expectEqual, expectThat, type Journey } from '../journey.ts'
import { analyzeInPage } from './analyze-in-page.ts'

export const wholeVisit: Journey = {
  title: 'a person registers, chats, reloads, looks back, searches, exports, leaves and comes back',
  async walk({ visit, newAccount, inTheMiddle }) {
    const account = newAccount()
    const { chat, page } = await visit()
    await chat.register(account)
    const joyful = await chat.say('I am so happy, the garden is finished!')
    expectEqual(await joyful.locator('.badge').getAttribute('data-look'), 'happy', 'the feeling')
    const before = await analyzeInPage(page, 'I am worried about the exam')

    await inTheMiddle()
    await chat.say('Still, I am worried about the exam')
    expectEqual(
      await analyzeInPage(page, 'I am worried about the exam'),
      before,
      'an analysis after the flip',
    )
    await inTheMiddle()
    await chat.say('The train leaves at nine')
    expectEqual(
      await analyzeInPage(page, 'I am worried about the exam'),
      before,
      'an analysis after the way back',
    )

    const said = await chat.turns.allInnerTexts()
    await page.reload()
    await chat.turns.nth(2).waitFor()
    expectEqual(await chat.turns.allInnerTexts(), said, 'the history after a reload')

    const results = await chat.search('exam')
    expectEqual(await results.count(), 1, 'how many turns are found')
    await results.click()
    await chat.turn('exam').and(page.locator('.pointed')).waitFor()

    await exportHolds(chat.page, 'Export as JSON', ['the garden is finished', account.username])
    await exportHolds(chat.page, 'Export as Markdown', ['the garden is finished'])

    await chat.logOut()
    expectThat(
      !(await page.locator('body').innerText()).includes('garden'),
      'nothing is left in sight after logging out',
    )
    await chat.signIn({ username: account.email, password: account.password })
    await chat.turns.nth(2).waitFor()
    expectEqual(await chat.turns.allInnerTexts(), said, 'the history after signing in again')
  },
}

async function exportHolds(
  page: Parameters<typeof analyzeInPage>[0],
  name: string,
  words: readonly string[],
): Promise<void> {
  await page.getByRole('button', { name: 'Account and settings' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name }).click(),
  ])
  const text = await readFile(await download.path(), 'utf8')
  for (const word of words) expectThat(text.includes(word), `${name} holds "${word}"`)
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
}
