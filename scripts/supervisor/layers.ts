type Dependent = { name: string; dependsOn: readonly string[] }

/**
 * Groups parts so that each depends on earlier groups only: a group starts at once, groups start in
 * order and stop in the opposite order. Throws when a name is unknown or parts wait for each other.
 */
export function layersOf<P extends Dependent>(parts: readonly P[]): P[][] {
  refuseUnknownNames(parts)
  const layers: P[][] = []
  const placed = new Set<string>()
  let waiting = [...parts]
  while (waiting.length > 0) {
    const layer = waiting.filter((part) => part.dependsOn.every((name) => placed.has(name)))
    if (layer.length === 0) throw new Error(`These parts wait for each other: ${namesOf(waiting)}.`)
    layers.push(layer)
    for (const part of layer) placed.add(part.name)
    waiting = waiting.filter((part) => !placed.has(part.name))
  }
  return layers
}

function refuseUnknownNames(parts: readonly Dependent[]): void {
  const names = new Set(parts.map((part) => part.name))
  for (const part of parts) {
    const unknown = part.dependsOn.find((name) => !names.has(name))
    if (unknown)
      throw new Error(`${part.name} depends on "${unknown}", which is not among ${namesOf(parts)}.`)
  }
}

const namesOf = (parts: readonly Dependent[]): string => parts.map((part) => part.name).join(', ')
