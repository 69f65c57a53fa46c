// Writes the types of the GraphQL schema, from which the types of every document are
// inferred, from the published introspection.
import { readFileSync, writeFileSync } from 'node:fs';

const published = JSON.parse(readFileSync(new URL('../../docs/schema.json', import.meta.url), 'utf8'));
const { __schema } = published.data ?? published;

const reference = (type) =>
  type.ofType ? { kind: type.kind, name: null, ofType: reference(type.ofType) } : { kind: type.kind, name: type.name, ofType: null };
const values = (list) => list.map(({ name, type, defaultValue }) => ({ name, type: reference(type), defaultValue: defaultValue ?? null }));
const types = __schema.types
  .filter(({ name }) => !name.startsWith('__'))
  .map((type) => {
    const { kind, name } = type;
    switch (kind) {
      case 'OBJECT':
      case 'INTERFACE':
        return {
          kind,
          name,
          fields: type.fields.map((field) => ({ name: field.name, type: reference(field.type), args: values(field.args), isDeprecated: field.isDeprecated })),
          interfaces: (type.interfaces ?? []).map(reference),
          ...(kind === 'INTERFACE' ? { possibleTypes: type.possibleTypes.map(reference) } : {}),
        };
      case 'UNION':
        return { kind, name, possibleTypes: type.possibleTypes.map(reference) };
      case 'ENUM':
        return { kind, name, enumValues: type.enumValues.map(({ name: value, isDeprecated }) => ({ name: value, isDeprecated })) };
      case 'INPUT_OBJECT':
        return { kind, name, inputFields: values(type.inputFields), isOneOf: type.isOneOf ?? false };
      default:
        return { kind, name };
    }
  });
const schema = {
  queryType: { name: __schema.queryType.name },
  mutationType: { name: __schema.mutationType.name },
  subscriptionType: { name: __schema.subscriptionType.name },
  types,
  directives: [],
};
writeFileSync(
  new URL('./src/schema.d.ts', import.meta.url),
  `// Written by schema.mjs from the published schema. Do not edit.\nexport type introspection = { __schema: ${JSON.stringify(schema)} };\n`,
);
