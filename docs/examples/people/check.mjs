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
      timeouts: { implicit: 60_000 },
      'goog:chromeOptions': { args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'] },
    },
  },
});

// find waits for an element by XPath.
async function find(xpath) {
  const element = await command('POST', `/${sessionId}/element`, { using: 'xpath', value: xpath });
  return `/${sessionId}/element/${Object.values(element)[0]}`;
}

// act does something with an element, again where the page has put another in
// its place meanwhile.
async function act(method, xpath, what, body) {
  for (let attempts = 20; ; attempts--) {
    try {
      return await command(method, `${await find(xpath)}/${what}`, body);
    } catch (error) {
      if (attempts === 0 || !/stale element|intercepted/.test(error.message)) throw error;
    }
  }
}
const read = (xpath) => act('GET', xpath, 'text');
const press = (xpath) => act('POST', xpath, 'click', {});
const type = (xpath, text) => act('POST', xpath, 'value', { text });

try {
  await command('POST', `/${sessionId}/url`, { url: PAGE });
  assert.equal(await read("//p[. = '50 people']"), '50 people');
  const first = await read('(//li/button)[1]');
  await press("//button[. = 'More' and not(@disabled)]");
  await find("//button[. = 'Back' and not(@disabled)]");
  const next = await read(`(//li/button)[1][. != ${JSON.stringify(first)}]`);

  const [word] = next.split(' ');
  await type("//input[@type = 'search']", word);
  await find("//li//mark");
  await press(`//li/button[. = ${JSON.stringify(next)}]`);
  await find(`//article/h2[. = ${JSON.stringify(next)}]`);
  const groups = await read("//article/p[starts-with(., 'Groups: ')]");

  // Somebody else changes that person, and the page tells without being asked.
  const { users } = await ask('query($q: String) { users(query: $q, first: 1) { edges { node { id } } } }', { q: next });
  await command('POST', `/${sessionId}/timeouts`, { implicit: 10_000 });
  for (let attempt = 1; ; attempt++) { // a page that was slow may not have listened yet
    const input = { id: users.edges[0].node.id, patch: { title: `Bosun ${attempt}` } };
    await ask('mutation($input: UpdateUserInput!) { updateUser(input: $input) { user { id } } }', { input });
    try {
      await find(`//li[contains(., '${input.patch.title}')]`);
      break;
    } catch (error) {
      if (attempt === 6) throw error;
    }
  }
  console.log(`50 people, the first ${first}; found by "${word}": ${next}; ${groups}`);
} catch (error) {
  console.error(await command('GET', `/${sessionId}/source`));
  throw error;
} finally {
  await command('DELETE', `/${sessionId}`);
}
