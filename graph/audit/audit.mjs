// Runs the audits of graphql-http against the server at FEDDIR_URL with the API
// key FEDDIR_API_KEY. It fails where an audit finds an error, and where what it
// warns of is not what expected.txt lists.
import { readFileSync } from 'node:fs'
import { serverAudits } from 'graphql-http'

const expected = new Set(
  readFileSync(new URL('expected.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => line.split(' ')[0]),
)

const audits = serverAudits({
  url: `${process.env.FEDDIR_URL}/graphql`,
  fetchFn: (url, init) =>
    fetch(url, { ...init, headers: { ...init?.headers, authorization: `Bearer ${process.env.FEDDIR_API_KEY}` } }),
})

const counts = {}
let failed = false
for (const audit of audits) {
  const result = await audit.fn()
  counts[result.status] = (counts[result.status] ?? 0) + 1
  const listed = expected.delete(audit.id)
  if (result.status === 'error' || (result.status === 'warn') !== listed) {
    failed = true
    console.log(`${result.status}: ${audit.id} ${audit.name}: ${result.reason ?? 'it is listed as a warning'}`)
  }
}
for (const id of expected) {
  failed = true
  console.log(`expected.txt lists ${id}, which is no audit`)
}
console.log(Object.entries(counts).map(([status, n]) => `${n} ${status}`).join(', '))
process.exitCode = failed ? 1 : 0
