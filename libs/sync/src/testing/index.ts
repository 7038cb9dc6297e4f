export { anyLegacyTime, anyLegacyValue, anyText } from './legacy-values.ts'
