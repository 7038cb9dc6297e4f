export { monolithTables, serviceTables } from './tables.ts'
