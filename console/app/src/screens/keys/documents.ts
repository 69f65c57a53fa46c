import { graphql, type ResultOf } from '../../graphql';

export const keyFragment = graphql(`
  fragment KeyRow on Key {
    id
    kind
    name
    description
    prefix
    issuer
    state
    scopes
    origins
    trustedDocumentsOnly
    expiresAt
    lastUsedAt
    lastUsedAddress
    lastUsedAgent
    firstUsedAt
    refusedCount
    lastRefusedAt
    lastRefusedAddress
    revokedAt
    createdAt
    version
    createdBy {
      kind
    }
    successor {
      id
      firstUsedAt
    }
  }
`);

export type Key = ResultOf<typeof keyFragment>;

export const keysDocument = graphql(
  `
    query DirectoryKeys($id: ID!, $after: Cursor) {
      directory(id: $id) {
        id
        scimUrl
        keys(first: 50, after: $after, where: { kind: DIRECTORY }, orderBy: [{ field: CREATED_AT, direction: DESC }]) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          edges {
            node {
              ...KeyRow
            }
          }
        }
        oauthClients(first: 50) {
          edges {
            node {
              id
              name
              description
              tokenEndpoint
              tokenLifetimeSeconds
              jwks
              lastTokenAt
              revokedAt
              federation {
                issuer
                audience
                subject
              }
              secrets {
                id
                prefix
                expiresAt
                lastUsedAt
              }
            }
          }
        }
      }
    }
  `,
  [keyFragment],
);

export const createDocument = graphql(
  `
    mutation CreateKey($input: CreateKeyInput!) {
      createKey(input: $input) {
        accessToken
        key {
          ...KeyRow
        }
      }
    }
  `,
  [keyFragment],
);

export const rotateDocument = graphql(
  `
    mutation RotateKey($input: RotateKeyInput!) {
      rotateKey(input: $input) {
        accessToken
        key {
          ...KeyRow
        }
        predecessor {
          ...KeyRow
        }
      }
    }
  `,
  [keyFragment],
);

export const revokeDocument = graphql(
  `
    mutation RevokeKey($input: RevokeKeyInput!) {
      revokeKey(input: $input) {
        key {
          ...KeyRow
        }
      }
    }
  `,
  [keyFragment],
);

export const createClientDocument = graphql(`
  mutation CreateOAuthClient($input: CreateOAuthClientInput!) {
    createOAuthClient(input: $input) {
      clientSecret
      client {
        id
        name
        tokenEndpoint
      }
    }
  }
`);

export const revokeClientDocument = graphql(`
  mutation RevokeOAuthClient($input: RevokeOAuthClientInput!) {
    revokeOAuthClient(input: $input) {
      client {
        id
        revokedAt
      }
    }
  }
`);


export const updateDocument = graphql(
  `
    mutation UpdateKey($input: UpdateKeyInput!) {
      updateKey(input: $input) {
        key {
          ...KeyRow
        }
      }
    }
  `,
  [keyFragment],
);

export const createSecretDocument = graphql(`
  mutation CreateOAuthClientSecret($input: CreateOAuthClientSecretInput!) {
    createOAuthClientSecret(input: $input) {
      clientSecret
      key {
        id
        prefix
        expiresAt
      }
    }
  }
`);

/** Asked again and again while a new key waits for its first request. */
export const firstUseDocument = graphql(`
  query KeyFirstUse($id: ID!) {
    node(id: $id) {
      ... on Key {
        id
        firstUsedAt
        lastUsedAddress
        lastUsedAgent
      }
    }
  }
`);

type Result = NonNullable<ResultOf<typeof keysDocument>['directory']>;
export type OAuthClient = Result['oauthClients']['edges'][number]['node'];

/** Whether a key has ended; it is kept so that the log can name it. */
export const ended = (key: Key) => key.state === 'REVOKED' || key.state === 'EXPIRED';
