import type { Emotion } from '@emotibot/contracts'
import type { Device } from '../people/device.ts'

/** `hoped` and `leaving`: whether it was made, or ended, is not known. */
export type Being = {
  state: 'hoped' | 'present' | 'leaving' | 'gone'
  /** The device that made it, which must see it at once; null where nobody must. */
  readonly maker: Device | null
  /** The device that ended it, which must not see it any more. */
  remover: Device | null
}

/** A conversation of one account, as its answers tell it. */
export type Talk = Being & {
  /** Empty until an answer tells it. */
  id: string
  /** What it may be called, the likeliest first: one, unless a change has an unknown outcome. */
  titles: string[]
  /** Who called it so. */
  namer: Device | null
  /** How often it may be there: a creation without a key that was tried again. */
  most: number
  readonly turns: Turn[]
  rounds: number
}

export type Turn = Being & {
  id: string
  readonly text: string
  /** What its text sounds like. */
  readonly emotion: Emotion
  /** Turns of one round were said at the same time: in any order. */
  readonly round: number
  most: number
  /** What the user may have said of it last, the likeliest first; none: nothing. */
  felt: Emotion[]
  isFelt: boolean
}

export function createTalk(title: string, maker: Device): Talk {
  const being = { state: 'hoped', maker, remover: null } as const
  return { ...being, id: '', titles: [title], namer: maker, most: 1, turns: [], rounds: 0 }
}

export type NewTurn = Pick<Turn, 'text' | 'emotion' | 'round' | 'maker'>

export function addTurn({ turns }: Talk, wanted: NewTurn): Turn {
  const turn: Turn = {
    ...wanted,
    id: '',
    state: 'hoped',
    remover: null,
    most: 1,
    felt: [],
    isFelt: false,
  }
  turns.push(turn)
  return turn
}

/** With a conversation go its turns. */
export function endTalk(talk: Talk, state: 'leaving' | 'gone', remover: Device | null): void {
  for (const being of [talk, ...talk.turns]) {
    if (being.state === 'gone') continue
    being.state = state
    being.remover = remover
  }
}

/** Who wrote it, and has not ended it, sees it. */
export const mustShow = ({ state, maker }: Being, device: Device): boolean =>
  state === 'present' && maker === device

/** Who ended it sees it no more; where it may have been made twice, its copy stays. */
export const mustNotShow = ({ state, remover, most }: Being & { readonly most: number }, device: Device) =>
  state === 'gone' && remover === device && most === 1
