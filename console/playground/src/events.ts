/**
 * Reads the answer to a subscription (GraphQL over SSE, distinct connections
 * mode) and yields what its events hold. It ends with the event "complete", and
 * fails when the connection is lost before.
 */
export async function* payloads(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  for await (const event of events(body)) {
    const [name, data] = [field(event, 'event'), field(event, 'data')];
    if (name === 'complete') return;
    if (name === 'next' && data) yield JSON.parse(data);
  }
  throw new Error('The connection was lost. Go on after the last cursor.');
}

// Events are separated by empty lines; the server ends lines with \n and writes
// each value on one.
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const complete = (text + decoder.decode(value, { stream: true })).split('\n\n');
    text = complete.pop() ?? '';
    yield* complete;
  }
}

function field(event: string, name: string): string | undefined {
  const line = event.split('\n').find((l) => l.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}
