import type { ExportFormat } from './export-pieces.ts'

const json: ExportFormat = {
  contentType: 'application/json; charset=utf-8',
  fileName: 'emotibot.json',
  head: ({ user, exportedAt }) =>
    `{"exported_at":${JSON.stringify(exportedAt)},"user":${JSON.stringify(user)},"conversations":[`,
  conversation: (conversation, index) =>
    `${index === 0 ? '' : ','}\n${JSON.stringify(conversation).slice(0, -1)},"turns":[`,
  turn: (turn, index) => `${index === 0 ? '' : ','}\n${JSON.stringify(turn)}`,
  endOfConversation: () => ']}',
  foot: () => ']}\n',
}

const markdown: ExportFormat = {
  contentType: 'text/markdown; charset=utf-8',
  fileName: 'emotibot.md',
  head: ({ user, exportedAt }) => `# Conversations of ${inline(user.username)}\n\nExported ${exportedAt}.\n`,
  conversation: ({ title }) => `\n## ${inline(title)}\n`,
  turn(turn) {
    const felt = turn.detected_emotion === null ? '' : ` (${inline(turn.detected_emotion)})`
    const said = `\n**You**, ${inline(turn.timestamp)}${felt}:\n\n${quote(turn.user_message)}\n`
    return turn.bot_message === null ? said : `${said}\n**EmotiBot**:\n\n${quote(turn.bot_message)}\n`
  },
  endOfConversation: () => '',
  foot: () => '',
}

export const EXPORT_FORMATS_BY_NAME = { json, md: markdown } as const

/** A quote line by line, so that no text can pass for a heading or for another speaker. */
function quote(text: string): string {
  return text.replace(/^/gm, '> ')
}

/** One line, in which nothing is markup. */
function inline(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|]/g, '\\$&')
}
