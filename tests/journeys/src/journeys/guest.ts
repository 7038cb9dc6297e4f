import { expectEqual, expectThat, type Journey } from '../journey.ts'

export const guest: Journey = {
  title: 'a guest chats, is told that nothing is kept, and nothing is',
  async walk({ visit, inTheMiddle }) {
    const { chat, page } = await visit()
    await page.getByText('As a guest nothing is kept').waitFor()
    await chat.button('Continue as guest').click()
    await page.getByText('You are a guest: nothing is kept').first().waitFor()
    const sad = await chat.say('I feel sad and lonely')
    expectEqual(await sad.locator('.badge').getAttribute('data-look'), 'sad', 'the feeling')
    await inTheMiddle()
    await chat.say('It is raining')
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expectThat((await chat.turns.count()) === 0, 'nothing is there after a reload')
  },
}

export const preview: Journey = {
  title: 'a preview comes while typing, also without a live line, and can be switched off',
  async walk({ visit, inTheMiddle }) {
    const { chat, page, expectTrouble } = await visit()
    expectTrouble(/WebSocket/)
    await page.routeWebSocket('**/ws', (socket) => socket.close({ code: 1011 }))
    await chat.button('Continue as guest').click()
    const shown = page.getByText('Preview: sounds')
    await chat.message.fill('I am so angry')
    await shown.filter({ hasText: 'Angry' }).waitFor()
    await inTheMiddle()
    await chat.message.fill('I am so happy')
    await shown.filter({ hasText: 'Happy' }).waitFor()
    await chat.button('Account and settings').click()
    await page.getByLabel('Guess my mood while I type').uncheck()
    await shown.waitFor({ state: 'hidden' })
  },
}
