import { describe, expect, it } from 'vitest'
import { leftOut, reasonOf } from './left-out.ts'

describe('leftOut', () => {
  it('names the journeys where there is no browser, events over RabbitMQ where that is missing, and why', () => {
    const missing = leftOut(() => false)
    expect(missing.map(({ packageName }) => packageName)).toEqual([
      '@emotibot/tests-journeys',
      '@emotibot/tests-broker',
    ])
    expect(missing.map(reasonOf)).toEqual([
      'left out: the browser journeys, because there is no Chromium here',
      'left out: events over RabbitMQ, because there is no RabbitMQ here',
    ])
  })

  it('is empty where one of the browsers is there, and RabbitMQ', () => {
    expect(leftOut((program) => ['chromium-browser', 'rabbitmq-server'].includes(program))).toEqual([])
  })
})
