import { type Stack, signIn } from '@emotibot/testkit'
import type { Page } from 'playwright-core'
import type { Account } from '../chat-page.ts'
import { expectEqual, expectThat, type Journey } from '../journey.ts'

export const staysSignedIn: Journey = {
  title: 'a person stays signed in, on one line, over whatever is flipped, and changes the password',
  async walk({ visit, newAccount, stack, inTheMiddle }) {
    const account = newAccount()
    const { chat, page } = await visit()
    let lines = 0
    page.on('websocket', (line) => {
      if (new URL(line.url()).pathname === '/ws') lines += 1
    })
    await chat.register(account)
    await chat.live()
    const opened = lines
    await chat.say('Before anything moves')
    await inTheMiddle()
    await chat.say('After the first move')
    const next = { ...account, password: 'another quiet stone' }
    await changePassword(page, account, next)
    await inTheMiddle()
    await chat.say('After the second move')
    expectEqual(lines, opened, 'how many lines were opened')

    expectThat(!(await maySignIn(stack, account)), 'the old password signs nobody in')
    expectThat(await maySignIn(stack, next), 'the new one does')
    await page.reload()
    await chat.turns.nth(2).waitFor()
    await chat.logOut()
    await inTheMiddle()
    await chat.signIn({ username: account.email, password: next.password })
    await chat.turn('Before anything moves').waitFor()
    expectEqual(await chat.turns.count(), 3, 'how many turns there are')
  },
}

async function changePassword(page: Page, { password }: Account, next: Account): Promise<void> {
  await page.getByRole('button', { name: 'Account and settings' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Change password').first().click()
  await dialog.getByLabel('Password now').fill(password)
  await dialog.getByLabel('New password').fill(next.password)
  await dialog.getByRole('button', { name: 'Change password' }).click()
  await dialog.getByText('Your password is changed').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
}

async function maySignIn(stack: Stack, { username, password }: Account): Promise<boolean> {
  return signIn(stack.facade.url, { username, password }).then(
    () => true,
    () => false,
  )
}
