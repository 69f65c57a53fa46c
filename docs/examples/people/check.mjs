// Uses the page at $PAGE in headless Chromium, through the ChromeDriver at
// $DRIVER (https://www.w3.org/TR/webdriver2/), and fails unless it shows people.
import assert from 'node:assert/strict';

const { DRIVER, PAGE, FEDDIR_URL, FEDDIR_API_KEY } = process.env;

async function command(method, path, body) {
  const response = await fetch(`${DRIVER}/session${path}`, { method, body: body && JSON.stringify(body) });
  const { value } = await response.json();
  assert.ok(response.ok, `${method} ${path}: ${JSON.stringify(value)}`);
  return value;
}

async function ask(query, variables) {
  const response = await fetch(`${FEDDIR_URL}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${FEDDIR_API_KEY}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.ok(!errors, JSON.stringify(errors));
  return data;
}

const { sessionId } = await command('POST', '', {
  capabilities: {
    alwaysMatch: {
      browserName: 'chrome',
      timeouts: { implicit: 30_000 },
      'goog:chromeOptions': { args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'] },
    },
  },
});

// find waits for an element by XPath.
async function find(xpath) {
  const element = await command('POST', `/${sessionId}/element`, { using: 'xpath', value: xpath });
  return `/${sessionId}/element/${Object.values(element)[0]}`;
}
const read = async (xpath) => command('GET', `${await find(xpath)}/text`);
const press = async (xpath) => command('POST', `${await find(xpath)}/click`, {});

try {
  await command('POST', `/${sessionId}/url`, { url: PAGE });
  assert.equal(await read("//p[. = '50 people']"), '50 people');
  const first = await read('(//li/button)[1]');
  await press("//button[. = 'More' and not(@disabled)]");
  await find("//button[. = 'Back' and not(@disabled)]");
  const next = await read(`(//li/button)[1][. != ${JSON.stringify(first)}]`);

  const [word] = next.split(' ');
  await command('POST', `${await find("//input[@type = 'search']")}/value`, { text: word });
  await find("//li//mark");
  await press(`//li/button[. = ${JSON.stringify(next)}]`);
  await find(`//article/h2[. = ${JSON.stringify(next)}]`);
  const groups = await read("//article/p[starts-with(., 'Groups: ')]");

  // Somebody else changes that person, and the page tells without being asked.
  const { users } = await ask('query($q: String) { users(query: $q, first: 1) { edges { node { id } } } }', { q: next });
  await ask('mutation($id: ID!) { updateUser(input: { id: $id, patch: { title: "Bosun" } }) { user { id } } }', {
    id: users.edges[0].node.id,
  });
  await find("//li[contains(., 'Bosun')]");
  console.log(`50 people, the first ${first}; found by "${word}": ${next}; ${groups}`);
} catch (error) {
  console.error(await command('GET', `/${sessionId}/source`));
  throw error;
} finally {
  await command('DELETE', `/${sessionId}`);
}
