export type { RunningApp, StartOptions } from './apps/running-app.ts'
export { type AiOptions, startAi } from './apps/start-ai.ts'
export { type Auth, type AuthOptions, startAuth } from './apps/start-auth.ts'
export { type Conversation, type ConversationOptions, startConversation } from './apps/start-conversation.ts'
export { type Emotion, type EmotionOptions, startEmotion } from './apps/start-emotion.ts'
export { type Facade, type FacadeOptions, startFacade } from './apps/start-facade.ts'
export { type Monolith, type MonolithOptions, startMonolith } from './apps/start-monolith.ts'
export { type Mover, type MoverOptions, startMover } from './apps/start-mover.ts'
export { createFolder, type Folder } from './folder.ts'
export { canVary, type GeneratedRequest, requestOf, sampleRequests } from './generate/request-of.ts'
export { spoil } from './generate/spoil.ts'
export { valueFor } from './generate/value-for.ts'
export {
  connectSocket,
  type LiveSocket,
  type SocketOptions,
  UpgradeRefusedError,
} from './http/connect-socket.ts'
export { createRawSender, type RawAnswer, type RawRequest, type RawSender } from './http/send-raw.ts'
export { createOperator, type Operator } from './stack/control.ts'
export { untilInStep } from './stack/in-step.ts'
export { type PrivatePostgres, startPrivatePostgres } from './stack/private-postgres.ts'
export type { CarvedDomain, CarvedServices } from './stack/start-services.ts'
export {
  type CarvedOutStack,
  type Place,
  type Stack,
  type StackOptions,
  startStack,
} from './stack/start-stack.ts'
export { until } from './until.ts'
export { createOldFile, type OldTurn, type OldUser } from './users/create-old-file.ts'
export { createUser, type NewUser, signIn, type TestUser, uniqueName } from './users/create-user.ts'
