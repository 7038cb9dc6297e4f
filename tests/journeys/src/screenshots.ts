import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startStack } from '@emotibot/testkit'
import type { BrowserContextOptions } from 'playwright-core'
import { findChromium, launchChromium, NO_CHROMIUM } from './chromium.ts'
import { openVisit } from './visit.ts'

const IMAGES = fileURLToPath(new URL('../../../docs/images/', import.meta.url))

const PICTURES: readonly { file: string; looks: BrowserContextOptions }[] = [
  { file: 'chat-light.png', looks: { colorScheme: 'light' } },
  { file: 'chat-dark.png', looks: { colorScheme: 'dark' } },
  {
    file: 'chat-phone.png',
    looks: { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true },
  },
]

const TALKS = [
  ['Plans for the summer', 'We could go to the lake in August'],
  ['Grandma’s apple cake', 'I am so happy, her recipe turned up in an old book!'],
  ['The garden', 'The tomatoes are ripe, I am so happy with them!'],
]
const MORE = [
  'I am a bit worried about the exam on Friday',
  'Wow, my sister just called, she is coming for the whole weekend!',
]

/** Draws the README's pictures from a running stack. */
async function drawPictures(executablePath: string): Promise<void> {
  const stack = await startStack()
  const browser = await launchChromium(executablePath)
  const account = { username: 'mira', email: 'mira@emotibot.example', password: 'quiet river stone' }
  await writeTalks(await stack.createUser(account), stack.client)
  for (const { file, looks } of PICTURES) {
    const visit = await openVisit(browser, stack.facade.url, {
      viewport: { width: 1100, height: 720 },
      ...looks,
    })
    await visit.chat.signIn(account)
    await visit.chat.live()
    await visit.chat.turns.nth(2).waitFor()
    await visit.chat.message.fill('I am so happy she is')
    await visit.page.getByText('Preview: sounds').waitFor()
    await visit.screenshot(IMAGES + file)
    process.stdout.write(`docs/images/${file}\n`)
    await visit.close()
  }
  await browser.close()
  await stack.close()
}

type Stack = Awaited<ReturnType<typeof startStack>>

async function writeTalks(
  user: Awaited<ReturnType<Stack['createUser']>>,
  client: Stack['client'],
): Promise<void> {
  const speaker = client(user)
  let last = ''
  for (const [title = '', text = ''] of TALKS) {
    const created = await speaker.call('conversation.create', { body: { title } })
    if (!created.ok) throw new Error(created.body.message)
    last = created.body.conversation.id
    await speaker.call('conversation.send', { params: { id: last }, body: { text } })
  }
  for (const text of MORE) await speaker.call('conversation.send', { params: { id: last }, body: { text } })
}

const executablePath = findChromium()
if (executablePath === null) throw new Error(NO_CHROMIUM)
mkdirSync(IMAGES, { recursive: true })
await drawPictures(executablePath)
