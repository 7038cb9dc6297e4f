import type { Page } from 'playwright-core'

/** What the page's own origin answers to one text, by whichever side the route stands on. */
export async function analyzeInPage(page: Page, text: string): Promise<string> {
  return page.evaluate(async (words) => {
    const answer = await fetch('/api/emotion/analyze', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: words }),
    })
    return `${answer.status} ${await answer.text()}`
  }, text)
}
