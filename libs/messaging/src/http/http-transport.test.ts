import { createHttpKit } from '../testing/http-kit.ts'
import { describeTransport } from '../testing/transport-suite.ts'

describeTransport('the HTTP transport', createHttpKit)
