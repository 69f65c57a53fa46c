import { useMutation } from 'urql';
import { Dialog } from '../../parts/dialog';
import { MutationError } from '../../parts/mutationError';
import { Time, date } from '../../text/time';
import { n, t } from '../../text/text';
import { Confirm } from './confirm';
import { createSecretDocument, revokeClientDocument, type OAuthClient } from './documents';
import type { Shown } from './shownOnce';

function method(client: OAuthClient): string {
  if (client.federation) return t('JSON Web Tokens of {issuer}', { issuer: client.federation.issuer });
  if (client.jwks) return t('A key pair of its own');
  return n(client.secrets.length, 'A client secret', '{n} client secrets');
}

/** The dialog that makes a second secret, so that one can be replaced without a gap. */
export function AnotherSecret({ client, close, shown }: { client: OAuthClient; close: () => void; shown: (shown: Shown) => void }) {
  const [{ fetching, error }, create] = useMutation(createSecretDocument);
  const submit = async () => {
    const { data } = await create({ input: { clientId: client.id } });
    const secret = data?.createOAuthClientSecret;
    if (!secret) return;
    shown({
      title: t('The secret was created. Copy it now'),
      name: client.name,
      description: client.description,
      secrets: secret.clientSecret ? [{ label: t('Client secret'), value: secret.clientSecret }] : [],
      values: [
        { label: t('Client identifier'), value: client.id },
        { label: t('Token endpoint'), value: client.tokenEndpoint },
      ],
    });
  };
  return (
    <Dialog
      title={t('Another secret for {name}', { name: client.name })}
      close={close}
      submit={() => void submit()}
      footer={
        <>
          <button type="button" className="btn" onClick={close}>
            {t('Cancel')}
          </button>
          <button className="btn go" disabled={fetching}>
            {t('Create secret')}
          </button>
        </>
      }
    >
      <MutationError error={error} />
      <p>{t('Both secrets work until the older one ends or is revoked. The new one lasts two years.')}</p>
    </Dialog>
  );
}

/** The dialog that ends a client with its tokens. */
export function RevokeClient({ client, close }: { client: OAuthClient; close: () => void }) {
  const [{ fetching, error }, revoke] = useMutation(revokeClientDocument);
  const submit = async () => {
    const { data } = await revoke({ input: { id: client.id } });
    if (data) close();
  };
  return (
    <Confirm
      title={t('Revoke {name}', { name: client.name })}
      effect={t('Its secrets and access tokens are refused from now on. It cannot be undone.')}
      name={client.name}
      verb={t('Revoke client')}
      fetching={fetching}
      close={close}
      submit={() => void submit()}
    >
      <MutationError error={error} />
    </Confirm>
  );
}

/** The OAuth clients of a directory. */
export function Clients({ clients, may, create, secret, revoke }: { clients: OAuthClient[]; may: boolean; create: () => void; secret: (client: OAuthClient) => void; revoke: (client: OAuthClient) => void }) {
  return (
    <section className="mt7" aria-labelledby="h-oauth">
      <div className="section-h">
        <h2 id="h-oauth">{t('OAuth clients')}</h2>
        {may && (
          <button className="btn s end" onClick={create}>
            {t('Create client')}
          </button>
        )}
        <p>{t('In place of one lasting token, the identity provider fetches a new one every few hours. Microsoft asks this of gallery applications.')}</p>
      </div>
      {clients.length > 0 && (
        <div className="frame">
          <table className="table fold" role="table">
            <thead>
              <tr>
                <th>{t('Client')}</th>
                <th>{t('Signs in with')}</th>
                <th>{t('Last token')}</th>
                <th className="p2">{t('Secret ends')}</th>
                <th className="end">
                  <span className="vh">{t('Actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {clients.map((client) => (
                <tr key={client.id} data-row>
                  <td className="top">
                    <span className={client.revokedAt ? 'main soft' : 'main'}>{client.name}</span>
                    <small className="mono">{client.id}</small>
                  </td>
                  <td className="top2">{client.revokedAt ? t('Revoked') : method(client)}</td>
                  <td data-l={t('Last token')}>
                    <Time at={client.lastTokenAt} />
                  </td>
                  <td className="p2 hide-fold">
                    {client.secrets.length === 0
                      ? t('No secret')
                      : client.secrets.map((one) => (
                          <small key={one.id} className="sub">
                            <span className="mono">{one.prefix}…</span> {one.expiresAt ? date(one.expiresAt) : t('Never')}
                          </small>
                        ))}
                  </td>
                  <td className="end corner">
                    {!client.revokedAt && may && (
                      <span className="btns">
                        {client.secrets.length === 1 && (
                          <button className="btn s" onClick={() => secret(client)}>
                            {t('Another secret')}
                          </button>
                        )}
                        <button className="btn s no" onClick={() => revoke(client)}>
                          {t('Revoke')}
                        </button>
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
