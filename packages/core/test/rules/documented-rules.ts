/**
 * Every example of a rule on the pages of AWS's AppConfig user guide, as it stands there, with a context it
 * holds for and one it does not. The pages are named by the end of their address, below
 * https://docs.aws.amazon.com/appconfig/latest/userguide/.
 */
import type { RuleContext } from '../../src/index.ts'

export type DocumentedRule = readonly [rule: string, holds: RuleContext, not: RuleContext]

export const DOCUMENTED_RULES: Readonly<Record<string, readonly DocumentedRule[]>> = {
  'appconfig-creating-multi-variant-feature-flags-rules-operators': [
    ['(eq $state "Virginia")', { state: 'Virginia' }, { state: 'Maine' }],
    ['(gt $age 65)', { age: 66 }, { age: 65 }],
    ['(gte $age 65)', { age: 65 }, { age: 64 }],
    ['(lt $age 65)', { age: 64 }, { age: 65 }],
    ['(lte $age 65)', { age: 65 }, { age: 66 }],
    [
      '(and\n    (eq $state "Virginia")\n    (gt $age 65)\n)',
      { state: 'Virginia', age: 70 },
      { state: 'Virginia', age: 20 },
    ],
    [
      '(or\n    (eq $state "Virginia")\n    (gt $age 65)\n)',
      { state: 'Maine', age: 70 },
      { state: 'Maine', age: 20 },
    ],
    ['(not (eq $state "Virginia"))', { state: 'Maine' }, { state: 'Virginia' }],
    ['(begins_with $state "A")', { state: 'Alaska' }, { state: 'Nevada' }],
    ['(ends_with $email "amazon.com")', { email: 'jane@amazon.com' }, { email: 'jane@example.com' }],
    ['(contains $promoCode "WIN")', { promoCode: 'BIGWIN24' }, { promoCode: 'LOSS' }],
    ['(in $userId ["123", "456"])', { userId: '123' }, { userId: '12' }],
    ['(matches in::$greeting pattern::"h.*y")', { greeting: 'howdy' }, { greeting: 'bonjour' }],
    ['(exists key::"country")', { country: 'FR' }, { state: 'Maine' }],
    // Which users are among a percentage follows from our hash.
    ['(split pct::10 by::$userId seed::"abc")', { userId: 'user-3' }, { userId: 'user-1' }],
    // Operands the page lists, in a rule each.
    ['(eq $word "apple")', { word: 'apple' }, { word: 'pear' }],
    ['(eq $word "Ḽơᶉëᶆ ȋṕšᶙṁ")', { word: 'Ḽơᶉëᶆ ȋṕšᶙṁ' }, { word: 'Lorem ipsum' }],
    ['(eq $number -7)', { number: -7 }, { number: 7 }],
    ['(eq $number 42)', { number: 42 }, { number: 24 }],
    ['(gt $number 3.14)', { number: 3.2 }, { number: 3 }],
    ['(lt $number 1.234e-5)', { number: 1e-5 }, { number: 1e-4 }],
    [
      '(lt $at 2012-03-04T05:06:07-08:00)',
      { at: '2012-03-04T13:06:06Z' },
      { at: '2012-03-04T05:06:07-08:00' },
    ],
    // The page writes 2024-01, which AppConfig refuses: Ion wants the T.
    ['(gte $at 2024-01T)', { at: '2024-01-01' }, { at: '2023-12-31' }],
    ['(eq $member true)', { member: true }, { member: false }],
    ['(eq (gt $age 65) true)', { age: 70 }, { age: 20 }],
    ['(eq $country $home)', { country: 'FR', home: 'FR' }, { country: 'FR', home: 'DE' }],
  ],
  'appconfig-creating-multi-variant-feature-flags-procedures': [
    [
      '(ends_with $email "qa-testers.mycompany.com")',
      { email: 'jane@qa-testers.mycompany.com' },
      { email: 'jane@mycompany.com' },
    ],
    ['(exists key::"opted_in_to_beta")', { opted_in_to_beta: 'yes' }, { email: 'jane@mycompany.com' }],
    ['(split pct::10 by::$email)', { email: 'user-17' }, { email: 'user-2' }],
  ],
  'appconfig-creating-multi-variant-feature-flags-rules': [
    ['(split by::$uniqueId pct::20)', { uniqueId: 'user-15' }, { uniqueId: 'user-2' }],
    ['(split by::$uniqueId pct::25)', { uniqueId: 'user-15' }, { uniqueId: 'user-2' }],
    ['(split by::$uniqueId pct::20 seed::"seed_one")', { uniqueId: 'user-5' }, { uniqueId: 'user-1' }],
    ['(split by::$uniqueId pct::25 seed::"seed_two")', { uniqueId: 'user-4' }, { uniqueId: 'user-1' }],
  ],
  'appconfig-agent-how-to-use-local-development-samples': [
    [
      '(or (and (eq $group "Tier1") (split by::$userId pct::1 seed::"2025.01.01")) (and (eq $group "Tier2") (split by::$userId pct::7 seed::"2025.01.01")))',
      { group: 'Tier2', userId: 'user-9' },
      { group: 'Tier1', userId: 'user-9' },
    ],
    ['(contains $userId "beta")', { userId: 'beta-1' }, { userId: 'user-1' }],
    ['(split by::$userId pct::10)', { userId: 'user-17' }, { userId: 'user-2' }],
  ],
  'appconfig-experimentation-about-specifying-audience-rule-section': [
    [
      '(and (eq $system "iPhone") (lt $osVersion 1.8) )',
      { system: 'iPhone', osVersion: 1.7 },
      { system: 'iPhone', osVersion: 1.8 },
    ],
  ],
}

/** What the page on rules says becomes of variants A, B and the default C, in percent of all ids. */
export const DOCUMENTED_SPLITS: readonly (readonly [rules: readonly string[], percent: readonly number[]])[] =
  [
    [['(split by::$uniqueId pct::20)'], [20, 80]],
    [
      ['(split by::$uniqueId pct::20)', '(split by::$uniqueId pct::20)'],
      [20, 0, 80],
    ],
    [
      ['(split by::$uniqueId pct::20)', '(split by::$uniqueId pct::25)'],
      [20, 5, 75],
    ],
    [
      ['(split by::$uniqueId pct::20 seed::"seed_one")', '(split by::$uniqueId pct::25 seed::"seed_two")'],
      [20, 20, 60],
    ],
  ]
