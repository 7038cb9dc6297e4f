import type { Emotion } from '../schemas/emotion.ts'

/** A label a word can speak for; `neutral` is what is left. */
export type SpokenEmotion = Exclude<Emotion, 'neutral'>

/** Words by label, `word` weighing 1 and `word:2` weighing 2. Compared after NFKC, lower case and straight apostrophes. */
const WORDS: Readonly<Record<SpokenEmotion, string>> = {
  happy: `happy:2 happier:2 happiest:2 happiness:2 happily:2 glad:2 joy:2 joyful:2 joyous:2 delighted:2 delight:2 delightful:2
    cheerful:2 thrilled:2 ecstatic:2 elated:2 overjoyed:2 blissful:2 excited:2 exciting excitement love:2 loved:2 loving
    loves lovely wonderful:2 great good fantastic:2 amazing:2 awesome:2 excellent:2 brilliant beautiful perfect pleased:2
    pleasant grateful:2 thankful:2 thanks thank gratitude:2 proud:2 pride relieved:2 relief hopeful hope optimistic calm peaceful
    content satisfied enjoy enjoyed enjoying enjoyable fun funny laugh laughed laughing laughter smile smiled smiling
    celebrate celebrated celebration won win winning success successful lucky blessed yay:2 hooray:2 woohoo:2 haha nice sweet
    better best comfortable confident energized inspired refreshed`,
  sad: `sad:2 sadder:2 saddest:2 sadness:2 sadly:2 unhappy:2 depressed:2 depressing:2 depression:2 miserable:2 misery:2
    heartbroken:2 heartbreak:2 heartbreaking:2 sorrow:2 grief:2 grieving:2 grieve:2 mourn:2 mourning:2 crying:2 cry:2 cried:2
    tears:2 tearful:2 weep:2 weeping:2 lonely:2 loneliness:2 alone lost loss lose miss missed missing gloomy:2 gloom hopeless:2
    despair:2 desperate hurt hurts hurting pain painful disappointed:2 disappointing:2 disappointment:2 discouraged:2 down low
    blue empty numb regret:2 regrets sorry guilty guilt ashamed shame worthless:2 useless rejected abandoned broken failed
    failure tired exhausted drained homesick:2 melancholy:2 upset died death dead funeral unfortunately ignored bad worse worst`,
  angry: `angry:2 angrier:2 angriest:2 anger:2 angrily:2 mad:2 furious:2 fury:2 rage:2 raging:2 enraged:2 outraged:2
    outrage:2 outrageous:2 livid:2 irate:2 irritated:2 irritating:2 irritates:2 annoyed:2 annoying:2 annoys:2 frustrated:2
    frustrating:2 frustration:2 hate:2 hated:2 hates:2 hateful:2 hatred:2 resent:2 resentful:2 resentment:2 bitter hostile:2
    aggravated:2 infuriated:2 infuriating:2 infuriates:2 fuming:2 seething:2 offended:2 insulted:2 insult insulting disgusted
    disgusting disgust unfair unjust rude ridiculous stupid idiot idiots jerk liar lied cheated betrayed betrayal yelled
    yelling shouting screamed argue argued argument fight fighting sick fed blame blamed damn hell`,
  surprised: `surprised:2 surprise:2 surprising:2 surprisingly:2 shocked:2 shocking:2 shock:2 astonished:2 astonishing:2
    astonishment:2 astounded:2 astounding:2 amazed:2 stunned:2 stunning startled:2 startling:2 speechless:2 flabbergasted:2
    unexpected:2 unexpectedly:2 unbelievable:2 incredible incredibly wow:2 whoa:2 omg:2 gosh suddenly sudden
    wondering wonder curious mindblowing:2 unforeseen:2 bewildered:2 dumbfounded:2 disbelief:2 gasped`,
  fearful: `afraid:2 fear:2 fears:2 feared:2 fearful:2 scared:2 scary:2 scares:2 terrified:2 terrifying:2 terror:2
    frightened:2 frightening:2 fright:2 horrified:2 horror:2 petrified:2 panic:2 panicking:2 panicked:2 anxious:2 anxiety:2
    nervous:2 nervously:2 worried:2 worry:2 worries:2 worrying:2 dread:2 dreading:2 dreadful uneasy:2 unease:2 tense tension
    stressed stress stressful overwhelmed threatened threat threatening danger dangerous unsafe insecure helpless:2 vulnerable
    trembling:2 shaking shaky nightmare:2 nightmares:2 phobia:2 paranoid:2 alarmed:2 alarming apprehensive:2 hesitant`,
}

const EMOJI: Readonly<Record<SpokenEmotion, string>> = {
  happy: '😀 😃 😄 😁 😆 😊 🙂 😍 🥰 😘 🤗 😂 🤣 😎 🎉 🥳 💖 💕 👍',
  sad: '😢 😭 😞 😔 🙁 😥 😓 😿 💔 🥺 😩 😫',
  angry: '😠 😡 🤬 👿 💢 😤',
  surprised: '😮 😲 😯 🤯 😳 🙀',
  fearful: '😨 😰 😱 😧 😬 🫣',
}

const EMOJI_WEIGHT = 2

export type LexiconEntry = { readonly emotion: SpokenEmotion; readonly weight: number }

function readLexicon(): ReadonlyMap<string, LexiconEntry> {
  const entries = new Map<string, LexiconEntry>()
  const labels = Object.keys(WORDS) as SpokenEmotion[]
  for (const emotion of labels) {
    for (const item of WORDS[emotion].split(/\s+/)) {
      const [word = '', weight = '1'] = item.split(':')
      entries.set(word, { emotion, weight: Number(weight) })
    }
    for (const sign of EMOJI[emotion].split(' ')) entries.set(sign, { emotion, weight: EMOJI_WEIGHT })
  }
  return entries
}

/** Word or emoji → the emotion it speaks for, and how strongly. */
export const LEXICON: ReadonlyMap<string, LexiconEntry> = readLexicon()

const listed = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/** Turn the meaning of an emotion word that follows within three words. */
export const NEGATIONS = listed(
  "not no never none nothing nobody neither nor cannot can't cant don't dont doesn't doesnt didn't didnt isn't isnt wasn't wasnt aren't arent weren't werent won't wont wouldn't wouldnt couldn't couldnt shouldn't hardly barely without ain't",
)
/** Make the word right after them stronger. */
export const INTENSIFIERS = listed(
  'very really so extremely incredibly absolutely totally completely utterly deeply truly super too such terribly awfully',
)
/** Make the word right after them weaker. */
export const DIMINISHERS = listed('slightly somewhat little bit kinda sorta fairly rather mildly')
