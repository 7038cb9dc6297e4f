import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Analysis } from '@emotibot/contracts'
import { onTestFinished } from 'vitest'

export const SAD: Analysis = {
  emotion: 'sad',
  confidence: 0.8,
  polarity: -0.5,
  subjectivity: 0.25,
  scores: { happy: 0, sad: 0.8, angry: 0, surprised: 0, fearful: 0, neutral: 0.2 },
}

export type EmotionServer = {
  readonly url: string
  requests: number
  /** Everything is sad unless said. */
  answer: (response: ServerResponse) => void
}

export const answersJson =
  (body: unknown, status = 200): EmotionServer['answer'] =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** What of the emotion service is asked here. Gone with the test. */
export async function startEmotionServer(): Promise<EmotionServer> {
  const http = createServer((request, response) => {
    emotion.requests += 1
    request.resume().once('end', () => emotion.answer(response))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const emotion: EmotionServer = { url: `http://127.0.0.1:${port}`, requests: 0, answer: answersJson(SAD) }
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  return emotion
}
