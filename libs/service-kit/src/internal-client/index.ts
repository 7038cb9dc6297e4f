export { InternalCallError } from './internal-call-error.ts'
export {
  createInternalClient,
  type InternalAnswer,
  type InternalClient,
  type InternalClientOptions,
  type InternalQuestion,
} from './internal-client.ts'
