import { graphql, type ResultOf, type VariablesOf } from '../../graphql';

export const recordFragment = graphql(`
  fragment Record on RequestRecord {
    id
    at
    method
    route
    action
    outcome
    status
    failure
    scimType
    detail
    durationMs
    targetId
    targetLabel
    requestId
    address
    agent
    keyId
    key {
      id
      name
    }
    changedAttributes
    changes {
      path
      before
      after
    }
    ignored {
      path
      reason
    }
    lostBefore
  }
`);

export const logDocument = graphql(
  `
    query ProvisioningLog($id: ID!, $where: RequestRecordWhereInput, $first: Int, $after: Cursor) {
      directory(id: $id) {
        id
        requestRecords(first: $first, after: $after, where: $where) {
          pageInfo {
            hasNextPage
            endCursor
          }
          edges {
            node {
              ...Record
            }
          }
        }
      }
    }
  `,
  [recordFragment],
);

export const countsDocument = graphql(`
  query ProvisioningLogCounts($id: ID!, $where: RequestRecordWhereInput) {
    requestRecordCounts(directoryId: $id, where: $where) {
      complete
      counts {
        outcome
        action
        count
        orMore
      }
    }
  }
`);

export const arrivedDocument = graphql(`
  subscription LogLines($id: ID!, $where: RequestRecordWhereInput) {
    requestRecords(directoryId: $id, where: $where) {
      node {
        id
      }
    }
  }
`);

export type RequestRecord = ResultOf<typeof recordFragment>;
export type Where = NonNullable<NonNullable<VariablesOf<typeof logDocument>>['where']>;
export type Action = RequestRecord['action'];

export const cyclesDocument = graphql(`
  query ProvisioningLogCycles($id: ID!) {
    directory(id: $id) {
      id
      cycles(first: 40) {
        startedAt
        endedAt
        requests
        created
        updated
        deleted
        failed
      }
    }
  }
`);

export const keysDocument = graphql(`
  query ProvisioningLogKeys($id: ID!) {
    directory(id: $id) {
      id
      keys(first: 50, where: { kind: DIRECTORY }) {
        edges {
          node {
            id
            name
          }
        }
      }
    }
  }
`);

export type Cycle = NonNullable<ResultOf<typeof cyclesDocument>['directory']>['cycles'][number];
