// What the suites in JavaScript share: requests, and one line for each check.
export const core = "urn:ietf:params:scim:schemas:core:2.0:User";
export const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
export const base = process.env.SCIM_URL;

// send makes one request.
export async function send(method, path, body) {
  const answer = await fetch(`${base}/${path}`, {
    method,
    headers: { Authorization: `Bearer ${process.env.SCIM_TOKEN}`, "Content-Type": "application/scim+json" },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : undefined };
}

// ask makes a request that has to succeed and returns the body of the answer.
export async function ask(method, path, body) {
  const answer = await send(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

// written is what a client can write of a resource.
export function written({ meta, schemas, groups, ...rest }) {
  return rest;
}

// line prints the outcome of one check.
export function line(status, name, problem = "") {
  console.log([status, name, problem].map((s) => s.replace(/\s+/g, " ")).join("\t"));
}

// report runs one check; what it throws is its failure.
export async function report(name, check) {
  try {
    await check();
    line("pass", name);
  } catch (e) {
    line("fail", name, `${e.name}: ${e.message}`);
  }
}
