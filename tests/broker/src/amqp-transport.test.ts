import { describeTransport } from '@emotibot/messaging/testing'
import { createAmqpKit } from './amqp-kit.ts'
import { startRabbitServer } from './rabbit-server.ts'

describeTransport('the RabbitMQ transport', async () => {
  // Somebody's broker where one is named, else our own.
  const named = process.env['AMQP_URL']
  if (named) return createAmqpKit(named)
  const server = await startRabbitServer()
  return { ...createAmqpKit(server.url), close: server.remove }
})
