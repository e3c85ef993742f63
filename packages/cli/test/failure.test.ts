import { describe, expect, it } from 'vitest'
import { CliError, failureOf } from '../src/failure.ts'

function thrown(name: string, message: string, members: object = {}): Error {
  return Object.assign(new Error(message), { name, ...members })
}

const answered = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } })

describe('a failure', () => {
  it.each([
    [new CliError('conflict', 'busy'), 'conflict', 'busy'],
    [thrown('ConflictException', 'in progress', answered(409)), 'conflict', 'in progress'],
    [thrown('BadRequestException', 'refused\n  by schema', answered(400)), 'refused', 'refused by schema'],
    [thrown('PayloadTooLargeException', 'too large', answered(413)), 'refused', 'too large'],
    [thrown('ThrottlingException', 'slow down', answered(429)), 'unavailable', /throttled us/],
    [thrown('AccessDeniedException', 'no', answered(403)), 'unavailable', /refused these credentials \(403/],
    [thrown('InternalServerException', 'oh', answered(500)), 'unavailable', /answered 500 Internal/],
    [thrown('CredentialsProviderError', 'none found'), 'unavailable', /^No AWS credentials: none found/],
    [thrown('Error', 'Region is missing'), 'usage', /AWS_REGION/],
    [thrown('Error', 'Region not accepted: region="x y"'), 'usage', /^Region not accepted/],
    [thrown('Error', 'connect', { code: 'ECONNREFUSED' }), 'unavailable', /could not be reached \(connect\)/],
    [
      thrown('AggregateError', '', {
        code: 'ECONNREFUSED',
        errors: [new Error('first'), new Error('second')],
      }),
      'unavailable',
      /\(first, second\)/,
    ],
    [thrown('LocalAppConfigError', 'port taken', { code: 'LISTEN_FAILED' }), 'usage', 'port taken'],
    [thrown('AbortError', 'aborted'), 'interrupted', 'Interrupted.'],
    [thrown('TypeError', 'x is not a function', { code: 'ERR_X' }), 'failed', 'x is not a function'],
    ['a string', 'failed', 'a string'],
  ] as const)('is told on one line: %s', (error, exit, message) => {
    const failure = failureOf(error)

    expect(failure.exit).toBe(exit)
    if (typeof message === 'string') expect(failure.message).toBe(message)
    else expect(failure.message).toMatch(message)
  })
})
