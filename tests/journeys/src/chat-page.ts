import type { Locator, Page } from 'playwright-core'

export type Account = { readonly username: string; readonly email: string; readonly password: string }

/** The chat page as a person sees it: everything is found by its role and its words. */
export class ChatPage {
  readonly page: Page
  readonly message: Locator
  readonly log: Locator
  readonly turns: Locator
  readonly title: Locator
  readonly connection: Locator
  readonly announcer: Locator

  constructor(page: Page) {
    this.page = page
    this.message = page.getByRole('textbox', { name: 'Your message' })
    this.log = page.getByRole('log', { name: 'What was said' })
    this.turns = this.log.getByRole('article')
    this.title = page.getByRole('main').getByRole('heading', { level: 1 })
    this.connection = page.locator('#connection')
    this.announcer = page.locator('#announcer')
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  async register({ username, email, password }: Account): Promise<void> {
    await this.button('Create an account').click()
    const form = this.page.getByRole('form', { name: 'Create an account' })
    await form.getByLabel('Username').fill(username)
    await form.getByLabel('E-mail').fill(email)
    await form.getByLabel('Password').fill(password)
    await this.button('Create account').click()
    await this.message.waitFor()
  }

  async signIn({ username, password }: Pick<Account, 'username' | 'password'>): Promise<void> {
    const form = this.page.getByRole('form', { name: 'Sign in' })
    await form.getByLabel('Username or e-mail').fill(username)
    await form.getByLabel('Password').fill(password)
    await form.getByRole('button', { name: 'Sign in' }).click()
    await this.message.waitFor()
  }

  /** The turn that holds this text. */
  turn(text: string): Locator {
    return this.turns.filter({ hasText: text })
  }

  async send(text: string): Promise<void> {
    await this.message.fill(text)
    await this.message.press('Enter')
  }

  /** Says something and waits until the reply is finished. */
  async say(text: string): Promise<Locator> {
    await this.send(text)
    return this.answered(text)
  }

  async answered(text: string): Promise<Locator> {
    const turn = this.turn(text)
    await turn.and(this.page.locator('[aria-busy="false"]')).locator('.theirs').waitFor()
    return turn
  }

  /** The line to the server is live; before that a page falls back to asking. */
  async live(): Promise<void> {
    await this.page.locator('#connection[data-state="live"]').waitFor({ state: 'attached' })
  }

  conversation(title: string): Locator {
    return this.page.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name: title })
  }

  async search(words: string): Promise<Locator> {
    await this.page.getByRole('searchbox', { name: 'Search what was said' }).fill(words)
    const results = this.page.getByRole('region', { name: 'Search results' })
    await results.getByText(/found/i).waitFor()
    return results.getByRole('button')
  }

  async logOut(): Promise<void> {
    await this.button('Log out').click()
    await this.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  }
}
