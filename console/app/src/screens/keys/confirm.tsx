import { useState } from 'react';
import { Dialog } from '../../parts/dialog';
import { t } from '../../text/text';

/** Asks to type a name before something ends that cannot be undone. */
export function Confirm(props: { title: string; effect: string; name: string; verb: string; fetching: boolean; children?: React.ReactNode; close: () => void; submit: () => void }) {
  const [typed, setTyped] = useState('');
  return (
    <Dialog
      title={props.title}
      close={props.close}
      submit={() => {
        if (typed === props.name) props.submit();
      }}
      footer={
        <>
          <button type="button" className="btn" onClick={props.close}>
            {t('Keep it')}
          </button>
          <button className="btn no fill" disabled={typed !== props.name || props.fetching}>
            {props.verb}
          </button>
        </>
      }
    >
      {props.children}
      <p>{props.effect}</p>
      <div className="field">
        <label htmlFor="confirm">{t('Type {name} to confirm', { name: props.name })}</label>
        <input className="input" id="confirm" value={typed} autoComplete="off" autoFocus onChange={(event) => setTyped(event.target.value)} />
      </div>
    </Dialog>
  );
}
