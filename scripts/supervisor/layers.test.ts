import { describe, expect, it } from 'vitest'
import { layersOf } from './layers.ts'

const part = (name: string, ...dependsOn: string[]) => ({ name, dependsOn })
const names = (layers: { name: string }[][]) => layers.map((layer) => layer.map(({ name }) => name))

describe('layersOf', () => {
  it('puts every part after all it depends on', () => {
    const parts = [
      part('visitors', 'facade'),
      part('facade', 'postgres', 'monolith'),
      part('monolith'),
      part('postgres'),
    ]
    expect(names(layersOf(parts))).toEqual([['monolith', 'postgres'], ['facade'], ['visitors']])
  })

  it('refuses parts that wait for each other, naming them', () => {
    expect(() => layersOf([part('a', 'b'), part('b', 'a'), part('c')])).toThrow('wait for each other: a, b')
  })

  it('refuses a dependency that is not there', () => {
    expect(() => layersOf([part('facade', 'ledger')])).toThrow('facade depends on "ledger"')
  })
})
