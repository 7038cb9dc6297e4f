import type { Emotion } from '../schemas/emotion.ts'

/** A label a word can speak for; `neutral` is what is left. */
export type SpokenEmotion = Exclude<Emotion, 'neutral'>

/**
 * Words by label, `word` weighing 1 and `word:2` weighing 2; `_` joins the two words of a phrase. Compared after NFKC,
 * lower case and straight apostrophes. Words that everyday sentences use coolly (down, low, blue, fed) are here as phrases only.
 */
const WORDS: Readonly<Record<SpokenEmotion, string>> = {
  happy: `happy:2 happier:2 happiest:2 happiness:2 happily:2 glad:2 joy:2 joyful:2 joyous:2 delighted:2 delight:2 delightful:2
    cheerful:2 thrilled:2 ecstatic:2 elated:2 overjoyed:2 blissful:2 excited:2 exciting excitement love:2 loved:2 loving
    loves lovely wonderful:2 great good fantastic:2 amazing:2 awesome:2 excellent:2 brilliant beautiful perfect pleased:2
    pleasant grateful:2 thankful:2 thanks thank gratitude:2 proud:2 pride relieved:2 relief hopeful hope optimistic calm peaceful
    satisfied enjoy enjoyed enjoying enjoyable fun funny laugh laughed laughing laughter smile smiled smiling
    celebrate celebrated celebration won win winning success successful lucky blessed yay:2 hooray:2 woohoo:2 haha nice sweet
    better best comfortable confident energized inspired refreshed incredible stunning can't_wait:2 cannot_wait:2
    looking_forward:2 went_well:2 really_well adore:2 adored:2 hilarious lol delicious relax relaxed relaxing feel_content so_kind good_news:2 made_my`,
  sad: `sad:2 sadder:2 saddest:2 sadness:2 sadly:2 unhappy:2 depressed:2 depressing:2 depression:2 miserable:2 misery:2
    heartbroken:2 heartbreak:2 heartbreaking:2 sorrow:2 grief:2 grieving:2 grieve:2 mourn:2 mourning:2 crying:2 cry:2 cried:2
    tears:2 tearful:2 weep:2 weeping:2 lonely:2 loneliness:2 alone lost loss lose miss missed gloomy:2 gloom hopeless:2
    despair:2 desperate hurt hurts hurting pain painful disappointed:2 disappointing:2 disappointment:2 discouraged:2 numb regret:2 regrets so_sorry:2 guilty guilt ashamed shame worthless:2 useless rejected abandoned broken failed
    failure tired exhausted drained homesick:2 melancholy:2 upset died death dead funeral unfortunately ignored bad worse worst
    feel_down:2 feeling_down:2 so_down:2 feel_low:2 feeling_low:2 feel_blue:2 feeling_blue:2 feel_empty:2 feeling_empty:2 let_down:2
    gave_up give_up broke_up:2 bad_news:2 passed_away:2 miss_you:2 feel_sick feeling_sick nobody_cares:2 going_wrong went_wrong awful terrible`,
  angry: `angry:2 angrier:2 angriest:2 anger:2 angrily:2 mad:2 furious:2 fury:2 rage:2 raging:2 enraged:2 outraged:2
    outrage:2 outrageous:2 livid:2 irate:2 irritated:2 irritating:2 irritates:2 annoyed:2 annoying:2 annoys:2 frustrated:2
    frustrating:2 frustration:2 hate:2 hated:2 hates:2 hateful:2 hatred:2 resent:2 resentful:2 resentment:2 bitter hostile:2
    aggravated:2 infuriated:2 infuriating:2 infuriates:2 fuming:2 seething:2 offended:2 insulted:2 insult insulting disgusted
    disgusting disgust unfair unjust rude ridiculous stupid idiot idiots jerk liar lied cheated betrayed betrayal yelled
    yelling shouting screamed argue argued argument fight fighting blame blamed damn
    fed_up:2 sick_of:2 tired_of:2 can't_stand:2 cannot_stand:2 how_dare:2 pissed_off:2 pisses_me:2 had_enough:2 pissed:2 unacceptable:2 me_crazy:2
    me_nuts:2 killing_me:2 the_hell:2 leave_me:2 ripped_off:2 disrespectful:2`,
  surprised: `surprised:2 surprise:2 surprising:2 surprisingly:2 shocked:2 shocking:2 shock:2 astonished:2 astonishing:2
    astonishment:2 astounded:2 astounding:2 amazed:2 stunned:2 startled:2 startling:2 speechless:2 flabbergasted:2
    unexpected:2 unexpectedly:2 unbelievable:2 wow:2 whoa:2 omg:2 gosh suddenly sudden
    can't_believe:2 cannot_believe:2 didn't_expect:2 never_expected:2 no_way:2 of_nowhere:2 not_expect:2 no_idea never_guess:2 you_serious:2 mindblowing:2 unforeseen:2 bewildered:2 dumbfounded:2 disbelief:2 gasped`,
  fearful: `afraid:2 fear:2 fears:2 feared:2 fearful:2 scared:2 scary:2 scares:2 terrified:2 terrifying:2 terror:2
    frightened:2 frightening:2 fright:2 horrified:2 horror:2 petrified:2 panic:2 panicking:2 panicked:2 anxious:2 anxiety:2
    nervous:2 nervously:2 worried:2 worry:2 worries:2 worrying:2 dread:2 dreading:2 dreadful uneasy:2 unease:2 tense tension
    stressed stress stressful overwhelmed threatened threat threatening danger dangerous unsafe insecure helpless:2 vulnerable
    trembling:2 shaking shaky nightmare:2 nightmares:2 phobia:2 paranoid:2 alarmed:2 alarming apprehensive:2 hesitant
    freaking_out:2 freaked_out:2 on_edge:2 bad_feeling:2 following_me:2 what_if`,
}

const EMOJI: Readonly<Record<SpokenEmotion, string>> = {
  happy: '❤ :) :-) ;) ;-) =) <3 😀 😃 😄 😁 😆 😊 🙂 😍 🥰 😘 🤗 😂 🤣 😎 🎉 🥳 💖 💕 👍',
  sad: ":( :-( =( :'( 😢 😭 😞 😔 🙁 😥 😓 😿 💔 🥺 😩 😫",
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
      entries.set(word.replace('_', ' '), { emotion, weight: Number(weight) })
    }
    for (const sign of EMOJI[emotion].split(' ')) entries.set(sign, { emotion, weight: EMOJI_WEIGHT })
  }
  return entries
}

/** Word, phrase, emoji or emoticon → the emotion it speaks for, and how strongly. */
export const LEXICON: ReadonlyMap<string, LexiconEntry> = readLexicon()

const listed = (words: string): ReadonlySet<string> =>
  new Set(words.split(' ').map((word) => word.replace('_', ' ')))

/** Turn the meaning of an emotion word that follows within three words. */
export const NEGATIONS = listed(
  "not no never none nothing nobody neither nor cannot can't cant don't dont doesn't doesnt didn't didnt isn't isnt wasn't wasnt aren't arent weren't werent won't wont wouldn't wouldnt couldn't couldnt shouldn't hardly barely without ain't",
)
/** Make the word right after them stronger. */
export const INTENSIFIERS = listed(
  'very really so extremely incredibly absolutely totally completely utterly deeply truly super too such terribly awfully',
)
/** Make the word right after them weaker. */
export const DIMINISHERS = listed(
  'slightly somewhat little bit kinda sorta kind_of sort_of fairly rather mildly',
)

/** Say nothing against what follows, though they hold a negation: "couldn't be happier", "not only". */
const HARMLESS_PHRASES = listed(
  "couldn't_be can't_help cannot_help not_only no_problem no_worries no_doubt why_not don't_worry",
)

/** Two words that count as one token. */
export const PHRASES: ReadonlySet<string> = new Set(
  [...LEXICON.keys(), ...DIMINISHERS, ...HARMLESS_PHRASES].filter((token) => token.includes(' ')),
)
