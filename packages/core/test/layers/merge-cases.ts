/** Flag over flag: what a higher layer does to a flag of a lower one. Read as `upper` over `lower`. */
import type { JsonValue } from '../../src/json.ts'

export interface MergeCase {
  readonly lower: JsonValue | undefined
  readonly upper: JsonValue | undefined
  readonly merged: JsonValue | undefined
}

const BASIC = { enabled: true, limit: 5, color: 'blue' }
const DISABLED = { enabled: false }
const VARIANTS = { _variants: [{ name: 'a', enabled: true }] }
const CHOSEN = { _variant: 'a', enabled: true, limit: 9 }

export const MERGE_CASES: Readonly<Record<string, MergeCase>> = {
  'true over true': { upper: true, lower: true, merged: true },
  'true over false': { upper: true, lower: false, merged: true },
  'false over true': { upper: false, lower: true, merged: false },
  'null over true': { upper: null, lower: true, merged: undefined },
  'true over a basic flag: its attributes stay': { upper: true, lower: BASIC, merged: BASIC },
  'false over a basic flag: off, in the shape a schema knows': {
    upper: false,
    lower: BASIC,
    merged: { enabled: false, limit: 5, color: 'blue' },
  },
  'null over a basic flag': { upper: null, lower: BASIC, merged: undefined },
  'true over a disabled flag': { upper: true, lower: DISABLED, merged: { enabled: true } },
  'false over a disabled flag': { upper: false, lower: DISABLED, merged: DISABLED },
  'null over a disabled flag': { upper: null, lower: DISABLED, merged: undefined },
  'true over variants': { upper: true, lower: VARIANTS, merged: { enabled: true } },
  'false over variants: off wins': { upper: false, lower: VARIANTS, merged: DISABLED },
  'null over variants': { upper: null, lower: VARIANTS, merged: undefined },
  'true over a chosen variant': { upper: true, lower: CHOSEN, merged: { enabled: true } },
  'false over a chosen variant': { upper: false, lower: CHOSEN, merged: DISABLED },

  'a basic flag over true': { upper: BASIC, lower: true, merged: BASIC },
  'a basic flag over false': { upper: BASIC, lower: false, merged: BASIC },
  'a basic flag over a basic flag: attributes mix': {
    upper: { enabled: true, limit: 7 },
    lower: BASIC,
    merged: { enabled: true, limit: 7, color: 'blue' },
  },
  'a basic flag over a disabled flag': { upper: BASIC, lower: DISABLED, merged: BASIC },
  'a basic flag over variants: none of theirs stays': { upper: BASIC, lower: VARIANTS, merged: BASIC },
  'a basic flag over a chosen variant: the attributes were the variant’s': {
    upper: { enabled: true, color: 'red' },
    lower: CHOSEN,
    merged: { enabled: true, color: 'red' },
  },

  'a disabled flag over true': { upper: DISABLED, lower: true, merged: DISABLED },
  'a disabled flag over false': { upper: DISABLED, lower: false, merged: DISABLED },
  'a disabled flag over a basic flag: off, attributes stay': {
    upper: DISABLED,
    lower: BASIC,
    merged: { enabled: false, limit: 5, color: 'blue' },
  },
  'a disabled flag over a disabled flag': { upper: DISABLED, lower: DISABLED, merged: DISABLED },
  'a disabled flag over variants: off wins': { upper: DISABLED, lower: VARIANTS, merged: DISABLED },
  'a disabled flag over a chosen variant': { upper: DISABLED, lower: CHOSEN, merged: DISABLED },

  'variants over true': { upper: VARIANTS, lower: true, merged: VARIANTS },
  'variants over false': { upper: VARIANTS, lower: false, merged: VARIANTS },
  'variants over a basic flag: no attribute of it stays': { upper: VARIANTS, lower: BASIC, merged: VARIANTS },
  'variants over a disabled flag': { upper: VARIANTS, lower: DISABLED, merged: VARIANTS },
  'variants over other variants': {
    upper: { _variants: [{ name: 'b', enabled: false }] },
    lower: VARIANTS,
    merged: { _variants: [{ name: 'b', enabled: false }] },
  },
  'a chosen variant over variants': { upper: CHOSEN, lower: VARIANTS, merged: CHOSEN },
  'a chosen variant over a basic flag': { upper: CHOSEN, lower: BASIC, merged: CHOSEN },
  'variants over a chosen variant': { upper: VARIANTS, lower: CHOSEN, merged: VARIANTS },

  'nothing over a flag': { upper: undefined, lower: BASIC, merged: BASIC },
  'a flag over nothing': { upper: BASIC, lower: undefined, merged: BASIC },
  'false over nothing': { upper: false, lower: undefined, merged: false },
  'null over nothing': { upper: null, lower: undefined, merged: undefined },
  'attributes alone over a basic flag': { upper: { limit: 1 }, lower: BASIC, merged: { ...BASIC, limit: 1 } },
  'null for an attribute takes it away': {
    upper: { enabled: true, color: null },
    lower: BASIC,
    merged: { enabled: true, limit: 5 },
  },
  'a number over a flag: no flag any more': { upper: 3, lower: BASIC, merged: 3 },
  'a flag over a number': { upper: true, lower: 3, merged: true },
}
