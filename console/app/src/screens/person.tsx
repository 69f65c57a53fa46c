import { useState, type ReactNode } from 'react';
import { Link, useParams } from '@tanstack/react-router';
import { useMutation, useQuery } from 'urql';
import { graphql, type ResultOf } from '../graphql';
import { useNow } from '../text/time';
import { Page } from '../app/page';
import { useViewer } from '../app/viewer';
import { Dialog } from '../parts/dialog';
import { Icon, type IconName } from '../parts/icons';
import { Mail } from '../parts/marked';
import { Monogram } from '../parts/monogram';
import { MutationError } from '../parts/mutationError';
import { Empty, Failed, Loading, NotFound } from '../parts/states';
import { toast } from '../parts/toasts';
import { Time } from '../text/time';
import { language, n, number, t } from '../text/text';
import { Diff } from './log';
import { mailOf, nameOf } from './people';

const relative = graphql(`
  fragment Relative on User {
    id
    displayName
    userName
    title
    active
  }
`);

const personDocument = graphql(
  `
    query Person($id: ID!) {
      user(by: { id: $id }) {
        id
        userName
        externalId
        active
        displayName
        name {
          givenName
          familyName
        }
        nickName
        profileUrl
        title
        userType
        preferredLanguage
        locale
        timezone
        emails {
          value
          type
          primary
        }
        phoneNumbers {
          value
          type
        }
        ims {
          value
          type
        }
        addresses {
          formatted
          streetAddress
          locality
          postalCode
          country
          type
        }
        employeeNumber
        costCenter
        organization
        division
        department
        managerValue
        providedAttributes
        extensions
        source
        createdAt
        updatedAt
        version
        directory {
          id
          name
        }
        manager {
          ...Relative
          manager {
            ...Relative
            manager {
              ...Relative
            }
          }
        }
        directReports(first: 20) {
          totalCount
          edges {
            node {
              ...Relative
            }
          }
        }
        groups(first: 50) {
          totalCount
          edges {
            node {
              id
              group {
                id
                displayName
                memberCount
              }
            }
          }
        }
        history(first: 20) {
          edges {
            node {
              id
              kind
              at
              by
              source
              key {
                name
              }
              changes {
                path
                before
                after
              }
            }
          }
        }
      }
    }
  `,
  [relative],
);

const updateDocument = graphql(`
  mutation UpdatePerson($input: UpdateUserInput!) {
    updateUser(input: $input) {
      user {
        id
        nickName
        profileUrl
        title
        department
        division
        costCenter
        employeeNumber
        version
      }
    }
  }
`);

type Person = NonNullable<ResultOf<typeof personDocument>['user']>;
type Relative = ResultOf<typeof relative>;

/** The attributes that can be edited here where the identity provider does not write them. */
const editable = ['nickName', 'profileUrl', 'title', 'department', 'division', 'costCenter', 'employeeNumber'] as const;
type Editable = (typeof editable)[number];

const labels: Record<Editable, () => string> = {
  nickName: () => t('Nickname'),
  profileUrl: () => t('Profile'),
  title: () => t('Title'),
  department: () => t('Department'),
  division: () => t('Division'),
  costCenter: () => t('Cost center'),
  employeeNumber: () => t('Employee number'),
};

function Edit({ person, field, close }: { person: Person; field: Editable; close: () => void }) {
  const [{ fetching, error }, update] = useMutation(updateDocument);
  const [value, setValue] = useState(person[field] ?? '');
  const save = async () => {
    const before = person[field] ?? null;
    const { data } = await update({ input: { id: person.id, version: person.version, patch: { [field]: value || null } } });
    if (!data) return;
    toast(t('Saved'), () => void update({ input: { id: person.id, patch: { [field]: before } } }));
    close();
  };
  return (
    <Dialog
      title={labels[field]()}
      close={close}
      submit={() => void save()}
      footer={
        <>
          <button type="button" className="btn" onClick={close}>
            {t('Cancel')}
          </button>
          <button className="btn go" disabled={fetching}>
            {t('Save')}
          </button>
        </>
      }
    >
      <MutationError error={error} />
      <div className="field">
        <label htmlFor="value">{labels[field]()}</label>
        <input className="input" id="value" value={value} autoFocus onChange={(event) => setValue(event.target.value)} />
      </div>
    </Dialog>
  );
}

function Fact({ label, children, provided, edit }: { label: string; children: ReactNode; provided: boolean; edit?: (() => void) | undefined }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children || <span className="muted">{t('Nothing yet')}</span>}</dd>
      {provided ? (
        <dd className="lock" title={t('Written by the identity provider. Change it there.')}>
          <Icon name="lock" small />
          <span className="vh">{t('Written by the identity provider. Change it there.')}</span>
        </dd>
      ) : (
        <dd>
          {edit && (
            <button className="btn s quiet icon" aria-label={t('Edit {what}', { what: label })} onClick={edit}>
              <Icon name="edit" small />
            </button>
          )}
        </dd>
      )}
    </div>
  );
}

function Node({ person, me }: { person: Relative; me?: boolean }) {
  const content = (
    <>
      <Monogram id={person.id} name={nameOf(person)} gone={!person.active} />
      <span>
        <b>{nameOf(person)}</b>
        <small>{person.title}</small>
      </span>
    </>
  );
  if (me)
    return (
      <div className="org-node me-node" aria-current="true">
        {content}
      </div>
    );
  return (
    <Link className="org-node" to="/people/$id" params={{ id: person.id }}>
      {content}
    </Link>
  );
}

function ReportingLine({ person }: { person: Person }) {
  const up: Relative[] = [];
  const first = person.manager;
  if (first) up.unshift(first);
  if (first?.manager) up.unshift(first.manager);
  if (first?.manager?.manager) up.unshift(first.manager.manager);
  const reports = person.directReports;
  if (up.length === 0 && reports.totalCount === 0 && !person.managerValue) return null;
  return (
    <section className="card" aria-labelledby="h-line">
      <div className="card-h">
        <h2 id="h-line">{t('Reporting line')}</h2>
      </div>
      {person.managerValue && !person.manager && <p className="small muted">{t('The manager is named by the id {id}, and is not here yet.', { id: person.managerValue })}</p>}
      <div className="org">
        {up.length > 0 && (
          <ol className="org-up" aria-label={t('Managers, highest first')}>
            {up.map((one) => (
              <li key={one.id}>
                <Node person={one} />
              </li>
            ))}
          </ol>
        )}
        <Node person={person} me />
        {reports.edges.length > 0 && (
          <ul className="org-down" aria-label={t('Reports')}>
            {reports.edges.map(({ node }) => (
              <li key={node.id}>
                <Node person={node} />
              </li>
            ))}
          </ul>
        )}
        {reports.totalCount > reports.edges.length && <p className="small muted">{n(reports.totalCount - reports.edges.length, '{n} more', '{n} more')}</p>}
      </div>
    </section>
  );
}

const kinds: Record<string, { icon: IconName; tone: string; word: () => string }> = {
  CREATED: { icon: 'plus', tone: '', word: () => t('Created') },
  UPDATED: { icon: 'edit', tone: 'acc', word: () => t('Updated') },
  DELETED: { icon: 'trash', tone: 'bad', word: () => t('Deleted') },
  MEMBERS_ADDED: { icon: 'group', tone: '', word: () => t('Members added') },
  MEMBERS_REMOVED: { icon: 'group', tone: '', word: () => t('Members removed') },
};

type HistoryEntry = { id: string; kind: string; at: string; by: string; key: { name: string } | null; changes: Parameters<typeof Diff>[0]['changes'] };

export function History({ edges }: { edges: readonly { node: HistoryEntry }[] }) {
  return (
    <section className="card" aria-labelledby="h-history">
      <div className="card-h">
        <h2 id="h-history">{t('History')}</h2>
      </div>
      <ol className="timeline">
        {edges.map(({ node: change }) => {
          const kind = kinds[change.kind] ?? kinds['UPDATED']!;
          return (
            <li key={change.id}>
              <span className={`node ${kind.tone}`}>
                <Icon name={kind.icon} small />
              </span>
              <div>
                <p>
                  <b>{kind.word()}</b> {change.key && t('by {name}', { name: change.key.name })}
                </p>
                {change.kind === 'UPDATED' && <Diff changes={change.changes} />}
              </div>
              <Time at={change.at} />
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function localTime(timezone: string | null, now: Date): string {
  if (!timezone) return '';
  try {
    return t('there it is {time}', { time: new Intl.DateTimeFormat(language, { timeZone: timezone, hour: '2-digit', minute: '2-digit' }).format(now) });
  } catch {
    return '';
  }
}

function types(type: string | null): string {
  return { work: t('work'), home: t('home'), mobile: t('mobile'), fax: t('fax'), other: t('other') }[type ?? ''] ?? type ?? '';
}

function Content({ person }: { person: Person }) {
  const viewer = useViewer();
  const now = useNow();
  const [editing, setEditing] = useState<Editable | null>(null);
  const provided = (path: string) => person.providedAttributes.some((one) => one === path || path.startsWith(`${one}.`));
  const may = viewer.may('WRITE');
  const fact = (field: Editable) => (
    <Fact label={labels[field]()} provided={provided(field)} edit={may ? () => setEditing(field) : undefined}>
      {person[field]}
    </Fact>
  );
  const place = person.addresses[0];
  const mail = mailOf(person);
  const phone = person.phoneNumbers[0]?.value;
  return (
    <>
      <div className="person-head">
        <Monogram id={person.id} name={nameOf(person)} size="xl" gone={!person.active} />
        <div className="grow">
          <div className="row wrap">
            <h1>{nameOf(person)}</h1>
            <span className={person.active ? 'badge ok' : 'badge line'}>{person.active ? t('Active') : t('Disabled')}</span>
          </div>
          <p className="soft">{[person.title, person.department].filter(Boolean).join(', ')}</p>
          <p className="small muted">{[place?.locality, place?.country, localTime(person.timezone, now)].filter(Boolean).join(' · ')}</p>
        </div>
        <div className="contact">
          {mail && (
            <a className="btn" href={`mailto:${encodeURIComponent(mail)}`}>
              <Icon name="mail" />
              {t('Mail')}
            </a>
          )}
          {phone && (
            <a className="btn" href={`tel:${phone.replace(/[^+\d]/g, '')}`}>
              <Icon name="phone" />
              {t('Call')}
            </a>
          )}
          {viewer.mayRead('RECORDS') && (
            <Link className="btn" to="/directories/$id/log" params={{ id: person.directory.id }} search={{ q: person.userName, show: 'all' }}>
              <Icon name="history" />
              {t('Log')}
            </Link>
          )}
        </div>
      </div>
      {person.providedAttributes.length > 0 && (
        <div className="note acc mt5">
          <span>
            <Icon name="lock" />
          </span>
          <div>
            <b>{t('An identity provider writes this person.')}</b> {t('Change the locked attributes there; they arrive with its next cycle. What it never wrote can be edited here; if it writes it later, it wins.')}
          </div>
        </div>
      )}
      <div className="cols wide-left mt6">
        <div className="stack">
          <section className="card" aria-labelledby="h-contact">
            <div className="card-h">
              <h2 id="h-contact">{t('Contact')}</h2>
            </div>
            <dl className="kv">
              {person.emails.map((one) => (
                <Fact key={`${one.type}${one.value}`} label={`${t('E-mail')} ${types(one.type)}`} provided={provided('emails')}>
                  <a href={`mailto:${encodeURIComponent(one.value ?? '')}`}>
                    <Mail address={one.value ?? ''} />
                  </a>
                </Fact>
              ))}
              {person.phoneNumbers.map((one) => (
                <Fact key={`${one.type}${one.value}`} label={`${t('Phone')} ${types(one.type)}`} provided={provided('phoneNumbers')}>
                  <a href={`tel:${(one.value ?? '').replace(/[^+\d]/g, '')}`}>{one.value}</a>
                </Fact>
              ))}
              {person.addresses.map((one, i) => (
                <Fact key={i} label={`${t('Address')} ${types(one.type)}`} provided={provided('addresses')}>
                  {one.formatted ?? [one.streetAddress, one.postalCode, one.locality, one.country].filter(Boolean).join(', ')}
                </Fact>
              ))}
              {fact('nickName')}
              {fact('profileUrl')}
            </dl>
          </section>
          <section className="card" aria-labelledby="h-work">
            <div className="card-h">
              <h2 id="h-work">{t('Work')}</h2>
            </div>
            <dl className="kv">
              {fact('title')}
              {fact('department')}
              {fact('division')}
              {fact('costCenter')}
              {fact('employeeNumber')}
              <Fact label={t('User name')} provided={provided('userName')}>
                <span className="mono">
                  <Mail address={person.userName} />
                </span>
              </Fact>
              <Fact label={t('Directory')} provided={false}>
                <Link to="/directories/$id" params={{ id: person.directory.id }}>
                  {person.directory.name}
                </Link>
              </Fact>
            </dl>
          </section>
          <History edges={person.history.edges} />
        </div>
        <div className="stack">
          <ReportingLine person={person} />
          <section className="card flush" aria-labelledby="h-groups">
            <div className="card-h">
              <h2 id="h-groups">{t('Groups')}</h2>
              <span className="end small muted">{number(person.groups.totalCount)}</span>
            </div>
            {person.groups.edges.length === 0 ? (
              <Empty icon="group" title={t('In no group')} />
            ) : (
              <ul className="rows medium">
                {person.groups.edges.map(({ node }) => (
                  <li key={node.id}>
                    <Monogram id={node.group.id} name={node.group.displayName} kind="thing" size="s">
                      <Icon name="group" small />
                    </Monogram>
                    <span className="grow">
                      <Link className="cover main-l" to="/groups/$id" params={{ id: node.group.id }}>
                        {node.group.displayName}
                      </Link>
                      <small className="sub">{n(node.group.memberCount, '{n} member', '{n} members')}</small>
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </section>
        </div>
      </div>
      {editing && <Edit person={person} field={editing} close={() => setEditing(null)} />}
    </>
  );
}

export function PersonScreen() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [{ data, error }, again] = useQuery({ query: personDocument, variables: { id } });
  const person = data?.user;
  return (
    <Page ownHeading={Boolean(person)} title={person ? nameOf(person) : t('Person')} crumbs={[{ text: t('People'), to: '/people' }]} operation={{ document: personDocument, variables: { id } }}>
      {error && <Failed error={error} again={() => again({ requestPolicy: 'network-only' })} />}
      {!data && !error && <Loading />}
      {data && !person && <NotFound />}
      {person && <Content key={person.id} person={person} />}
    </Page>
  );
}
