import { join } from 'node:path'
import { createFolder, startMonolith, startStack } from '@emotibot/testkit'
import { expectEqual, type Journey } from '../journey.ts'

export const outage: Journey = {
  isPageOnly: true,
  title: 'the system goes down in the middle of a send: the text stays, and is said once when it is back',
  async walk({ visit, newAccount }) {
    const folder = createFolder('outage')
    const file = join(folder.path, 'monolith.sqlite')
    const stack = await startStack({ file })
    let revived: { close(): Promise<void> } | null = null
    try {
      const { chat, page, expectTrouble } = await visit({ baseURL: stack.facade.url })
      expectTrouble(/50[234]|WebSocket/)
      await chat.register(newAccount())
      await chat.say('Before the storm')
      await stack.monolith.close()
      await chat.send('In the storm')
      const turn = chat.turn('In the storm')
      await turn.getByText('Not sent yet').waitFor()
      await page.getByText('Reconnecting').waitFor()
      revived = await startMonolith({ file, env: sameAddress(stack.monolith) })
      await chat.answered('In the storm')
      await page.reload()
      await chat.answered('In the storm')
      expectEqual(await chat.turn('In the storm').count(), 1, 'how often it was said')
      // A page that is open while everything below is taken away would rightly complain.
      await page.close()
    } finally {
      await revived?.close()
      await stack.close()
      folder.remove()
    }
  },
}

/** The same place and secret, so that the front door and everybody's session find it again. */
function sameAddress({ url, secret }: { url: string; secret: string }): Record<string, string> {
  return { EMOTIBOT_PORT: new URL(url).port, LEGACY_JWT_SECRET: secret }
}
