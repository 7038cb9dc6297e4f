import { signIn } from '@emotibot/testkit'
import type { Account, ChatPage } from '../chat-page.ts'
import { expectEqual, expectThat, type Journey, type Walk } from '../journey.ts'
import { OLD_TURNS, OLD_USER } from '../old-file.ts'

const MANY = 120

export const scrollBack: Journey = {
  isPageOnly: true,
  title: 'history scrolls back page by page and the reader stays in place',
  async walk({ visit, newAccount, stack, inTheMiddle }) {
    const account = newAccount()
    const { chat, page } = await visit()
    await chat.register(account)
    await writeTurns(stack, account)
    await page.reload()
    await chat.conversation('Many lines').click()
    await chat.turn(`Line ${MANY} of`).waitFor()
    expectEqual(await chat.turns.count(), 50, 'how many turns are loaded at first')
    await inTheMiddle()
    const marker = chat.turn(`Line ${MANY - 49} of`)
    await chat.log.evaluate((log) => log.scrollTo(0, 150))
    const before = await marker.evaluate((element) => element.getBoundingClientRect().top)
    await chat.turns.nth(99).waitFor({ state: 'attached' })
    const after = await marker.evaluate((element) => element.getBoundingClientRect().top)
    expectThat(Math.abs(after - before) < 60, `the reader stays in place, moved by ${after - before} px`)
    await chat.log.evaluate((log) => log.scrollTo(0, 0))
    await chat.turn('Line 1 of').waitFor({ state: 'attached' })
    const lines = await chat.turns.locator('.mine').allInnerTexts()
    const numbers = lines.map((line) => Number(/Line (\d+)/.exec(line)?.[1]))
    expectEqual(
      numbers,
      Array.from({ length: MANY }, (_, at) => at + 1),
      'the order of the turns',
    )
    await chat.button('Jump to the latest').click()
    await chat.turn(`Line ${MANY} of`).waitFor()
  },
}

async function writeTurns(stack: Walk['stack'], account: Account): Promise<void> {
  const client = stack.client(await signIn(stack.facade.url, account))
  const created = await client.call('conversation.create', { body: { title: 'Many lines' } })
  expectThat(created.ok, 'a conversation can be created')
  const { id } = created.body.conversation
  for (let line = 1; line <= MANY; line++) {
    await client.call('conversation.send', {
      params: { id },
      body: { text: `Line ${line} of many` },
      headers: { prefer: 'respond-async' },
    })
  }
}

export const severalConversations: Journey = {
  title: 'several conversations are kept apart, renamed, and deleted only after a question',
  async walk({ visit, newAccount, inTheMiddle }) {
    const { chat, page } = await visit()
    await chat.register(newAccount())
    await chat.say('About the garden')
    await chat.button('New conversation').click()
    await page.getByRole('heading', { name: 'How are you, right now?' }).waitFor()
    await chat.say('About the train')
    expectEqual(await chat.turns.count(), 1, 'how many turns the second conversation has')
    await inTheMiddle()
    await chat.conversation('About the garden').click()
    await chat.turn('About the garden').waitFor()
    expectEqual(await chat.turn('About the train').count(), 0, 'turns of the other conversation')
    await page.goBack()
    await chat.turn('About the train').waitFor()
    await chat.button('More about this conversation').click()
    await chat.button('Rename').click()
    const question = page.getByRole('dialog')
    await question.getByLabel('Title').fill('Away for the weekend')
    await question.getByRole('button', { name: 'Rename' }).click()
    await chat.conversation('Away for the weekend').waitFor()
    await inTheMiddle()
    await page.reload()
    await chat.conversation('Away for the weekend').click()

    await chat.button('More about this conversation').click()
    await chat.button('Delete').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await chat.turn('About the train').waitFor()
    await chat.button('More about this conversation').click()
    await chat.button('Delete').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await chat.turn('About the garden').waitFor()
    await chat.conversation('Away for the weekend').waitFor({ state: 'detached' })
  },
}

export const oldFile: Journey = {
  isLookBack: true,
  title: 'somebody from an old file signs in with the old password and sees the history, whole',
  async walk({ visit, inTheMiddle }) {
    const { chat, page } = await visit()
    await chat.signIn(OLD_USER)
    await seeOldTurns(chat)
    await inTheMiddle()
    const isFound = (await chat.search('old house')).filter({ hasText: 'I miss the old house' })
    await isFound.first().waitFor()
    await chat.button('New conversation').click()
    const text = `Back again at ${Date.now()}`
    await chat.say(text)
    await inTheMiddle()
    await page.reload()
    await chat.answered(text)
    await seeOldTurns(chat)
  },
}

async function seeOldTurns(chat: ChatPage): Promise<void> {
  await chat.conversation('Earlier conversations').click()
  for (const { user_message } of OLD_TURNS) await chat.turn(user_message).waitFor()
  expectEqual((await chat.title.innerText()).trim(), 'Earlier conversations', 'the title')
  expectEqual(await chat.turns.count(), OLD_TURNS.length, 'how many old turns there are')
  const looks = await chat.turns.locator('.badge').allInnerTexts()
  expectThat(looks[1]?.includes('wistful') ?? false, `an old label is shown as it is: ${looks.join(', ')}`)
  expectThat(looks[2]?.includes('No guess') ?? false, `a lacking label is shown as none: ${looks.join(', ')}`)
}

export const deleteAccount: Journey = {
  title: 'an account is deleted after a question, and signs in no more',
  async walk({ visit, newAccount }) {
    const account = newAccount()
    const { chat, page, expectTrouble } = await visit()
    expectTrouble(/401/)
    await chat.register(account)
    await chat.live()
    await chat.say('Soon forgotten')
    await chat.button('Account and settings').click()
    await chat.button('Delete my account').click()
    await page
      .getByRole('dialog', { name: 'Delete your account?' })
      .getByRole('button', { name: 'Delete my account' })
      .click()
    await page.getByText('Your account and everything you wrote are deleted.').waitFor()
    const form = page.getByRole('form', { name: 'Sign in' })
    await form.getByLabel('Username or e-mail').fill(account.username)
    await form.getByLabel('Password').fill(account.password)
    await form.getByRole('button', { name: 'Sign in' }).click()
    await form.getByRole('alert').filter({ hasText: /./ }).waitFor()
  },
}
