import { fold } from '../text.ts'

/** Harmless ways to hurt oneself, said right after it: "cut myself shaving". */
const ACCIDENT =
  '(?! (?:while )?(?:shaving|cooking|chopping|slicing|peeling|playing|running|training|exercising|working out)| at the gym)'

/** Said by people who may hurt themselves. Answered with help first, never with cheer. */
const CRISIS: readonly RegExp[] = [
  /\bsuicid/,
  /\bunalive/,
  /\bkill(?:ing)? my ?self\b/,
  /\b(?:end|ending) (?:my life|it all)\b/,
  /\b(?:take|taking) my (?:own )?life\b/,
  /\b(?:want|wish|ready) to (?:die|be dead)\b(?! of | laughing)/,
  /\bwanna (?:die|be dead)\b(?! of | laughing)/,
  /\bi(?:'m| am|m) (?:going to|gonna) die\b(?! of | laughing| if )/,
  /\bwish i (?:(?:was|were) dead|could die|would die)\b/,
  /\bwish i(?:'d| had| was| were) never (?:been )?born\b/,
  /\bfeel like dying\b/,
  /\bself[- ]?harm/,
  new RegExp(`\\b(?:hurt|hurting|cut|cutting|harm|harming) my ?self\\b${ACCIDENT}`),
  /\b(?:no reason to live|nothing to live for|no point in living)\b/,
  /\b(?:don't|dont|do not) (?:want to|wanna) (?:be alive|exist|be here any ?more)\b/,
  /\b(?:don't|dont|do not) (?:want to|wanna) live\b(?! (?:in|here|there|with|at|near|on|by|alone|far|so far)\b)/,
  /\bcan(?:'t|not|t) go on (?:any ?more|living)\b/,
  /\bbetter off (?:dead|without me)\b/,
  /\bjump(?:ing)? off (?:a|the) (?:bridge|roof|building)\b/,
]

/** Whether a text holds words of crisis. A pattern is a net, not a diagnosis: it prefers to catch too much. */
export function hasCrisisWords(text: string): boolean {
  const plain = fold(text).replaceAll('’', "'").replaceAll(/\s+/g, ' ')
  return CRISIS.some((pattern) => pattern.test(plain))
}
