export { anyBytes, anyLegacyTime, anyLegacyValue, anyNumber, anyText } from './legacy-values.ts'
