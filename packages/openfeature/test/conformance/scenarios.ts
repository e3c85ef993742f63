/**
 * The scenarios of OpenFeature's Provider TCK, in our own words: each names the one it stands for, and its tags.
 *
 * @module
 */
import { ErrorCode, type EvaluationDetails, type JsonValue, ProviderEvents } from '@openfeature/server-sdk'
import { expect } from 'vitest'
import type { Subject } from './subject.ts'

/** One scenario, or one row of an outline. */
export interface Scenario {
  readonly feature: string
  readonly name: string
  readonly tags: readonly string[]
  /** Whether it needs a backend of its own, since it takes that away or changes it. */
  readonly isAlone?: boolean
  /** Why it is not asked; for what no declaration explains. */
  readonly skip?: string
  run(subject: Subject): Promise<void>
}

type Kind = 'Boolean' | 'String' | 'Integer' | 'Float' | 'Object'
type Row = readonly [key: string, kind: Kind, fallback: JsonValue]
const HIT = '5c3d8535-f81a-4478-a6d3-afaa4d51199e'
const OTHER = 'f20bd32d-703b-48b6-bc8e-79d53c85134a'

async function ask(subject: Subject, row: Row, targetingKey?: string): Promise<EvaluationDetails<JsonValue>> {
  // What is left out is undefined: that there is no error is compared, too.
  return {
    errorCode: undefined,
    errorMessage: undefined,
    ...(await details(subject, row, targetingKey)),
  } as never
}

function details(
  { flags }: Subject,
  [key, kind, fallback]: Row,
  targetingKey: string | undefined,
): Promise<EvaluationDetails<JsonValue>> {
  const context = targetingKey === undefined ? {} : { targetingKey }
  if (kind === 'Boolean') return flags.getBooleanDetails(key, fallback as boolean, context)
  if (kind === 'String') return flags.getStringDetails(key, fallback as string, context)
  if (kind === 'Object') return flags.getObjectDetails(key, fallback, context)
  return flags.getNumberDetails(key, fallback as number, context)
}

const fine = { errorCode: undefined, errorMessage: undefined }
const failed = (value: JsonValue, errorCode: ErrorCode) => ({ value, reason: 'ERROR', errorCode })

/** Rows that are asked once and compared. */
function asking(
  feature: string,
  name: string,
  tags: readonly string[],
  rows: readonly (readonly [...Row, expected: object, targetingKey?: string])[],
  isOutline = rows.length > 1,
): Scenario[] {
  return rows.map(([key, kind, fallback, expected, targetingKey]) => ({
    feature,
    name: isOutline ? `${name} (${key}, ${kind})` : name,
    tags,
    async run(subject) {
      expect(await ask(subject, [key, kind, fallback], targetingKey)).toMatchObject(expected)
    },
  }))
}

const EVALUATION: readonly Scenario[] = [
  ...asking(
    'evaluation',
    'Resolve values',
    [],
    [
      ['boolean-flag', 'Boolean', false, { value: true, ...fine }],
      ['string-flag', 'String', 'bye', { value: 'hi', ...fine }],
      ['integer-flag', 'Integer', 1, { value: 10, ...fine }],
      ['float-flag', 'Float', 0.1, { value: 0.5, ...fine }],
    ],
  ),
  ...asking(
    'evaluation',
    'A falsy value is a value, not an absence',
    [],
    [
      ['boolean-zero-flag', 'Boolean', true, { value: false, ...fine }],
      ['integer-zero-flag', 'Integer', 1, { value: 0, ...fine }],
      ['string-zero-flag', 'String', 'fallback', { value: '', ...fine }],
    ],
  ),
  ...asking(
    'evaluation',
    'The resolved details name the variant',
    ['@variants'],
    [
      ['boolean-flag', 'Boolean', false, { variant: 'on', ...fine }],
      ['string-flag', 'String', 'bye', { variant: 'greeting', ...fine }],
      ['integer-flag', 'Integer', 1, { variant: 'ten', ...fine }],
      ['float-flag', 'Float', 0.1, { variant: 'half', ...fine }],
      ['boolean-zero-flag', 'Boolean', true, { variant: 'zero', ...fine }],
      ['integer-zero-flag', 'Integer', 1, { variant: 'zero', ...fine }],
      ['string-zero-flag', 'String', 'fallback', { variant: 'zero', ...fine }],
      ['large-integer-flag', 'Integer', 1, { variant: 'max-int32', ...fine }],
    ],
  ),
  ...asking(
    'evaluation',
    'A large integer resolves without loss of precision',
    [],
    [['large-integer-flag', 'Integer', 1, { value: 2_147_483_647, ...fine }]],
  ),
  ...asking(
    'evaluation',
    'An integer beyond 32 bits resolves without loss of precision',
    ['@large-integers'],
    [['huge-integer-flag', 'Integer', 1, { value: Number.MAX_SAFE_INTEGER, ...fine }]],
  ),
  ...asking(
    'evaluation',
    'An integer flag resolves as an integer',
    [],
    [['integer-flag', 'Integer', 1, { value: 10, ...fine }]],
  ),
  ...asking(
    'evaluation',
    'A float flag resolves as a float',
    [],
    [['float-flag', 'Float', 0.1, { value: 0.5, ...fine }]],
  ),
  ...asking(
    'evaluation',
    'A disabled flag resolves to the code default',
    ['@disabled-flags'],
    [
      ['disabled-boolean-flag', 'Boolean', false, { value: false, ...fine }],
      ['disabled-string-flag', 'String', 'bye', { value: 'bye', ...fine }],
      ['disabled-integer-flag', 'Integer', 1, { value: 1, ...fine }],
      ['disabled-float-flag', 'Float', 0.1, { value: 0.1, ...fine }],
    ],
  ),
  ...asking(
    'evaluation',
    'Resolve a structured value',
    ['@object'],
    [
      [
        'object-flag',
        'Object',
        {},
        { value: { showImages: true, title: 'Check out these pics!', imagesPerPage: 100 }, ...fine },
      ],
    ],
  ),
  ...asking(
    'evaluation',
    'Supplying an evaluation context does not disturb an untargeted resolution',
    [],
    [['string-flag', 'String', 'bye', { value: 'hi', ...fine }, OTHER]],
  ),
  ...asking(
    'evaluation',
    'A matching evaluation context resolves the targeted variant',
    ['@targeting'],
    [['targeting-key-flag', 'String', 'fallback', { value: 'hit', ...fine }, HIT]],
  ),
  ...asking(
    'evaluation',
    'A non-matching evaluation context resolves the default variant',
    ['@targeting'],
    [['targeting-key-flag', 'String', 'fallback', { value: 'miss', ...fine }, OTHER]],
  ),
  ...asking(
    'evaluation',
    'No evaluation context resolves the default variant',
    ['@targeting'],
    [['targeting-key-flag', 'String', 'fallback', { value: 'miss', ...fine }]],
  ),
]

const wrong = (key: string, kind: Kind, fallback: JsonValue) =>
  [key, kind, fallback, failed(fallback, ErrorCode.TYPE_MISMATCH)] as const

const ERRORS: readonly Scenario[] = [
  ...asking(
    'errors',
    'Requesting the wrong type returns the code default',
    [],
    [
      wrong('string-flag', 'Boolean', false),
      wrong('string-flag', 'Integer', 1),
      wrong('string-flag', 'Float', 0.1),
      wrong('wrong-flag', 'Boolean', false),
      wrong('boolean-flag', 'Integer', 1),
      wrong('boolean-flag', 'Float', 0.1),
      wrong('integer-flag', 'Boolean', false),
      wrong('float-flag', 'Boolean', false),
    ],
  ),
  ...asking(
    'errors',
    'Requesting a structured flag as a scalar returns the code default',
    ['@object'],
    [
      wrong('object-flag', 'Boolean', false),
      wrong('object-flag', 'Integer', 1),
      wrong('object-flag', 'Float', 0.1),
    ],
  ),
  ...asking(
    'errors',
    'A float flag is not silently narrowed to an integer',
    ['@numeric-coercion'],
    [wrong('float-flag', 'Integer', 1)],
  ),
  ...asking(
    'errors',
    'An integral float requested as an integer is coerced without loss',
    ['@numeric-coercion'],
    [['integral-float-flag', 'Integer', 1, { value: 10, ...fine }]],
  ),
  ...asking(
    'errors',
    'An integer requested as a float is widened without loss',
    ['@numeric-coercion'],
    [['integer-flag', 'Float', 0.1, { value: 10, ...fine }]],
  ),
  ...asking(
    'errors',
    'A non-string flag is not returned as its string representation',
    ['@string-typing'],
    [wrong('boolean-flag', 'String', 'fallback'), wrong('integer-flag', 'String', 'fallback')],
  ),
  ...asking(
    'errors',
    'A float flag is not returned as its string representation',
    ['@string-typing', '@fully-typed-values'],
    [wrong('float-flag', 'String', 'fallback')],
  ),
  ...asking(
    'errors',
    'A structured flag is not returned as its JSON text',
    ['@object', '@string-typing', '@fully-typed-values'],
    [wrong('object-flag', 'String', 'fallback')],
  ),
  ...asking(
    'errors',
    'An unknown flag key returns the code default',
    [],
    [['missing-flag', 'String', 'fallback', failed('fallback', ErrorCode.FLAG_NOT_FOUND)]],
  ),
]

const REASONS: readonly Scenario[] = [
  ...asking(
    'reason',
    'A flag with no targeting rules resolves statically',
    ['@standard-reasons'],
    [
      ['boolean-flag', 'Boolean', false, { reason: 'STATIC', ...fine }],
      ['string-flag', 'String', 'bye', { reason: 'STATIC', ...fine }],
      ['integer-flag', 'Integer', 1, { reason: 'STATIC', ...fine }],
      ['float-flag', 'Float', 0.1, { reason: 'STATIC', ...fine }],
    ],
  ),
  ...asking(
    'reason',
    'An unknown flag reports an error',
    ['@standard-reasons'],
    [['missing-flag', 'String', 'fallback', failed('fallback', ErrorCode.FLAG_NOT_FOUND)]],
  ),
  ...asking(
    'reason',
    'A type mismatch reports an error',
    ['@standard-reasons'],
    [wrong('boolean-flag', 'String', 'fallback')],
  ),
  ...asking(
    'reason',
    'A matching targeting rule reports a targeting match',
    ['@standard-reasons', '@targeting'],
    [['targeting-key-flag', 'String', 'fallback', { reason: 'TARGETING_MATCH', ...fine }, HIT]],
  ),
  ...asking(
    'reason',
    'A targeting rule that does not match reports the default',
    ['@standard-reasons', '@targeting'],
    [['targeting-key-flag', 'String', 'fallback', { reason: 'DEFAULT', ...fine }, OTHER]],
  ),
  ...asking(
    'reason',
    'A disabled flag reports that it is disabled',
    ['@standard-reasons', '@disabled-flags'],
    [['disabled-boolean-flag', 'Boolean', false, { reason: 'DISABLED', ...fine }]],
  ),
]

const EVENTS: readonly Scenario[] = [
  {
    feature: 'events',
    name: 'A configuration change is signalled and applied',
    tags: ['@events', '@configuration-change'],
    isAlone: true,
    async run(subject) {
      const before = await ask(subject, ['changing-flag', 'String', 'unset'])
      const changed = subject.next(ProviderEvents.ConfigurationChanged)
      await subject.change()
      expect(await changed).toMatchObject({ flagsChanged: ['changing-flag'] })
      const after = await ask(subject, ['changing-flag', 'String', 'unset'])
      expect([before.value, after.value]).toEqual(['foo', 'bar'])
    },
  },
  {
    feature: 'events',
    name: 'Losing the backend makes the provider stale, regaining it makes it ready again',
    tags: ['@events', '@stale'],
    isAlone: true,
    async run(subject) {
      const stale = subject.next(ProviderEvents.Stale)
      await subject.lose()
      await stale
      expect(subject.flags.providerStatus).toBe('STALE')
      const ready = subject.next(ProviderEvents.Ready)
      await subject.regain()
      await ready
      expect(subject.flags.providerStatus).toBe('READY')
    },
  },
]

const LIFECYCLE: readonly Scenario[] = [
  {
    feature: 'lifecycle',
    name: 'A provider that successfully initializes becomes ready',
    tags: ['@lifecycle'],
    async run(subject) {
      await subject.next(ProviderEvents.Ready)
      expect(subject.flags.providerStatus).toBe('READY')
    },
  },
  {
    feature: 'lifecycle',
    name: 'A provider that cannot reach its backend reports an error',
    tags: ['@lifecycle', '@unavailable'],
    isAlone: true,
    async run(subject) {
      await subject.replaceByUnreachable()
      expect(subject.flags.providerStatus).toBe('ERROR')
    },
  },
  {
    feature: 'lifecycle',
    name: 'A provider that cannot reach its backend still returns code defaults',
    tags: ['@lifecycle', '@unavailable'],
    isAlone: true,
    async run(subject) {
      await subject.replaceByUnreachable()
      expect(await ask(subject, ['boolean-flag', 'Boolean', false])).toMatchObject({
        value: false,
        reason: 'ERROR',
      })
    },
  },
  {
    feature: 'lifecycle',
    name: 'Shutting down a provider twice has no further effect',
    tags: ['@lifecycle'],
    isAlone: true,
    async run({ provider }) {
      await provider.onClose()
      await provider.onClose()
    },
  },
  {
    feature: 'lifecycle',
    name: 'A provider that was shut down can be initialized again',
    tags: ['@lifecycle', '@reinitialization'],
    isAlone: true,
    async run(subject) {
      await subject.provider.onClose()
      await subject.provider.initialize()
      expect(await ask(subject, ['boolean-flag', 'Boolean', false])).toMatchObject({
        value: true,
        reason: 'STATIC',
        ...fine,
      })
    },
  },
  {
    feature: 'lifecycle',
    name: 'Shutting down a provider that cannot reach its backend completes promptly',
    tags: ['@lifecycle', '@unavailable'],
    isAlone: true,
    async run(subject) {
      const unreachable = await subject.replaceByUnreachable()
      const before = performance.now()
      await unreachable.onClose()
      expect(performance.now() - before).toBeLessThan(10_000)
    },
  },
]

/** All of them, by file. */
export const SCENARIOS: readonly Scenario[] = [
  ...ERRORS,
  ...EVALUATION,
  ...EVENTS,
  ...LIFECYCLE,
  {
    feature: 'metadata',
    name: 'A provider identifies itself by name',
    tags: [],
    async run({ provider }) {
      expect(provider.metadata.name).not.toBe('')
    },
  },
  ...REASONS,
]

/** What this provider claims; a scenario with another tag is skipped. */
export const DECLARED: readonly string[] = [
  '@configuration-change',
  '@disabled-flags',
  '@events',
  '@fully-typed-values',
  '@large-integers',
  '@lifecycle',
  '@object',
  '@reinitialization',
  '@stale',
  '@standard-reasons',
  '@string-typing',
  '@targeting',
  '@unavailable',
  '@variants',
]

/** What can't be claimed, and why. */
export const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  '@numeric-coercion': 'the JavaScript SDK asks for numbers; it has no integers and floats to tell apart',
}
