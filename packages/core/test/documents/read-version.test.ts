import { describe, expect, it } from 'vitest'
import { readVersion } from '../../src/documents/read-version.ts'
import { isAppConfigError } from '../../src/errors.ts'
import { manualClock } from '../../src/manual-clock.ts'

function refusal(
  text: string,
  { contentType = 'application/json', source = 'direct', maxBytes = 1000 } = {},
) {
  try {
    readVersion(
      { body: Buffer.from(text), contentType },
      { id: { application: 'api', environment: 'prod', profile: 'flags' }, content: 'object' },
      {
        source: { name: source },
        maxDocumentBytes: maxBytes,
        clock: manualClock(),
      },
    )
  } catch (error) {
    if (isAppConfigError(error)) return error
    throw error
  }
  throw new Error('it was taken')
}

describe('a document that is refused', () => {
  const wrong = JSON.stringify(
    {
      checkout: {
        _variants: [
          { name: 'a', enabled: 'yes', rule: '(eqq $a "s3cret")' },
          { name: 'b', enabled: false },
        ],
      },
    },
    undefined,
    2,
  )

  it('says which, what is wrong first, where, and how much more', () => {
    const error = refusal(wrong)
    expect(error.problem).toBe(
      "api/prod/flags: the document (application/json) can't be used: checkout._variants.0.rule holds a word that is neither an operator nor a context key: see line 1, column 2 of the rule (line 7, column 9), and 1 more. Fix it and deploy again",
    )
    expect(error.message).toBe(`[appconfig-kit] DOCUMENT_INVALID: ${error.problem}`)
    expect(error).toMatchObject({
      line: 7,
      column: 9,
      problems: [
        { place: 'checkout._variants.0.rule', code: 'RULE_INVALID', line: 7 },
        { place: 'checkout._variants.0.enabled', code: 'FLAG_INVALID', line: 6 },
      ],
    })
    expect(JSON.stringify(error)).not.toMatch(/s3cret|yes/)
  })

  it.each([
    ['files', 'Fix the file'],
    ['direct', 'Fix it and deploy again'],
    ['agent', 'Fix it and deploy again'],
    ['memory', 'Fix it'],
    ["one's own", 'Fix it'],
  ])('from %s is advised on accordingly', (source, advice) => {
    expect(refusal('{', { source }).problem).toMatch(new RegExp(`\\. ${advice}$`))
    expect(refusal('[]', { source }).problem).toMatch(
      new RegExp(`\\. ${advice}: an object, as application/json or`),
    )
  })

  it('names what has to change where that is no document', () => {
    const error = refusal('{"a":1}', { maxBytes: 3 })
    expect(error.code).toBe('DOCUMENT_TOO_LARGE')
    expect(error.problem).toMatch(
      /has more than 3 bytes, and at most so many are taken\. Make it smaller, or raise maxDocumentBytes$/,
    )
  })

  it('is no JSON where its content type does not say what it is', () => {
    const contentType = 'binary/octet-stream'
    expect(refusal('{"a":tru', { contentType }).problem).toContain(
      'it is not JSON: a value is wanted here (line 1, column 6)',
    )
    expect(refusal('"text"', { contentType }).problem).toContain(
      'it is a text, and a configuration is an object',
    )
  })
})
