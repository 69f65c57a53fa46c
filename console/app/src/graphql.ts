import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './schema';

/** Makes a document whose result and variables are typed by the schema. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { ID: string; Time: string; Cursor: string; JSON: unknown };
}>();

export type { ResultOf, VariablesOf } from 'gql.tada';
