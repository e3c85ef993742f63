/**
 * Documents that are much to take in, each in as many versions as wanted.
 *
 * @module
 */
const many = (count, one) => Object.fromEntries(Array.from({ length: count }, (_, at) => one(at)))
const json = (make) => ({
  contentType: 'application/json',
  make: (version) => JSON.stringify({ version, ...make(version) }),
})
const yaml = (make) => ({
  contentType: 'application/x-yaml',
  make: (version) => `version: ${version}\n${make(version)}`,
})

const threeVariants = (at, version) => [
  `flag${at}`,
  {
    _variants: [
      { name: 'a', enabled: true, rule: '(eq $tier "pro")', attributeValues: { version } },
      { name: 'b', enabled: true, rule: '(eq $tier "free")' },
      { name: 'c', enabled: false },
    ],
  },
]

export const DOCUMENTS = {
  '256 KB of settings': json((version) =>
    many(2600, (at) => [
      `key${at}`,
      { value: `value ${at} of version ${version}`, enabled: true, limit: at, more: [1, 2, 3] },
    ]),
  ),
  '2 MB of JSON': json((version) => many(40_000, (at) => [`key${at}`, `${version} ${'v'.repeat(36)}`])),
  '1 MB of YAML': yaml((version) =>
    Array.from({ length: 20_000 }, (_, at) => `key${at}: ${version} ${'v'.repeat(36)}`).join('\n'),
  ),
  '0.6 MB of YAML, 20,000 anchors': yaml(() =>
    Array.from({ length: 20_000 }, (_, at) => `k${at}: &a${at} x\nl${at}: *a${at}`).join('\n'),
  ),
  '3,000 flags of 3 variants': json((version) => many(3000, (at) => threeVariants(at, version))),
  '300 flags of 3 variants': json((version) => many(300, (at) => threeVariants(at, version))),
  '100 flags of 3 variants': json((version) => many(100, (at) => threeVariants(at, version))),
  '99,999 plain flags': json((version) =>
    many(99_999, (at) => [`flag${at}`, { enabled: version % 2 === 0 }]),
  ),
}
