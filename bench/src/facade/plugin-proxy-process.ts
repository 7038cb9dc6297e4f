// The public peer as its own README has it: a bare @fastify/http-proxy.
import proxy from '@fastify/http-proxy'
import fastify from 'fastify'
import { sayListening } from './say-url.ts'

const server = fastify()
await server.register(proxy, { upstream: process.argv[2] ?? '' })
sayListening(await server.listen({ host: '127.0.0.1', port: 0 }))
