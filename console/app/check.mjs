// Fails for documents that the schema does not allow, and for texts that a language
// lacks or has in vain.
import { readFileSync, readdirSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';

const root = new URL('./src/', import.meta.url);
const files = readdirSync(root, { recursive: true }).filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'));
const sources = new Map(files.map((name) => [name, readFileSync(new URL(name, root), 'utf8')]));
const wrong = [];

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const fragments = new Map();
const documents = [];
for (const [name, source] of sources) {
  for (const [, text] of source.matchAll(/graphql\(\s*`([^`]*)`/g)) {
    const document = parse(text);
    documents.push([name, document]);
    for (const definition of document.definitions) {
      if (definition.kind === 'FragmentDefinition') fragments.set(definition.name.value, definition);
    }
  }
}
for (const [name, document] of documents) {
  if (document.definitions.every(({ kind }) => kind === 'FragmentDefinition')) continue;
  const used = new Map(document.definitions.map((definition) => [definition.name?.value, definition]));
  const spreads = (text) => [...JSON.stringify(text).matchAll(/"kind":"FragmentSpread","name":\{"kind":"Name","value":"(\w+)"/g)].map((m) => m[1]);
  for (const queue = spreads(document); queue.length; ) {
    const spread = queue.pop();
    if (used.has(spread) || !fragments.has(spread)) continue;
    used.set(spread, fragments.get(spread));
    queue.push(...spreads(fragments.get(spread)));
  }
  for (const error of validate(schema, { kind: 'Document', definitions: [...used.values()] })) wrong.push(`${name}: ${error.message}`);
}

const german = sources.get('text/german.ts') ?? '';
const entries = new Set([...german.matchAll(/^ {2}(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"):/gm)].map((m) => (m[1] ?? m[2]).replace(/\\(.)/g, '$1')));
const texts = new Set();
const literal = String.raw`'((?:[^'\\]|\\.)*)'`;
for (const [name, source] of sources) {
  if (name.startsWith('text/')) continue;
  for (const m of source.matchAll(new RegExp(String.raw`\bt\(\s*${literal}`, 'g'))) texts.add(m[1]);
  for (const m of source.matchAll(new RegExp(String.raw`\bn\([^'\n]*?,\s*${literal},\s*${literal}`, 'g'))) texts.add(m[1]).add(m[2]);
}
for (const m of (sources.get('text/time.tsx') ?? '').matchAll(new RegExp(String.raw`\bt\(${literal}`, 'g'))) texts.add(m[1]);
for (const text of [...texts].map((one) => one.replace(/\\(.)/g, '$1'))) {
  if (!entries.delete(text)) wrong.push(`german.ts lacks ${JSON.stringify(text)}`);
}
for (const text of entries) wrong.push(`german.ts has ${JSON.stringify(text)}, which is nowhere`);

if (process.argv.includes('--missing')) {
  for (const line of wrong) console.log(line);
} else if (wrong.length) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
