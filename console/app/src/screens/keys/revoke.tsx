import { useMutation } from 'urql';
import { Icon } from '../../parts/icons';
import { MutationError } from '../../parts/mutationError';
import { toast } from '../../parts/toasts';
import { Time } from '../../text/time';
import { t } from '../../text/text';
import { Confirm } from './confirm';
import { revokeDocument, type Key } from './documents';

/** The dialog that ends a key at once; it says who used it last. */
export function Revoke({ revoking, close }: { revoking: Key; close: () => void }) {
  const [{ fetching, error }, revoke] = useMutation(revokeDocument);
  const submit = async () => {
    const { data } = await revoke({ input: { id: revoking.id } });
    if (!data) return;
    toast(t('{name} was revoked', { name: revoking.name }));
    close();
  };
  return (
    <Confirm
      title={t('Revoke {name}', { name: revoking.name })}
      effect={t('Whoever uses it is refused from now on, everywhere within a second. It cannot be undone. To replace it without a gap, rotate it.')}
      name={revoking.name}
      verb={t('Revoke key')}
      fetching={fetching}
      close={close}
      submit={() => void submit()}
    >
      <MutationError error={error} />
      {revoking.lastUsedAt && (
        <div className="note bad">
          <span>
            <Icon name="alert" />
          </span>
          <div>
            <b>{t('It is in use.')}</b> {t('Last by {agent} from {address}:', { agent: revoking.lastUsedAgent || '–', address: revoking.lastUsedAddress })} <Time at={revoking.lastUsedAt} />
          </div>
        </div>
      )}
    </Confirm>
  );
}
