import { type Stack, signIn, until } from '@emotibot/testkit'
import type { Account, ChatPage } from '../chat-page.ts'
import { expectEqual, expectThat, type Journey } from '../journey.ts'

export const reconnect: Journey = {
  title: 'a page that lost its line fetches what it missed',
  async walk({ visit, newAccount, stack, inTheMiddle }) {
    const account = newAccount()
    const { chat, page, expectTrouble } = await visit()
    expectTrouble(/WebSocket/)
    const line = await controlledLine(chat)
    await chat.register(account)
    await chat.say('I am here')
    await chat.live()
    await line.cut()
    await page.getByText('Reconnecting').waitFor()
    await sayElsewhere(stack, account, 'Said from the phone')
    await inTheMiddle()
    expectEqual(await chat.turn('Said from the phone').count(), 0, 'what a cut line brings')
    line.mend()
    await chat.answered('Said from the phone')
    await page.getByText('Reconnecting').waitFor({ state: 'hidden' })
    expectEqual(await chat.turn('Said from the phone').count(), 1, 'how often it is shown')
  },
}

/** A line that a test can cut and mend, as a train in a tunnel does. */
async function controlledLine({ page }: ChatPage) {
  let isCut = false
  let cutOpen: () => Promise<void> = async () => {}
  await page.routeWebSocket('**/ws', (socket) => {
    if (isCut) return void socket.close({ code: 1011 })
    const server = socket.connectToServer()
    cutOpen = async () => {
      await socket.close({ code: 1011 })
      await server.close({ code: 1000 })
    }
  })
  return {
    cut: async () => {
      isCut = true
      await cutOpen()
    },
    mend: () => {
      isCut = false
    },
  }
}

async function sayElsewhere(stack: Stack, account: Account, text: string): Promise<void> {
  const client = stack.client(await signIn(stack.facade.url, account))
  const { body } = await client.call('conversation.list', {})
  expectThat('conversations' in body, 'the other device sees the conversations')
  const id = body.conversations[0]?.id ?? ''
  const answer = await client.call('conversation.send', { params: { id }, body: { text } })
  expectThat(answer.ok, 'the other device can speak')
}

export const twoTabs: Journey = {
  title: 'two tabs of one person agree, turn by turn',
  async walk({ visit, newAccount, inTheMiddle }) {
    const first = await visit()
    await first.chat.register(newAccount())
    await first.chat.say('From the first tab')
    const second = await first.tab()
    await second.turns.first().waitFor()
    await Promise.all([first.chat.live(), second.live()])
    await second.say('From the second tab')
    await first.chat.answered('From the second tab')
    await inTheMiddle()
    await first.chat.say('And back again')
    await second.answered('And back again')
    const texts = await first.chat.turns.allInnerTexts()
    expectEqual(await second.turns.allInnerTexts(), texts, 'what both tabs show')
    expectEqual(texts.length, 3, 'how many turns there are')
  },
}

export const twoPeople: Journey = {
  title: 'two people never see each other’s turns, also one after the other in one browser',
  async walk({ visit, newAccount, inTheMiddle }) {
    const [anna, ben] = [newAccount(), newAccount()]
    const annas = await visit()
    const bens = await visit()
    await annas.chat.register(anna)
    await bens.chat.register(ben)
    await Promise.all([annas.chat.say('Only for Anna'), bens.chat.say('Only for Ben')])
    await inTheMiddle()
    await Promise.all([annas.chat.say('Anna again'), bens.chat.say('Ben again')])
    expectThat(!(await annas.chat.log.innerText()).includes('Ben'), 'Anna sees nothing of Ben')
    expectThat(!(await bens.chat.log.innerText()).includes('Anna'), 'Ben sees nothing of Anna')
    await bens.chat.logOut()
    await bens.chat.signIn(anna)
    await bens.chat.turn('Only for Anna').waitFor()
    expectThat(
      !(await bens.page.locator('body').innerText()).includes('Only for Ben'),
      'Ben left nothing behind',
    )
    await until(
      'nothing is announced of Ben',
      async () => !(await bens.chat.announcer.innerText()).includes('Ben'),
    )
  },
}
