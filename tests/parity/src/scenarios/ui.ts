import { type Scenario, scenario } from '../journey/scenario.ts'

/** What the page asks for: everything `src=` and `href=` name in it. */
function assetsOf(page: string): string[] {
  const named = [...page.matchAll(/(?:src|href)="\/assets\/([^"?#]+)"/g)].map(([, name = '']) => name)
  return [...new Set(named)]
}

export const uiScenarios: readonly Scenario[] = [
  scenario(
    'the page and its assets are the monolith’s own',
    ['ui.page', 'ui.asset', 'ui.favicon'],
    async ({ call, claim }) => {
      const page = await call('ui.page')
      const assets = assetsOf(page.text)
      claim('ui.page', 'the page names its assets', assets.length > 0)
      for (const name of assets) await call('ui.asset', { params: { '*': name }, note: name })
      for (const name of ['nothing.js', 'a/b/c.js', '.env'])
        await call('ui.asset', { params: { '*': name }, note: name.slice(0, 20) })
      await call('ui.favicon')
      await call('ui.page', { query: { any: 'thing' }, note: 'with a query' })
    },
  ),
]
