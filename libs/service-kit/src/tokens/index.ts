export {
  createServiceToken,
  type ServiceCall,
  type ServiceTokenCheck,
  verifyServiceToken,
} from './service-token.ts'
export { createTokenVerifier, type TokenVerifier, type TokenVerifierOptions } from './token-verifier.ts'
export { badTokenError, type TokenKeys, type VerifiedClaims, verifyUserToken } from './verify-user-token.ts'
