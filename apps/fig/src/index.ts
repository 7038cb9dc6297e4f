export { runFig } from './fig.ts'
export type { Surroundings } from './surroundings.ts'
export { plainColors, type Terminal } from './terminal.ts'
