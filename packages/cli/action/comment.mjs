/**
 * Writes the report as a comment of the pull request: the one of this action, if there is one already.
 */
import { readFileSync } from 'node:fs'

const { GITHUB_API_URL, GITHUB_REPOSITORY, PULL_REQUEST, REPORT, TITLE, TOKEN, CHANGED, PROBLEMS } =
  process.env
const COMMENTS_A_PAGE = 100
const TIMEOUT_MS = 30_000
/** Recognises the comment, and is not shown. Of the title, only what can't end it. */
const marker = `<!-- appconfig-kit ${encodeURIComponent(TITLE).replaceAll('-', '%2D')} -->`

try {
  await comment()
} catch (error) {
  console.log(`::error::The comment could not be written: ${error.message}`)
  process.exitCode = 1
}

async function comment() {
  const comments = `/repos/${GITHUB_REPOSITORY}/issues/${PULL_REQUEST}/comments`
  const body = `${marker}\n${readFileSync(REPORT, 'utf8')}`
  const mine = await find(comments)
  if (mine === undefined && CHANGED === '0' && PROBLEMS === '0') return console.log('Nothing to comment.')
  if (mine?.body === body) return console.log('The comment says so already.')
  const { status } =
    mine === undefined
      ? await ask('POST', comments, { body })
      : await ask('PATCH', `/repos/${GITHUB_REPOSITORY}/issues/comments/${mine.id}`, { body })
  // The token of a pull request from a fork may not write.
  if (status === 403)
    console.log('::notice::This token may not comment. The summary of the job has the report.')
  else if (status >= 300) throw new Error(`GitHub answered ${status}`)
  else console.log(mine === undefined ? 'Commented.' : 'The comment is up to date.')
}

/** The comment of this action: only a bot's, for anybody can write the marker. */
async function find(comments) {
  for (let page = 1; ; page++) {
    const { status, value } = await ask('GET', `${comments}?per_page=${COMMENTS_A_PAGE}&page=${page}`)
    if (status !== 200) throw new Error(`GitHub answered ${status} when asked for the comments`)
    const mine = value.find(({ body, user }) => user?.type === 'Bot' && body?.startsWith(marker))
    if (mine !== undefined || value.length < COMMENTS_A_PAGE) return mine
  }
}

async function ask(method, path, body) {
  const response = await fetch(`${GITHUB_API_URL}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${TOKEN}`,
      'x-github-api-version': '2022-11-28',
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  return { status: response.status, value: await response.json().catch(() => undefined) }
}
